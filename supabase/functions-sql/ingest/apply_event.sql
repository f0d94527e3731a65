-- Hands a stored event on to those who know the members, and then the held ones that build on it. Of whoever was
-- forgotten nothing is stored, the event included.
-- Returns: how many were applied.
-- Raises: whatever classification raises.
-- Example: select pathfinder.apply_event(events_raw) from public.events_raw where id = 7;
create or replace function pathfinder.apply_event(event public.events_raw)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    change constant pathfinder.profile_change := jsonb_populate_record(
        null::pathfinder.profile_change, to_jsonb(event) || jsonb_build_object('event_id', event.id)
    );
begin
    if pathfinder.is_forgotten(event.community, event.user_id) then
        delete from public.events_raw where events_raw.id = event.id;
        return 1;
    end if;
    if event.kind = 'departure' then
        perform pathfinder.apply_departure(change);
    else
        perform pathfinder.apply_change(change);
    end if;
    return 1 + pathfinder.apply_held_events(change);
end
$$;

revoke all on function pathfinder.apply_event(public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.apply_event(public.events_raw) is
    'Hands a stored event on, and the held ones that build on it.';
