-- Finds anew to which account each executive belongs: what match_executives() does for one account, after many have
-- changed at once.
-- Returns: how many executives belong elsewhere than before.
-- Example: select pathfinder.match_everybody();
create or replace function pathfinder.match_everybody()
returns bigint
language sql
volatile
set search_path = ''
as $$
    select pathfinder.match_members(array_agg(user_state.community), array_agg(user_state.user_id))
    from public.user_state
$$;

revoke all on function pathfinder.match_everybody() from public, anon, authenticated, service_role;

comment on function pathfinder.match_everybody() is 'Finds anew to which account each executive belongs.';
