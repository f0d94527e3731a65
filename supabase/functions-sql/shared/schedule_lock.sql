-- The key of the advisory lock that whoever builds digests and reports holds.
-- Returns: bigint.
-- Example: select pg_try_advisory_xact_lock(pathfinder.schedule_lock());
create or replace function pathfinder.schedule_lock()
returns bigint
language sql
immutable
parallel safe
set search_path = ''
as $$
    select hashtextextended('pathfinder.schedule', 0);
$$;
revoke all on function pathfinder.schedule_lock() from public, anon, authenticated, service_role;
comment on function pathfinder.schedule_lock() is
    'The key of the advisory lock that whoever builds digests and reports holds.';
