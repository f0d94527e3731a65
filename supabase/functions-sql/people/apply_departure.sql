-- Applies the end of a membership: whoever left is no executive any more, whatever title the webhook carries.
-- Returns: a verdict without a level.
-- Example: select pathfinder.apply_departure(change);
create or replace function pathfinder.apply_departure(change pathfinder.profile_change)
returns pathfinder.change_verdict
language plpgsql
volatile
set search_path = ''
as $$
declare
    known public.user_state;
    verdict pathfinder.change_verdict;
begin
    perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
    known := pathfinder.known_executive(change.community, change.user_id);
    if known.user_id is not null then
        perform pathfinder.depart(known, 'webhook', true);
    end if;
    delete from pathfinder.set_aside
    where set_aside.community = change.community and set_aside.user_id = change.user_id;
    delete from pathfinder.corrections
    where corrections.community = change.community and corrections.user_id = change.user_id;
    delete from pathfinder.registrations
    where registrations.community = change.community and registrations.user_id = change.user_id;
    return verdict;
end
$$;

revoke all on function pathfinder.apply_departure(pathfinder.profile_change)
    from public, anon, authenticated, service_role;

comment on function pathfinder.apply_departure(pathfinder.profile_change) is 'Applies the end of a membership.';
