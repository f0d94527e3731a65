"""The worker: takes jobs from the outbox, runs them, and says how they ended."""
