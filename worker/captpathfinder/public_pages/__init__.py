"""What people open from a message: everybody in a digest, and the page to say what is not right."""
