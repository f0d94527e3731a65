"""The people stage: changes, suppressions, history, forgetting."""
