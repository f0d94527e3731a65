-- The key of the advisory lock that keeps suppressions and people apart: whoever changes what is known of somebody
-- shares it, whoever suppresses has it alone, so that neither misses what the other does at the same moment.
-- Returns: bigint.
-- Example: select pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
create or replace function pathfinder.suppression_lock()
returns bigint
language sql
immutable
parallel safe
set search_path = ''
as $$
    select hashtextextended('pathfinder.suppressions', 0)
$$;

revoke all on function pathfinder.suppression_lock() from public, anon, authenticated, service_role;

comment on function pathfinder.suppression_lock() is 'The key of the lock that keeps suppressions and people apart.';
