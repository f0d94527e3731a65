"""Pages for the people who run it: people, accounts, the queue, deliveries, rules, feedback, the audit."""

from captpathfinder.dashboard.serve import address, serve_dashboard

__all__ = ["address", "serve_dashboard"]
