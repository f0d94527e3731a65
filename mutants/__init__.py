"""Puts small faults into the product, one at a time, and asks whether a test notices: `make mutants`."""
