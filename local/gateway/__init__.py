"""One URL in front of the local services, with the keys and refusals of a hosted project's gateway."""
