"""A development stand-in for Supabase Realtime's `postgres_changes`; see README.md in this folder."""
