"""Accounts: the companies that matter, from a file of whatever system keeps them."""
