"""HTTP in both directions: keeping a pace, reading `Retry-After`, serving a port."""
