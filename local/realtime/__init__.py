"""A stand-in for Supabase Realtime: what the worker uses of `postgres_changes`, and faults on command."""
