"""A page for the people who run it: health, numbers, who was found, the queue, deliveries and the rules."""

from captpathfinder.dashboard.serve import address, serve_dashboard

__all__ = ["address", "serve_dashboard"]
