"""What the worker tells about itself: logs, metrics, health checks; and what is kept out of them."""
