-- Applies the held event that builds on a change just applied, and what builds on that. It names a value that was not
-- known when it came (see judge_order).
-- Returns: how many were applied.
-- Raises: whatever applying raises.
-- Example: select pathfinder.apply_held_events(change);
create or replace function pathfinder.apply_held_events(change pathfinder.profile_change)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    held public.events_raw;
begin
    select candidate.*
    into held
    from public.events_raw as candidate
    where candidate.community = change.community
        and candidate.user_id = change.user_id
        and candidate.attribute = change.attribute
        and candidate.state = 'held'
        and candidate.profile_field = change.profile_field
        and pathfinder.same_value(candidate.old_value, change.value)
        and (candidate.occurred_at < change.occurred_at) is not true
    order by candidate.id
    limit 1;
    if not found then
        return 0;
    end if;
    update public.events_raw as stored
    set state = 'processed',
        settled_at = clock_timestamp(),
        due_at = null
    where stored.id = held.id;
    return pathfinder.apply_event(held);
end
$$;

revoke all on function pathfinder.apply_held_events(pathfinder.profile_change)
    from public, anon, authenticated, service_role;

comment on function pathfinder.apply_held_events(pathfinder.profile_change) is
    'Applies the held events that build on a change just applied.';
