-- Finds the stored event that an arriving one repeats.
--
-- With an event id, the id decides. Without one, an event is a repetition when the same change of the same member's
-- attribute is already the latest one known, and not older than the window: the same change with another in between
-- (A to B, B to A, A to B) is news. A registration without a title repeats what is known of the member's joining.
-- `latest` is the event of the member's attribute that was stored last.
-- Returns: the id of the stored event (0 when it is known without one), or null. Raises: nothing.
-- Example: select pathfinder.find_duplicate(event, pathfinder.latest_event(event.community, event.user_id, event.attribute, false));
create or replace function pathfinder.find_duplicate(event public.events_raw, latest public.events_raw)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
    if event.event_id is not null then
        return (
            select stored.id
            from public.events_raw as stored
            where stored.idempotency_key = event.idempotency_key
                and stored.event_id is not null
        );
    end if;
    if event.attribute is null then
        return (
            select 0
            from pathfinder.registrations as registration
            where registration.community = event.community
                and registration.user_id = event.user_id
                and registration.joined_at <= (event.details ->> 'joined_at')::timestamptz
        );
    end if;

    if latest.value is distinct from event.value
        or latest.old_value is distinct from event.old_value
        or latest.occurred_at is distinct from event.occurred_at then
        return null;
    end if;
    return (select latest.id from public.settings where latest.received_at > now() - settings.dedup_window);
end
$$;

revoke all on function pathfinder.find_duplicate(public.events_raw, public.events_raw)
    from public, anon, authenticated, service_role;

comment on function pathfinder.find_duplicate(public.events_raw, public.events_raw) is 'The stored event that an arriving one repeats.';
