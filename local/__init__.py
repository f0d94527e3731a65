"""The one-machine stack: what a hosted Supabase project gives, on one machine, to develop and test with."""
