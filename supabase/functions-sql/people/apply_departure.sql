-- Applies the end of a membership: whoever left is no executive any more, whatever title the webhook carries.
-- Returns: a verdict without a level. Raises: nothing of its own.
-- Example: select pathfinder.apply_departure(change);
create or replace function pathfinder.apply_departure(change pathfinder.profile_change)
returns pathfinder.change_verdict
language plpgsql
volatile
set search_path = ''
as $$
declare
    verdict pathfinder.change_verdict;
begin
    delete from public.user_state
    where user_state.community = change.community and user_state.user_id = change.user_id;
    delete from pathfinder.registrations
    where registrations.community = change.community and registrations.user_id = change.user_id;
    return verdict;
end
$$;

revoke all on function pathfinder.apply_departure(pathfinder.profile_change)
    from public, anon, authenticated, service_role;

comment on function pathfinder.apply_departure(pathfinder.profile_change) is 'Applies the end of a membership.';
