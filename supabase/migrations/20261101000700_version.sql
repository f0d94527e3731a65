-- What says that all of it was applied. Made from supabase/functions-sql by `make baseline`; edit there.

-- source: admin/_version.sql
-- The newest of these migrations that a database has: what supabase_migrations records is of the whole project's, and
-- others have theirs there too. Until the first release it is the baseline's last; then `make migration` writes it.
-- Returns: its version.
-- Example: select pathfinder.schema_version();
create or replace function pathfinder.schema_version()
returns text
language sql
immutable
set search_path = ''
as $$
    select '20261101000700'
$$;

revoke all on function pathfinder.schema_version() from public, anon, authenticated, service_role;

comment on function pathfinder.schema_version() is 'The newest of CaptPathfinder''s migrations that this database has.';
