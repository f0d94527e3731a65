"""The way to the Supabase project: its functions and tables, its Storage, its Realtime, its clock."""
