-- The levels that are on, with their ranks.
-- Returns: {"csuite": 1, "vp": 2}; {} for none.
-- Example: select pathfinder.level_ranks();
create or replace function pathfinder.level_ranks()
returns jsonb
language sql
stable
set search_path = ''
return (select coalesce(jsonb_object_agg(known.level, known.rank), '{}') from public.levels as known where known.is_on);

revoke all on function pathfinder.level_ranks() from public, anon, authenticated, service_role;

comment on function pathfinder.level_ranks() is 'The levels that are on, with their ranks.';
