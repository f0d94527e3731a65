"""The community's own API, which knows more of a member than a webhook says."""
