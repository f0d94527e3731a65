-- Applies the held events that build on one just applied, one after the other.
--
-- A held event names a value that was not known when it came (see judge_order). Once the change to that value has
-- been applied, the held one follows it.
-- Returns: how many were applied. Raises: whatever applying raises.
-- Example: select pathfinder.apply_held_events(event);
create or replace function pathfinder.apply_held_events(event public.events_raw)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    current_event public.events_raw := event;
    held public.events_raw;
    applied integer := 0;
begin
    if event.attribute is null then
        return 0;
    end if;
    loop
        select candidate.*
        into held
        from public.events_raw as candidate
        where candidate.community = current_event.community
            and candidate.user_id = current_event.user_id
            and candidate.attribute = current_event.attribute
            and candidate.state = 'held'
            and candidate.old_value = coalesce(current_event.value, '')
            and candidate.profile_field = current_event.profile_field
        order by candidate.id
        limit 1;
        exit when not found;

        update public.events_raw as stored
        set state = 'processed',
            settled_at = clock_timestamp(),
            due_at = null
        where stored.id = held.id;
        perform pathfinder.apply_event(held);
        current_event := held;
        applied := applied + 1;
    end loop;
    return applied;
end
$$;

revoke all on function pathfinder.apply_held_events(public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.apply_held_events(public.events_raw) is
    'Applies the held events that build on one just applied.';
