"""Pure functions from what the database says to what people read: text, HTML, Markdown, CSV."""
