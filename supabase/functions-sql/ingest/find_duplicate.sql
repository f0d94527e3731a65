-- Finds the stored event that a webhook repeats: the same change of the same member, which is the latest one known of
-- the attribute and not older than the window (with another in between it is news: A to B, B to A, A to B); or which
-- has the same event id, if the sender does not use that id for other changes too. A registration without a title
-- repeats what is known of the member's joining. `latest` is the event of the member's attribute that was stored last.
-- Returns: the id of the stored event (0 when it is known without one), or null.
-- Example: select pathfinder.find_duplicate(reading, latest);
create or replace function pathfinder.find_duplicate(reading pathfinder.reading, latest public.events_raw)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
    known_id bigint;
    is_unique boolean;
begin
    if reading.event_id is not null then
        select max(stored.id), bool_and(
            stored.community = reading.community
            and stored.user_id = reading.user_id
            and stored.kind = reading.kind
            and stored.attribute is not distinct from reading.attribute
            and stored.value is not distinct from reading.value
        )
        into known_id, is_unique
        from public.events_raw as stored
        where stored.idempotency_key = reading.idempotency_key
            and stored.event_id is not null;
        if is_unique then
            return known_id;
        end if;
    end if;
    if reading.attribute is null then
        return (
            select 0
            from pathfinder.registrations as registration
            where registration.community = reading.community
                and registration.user_id = reading.user_id
                and registration.joined_at <= (reading.details ->> 'joined_at')::timestamptz
        );
    end if;
    -- Two ids say that there were two events, if they are ids.
    if latest.value is distinct from reading.value
        or regexp_replace(latest.old_value, '\s+', ' ', 'g')
            is distinct from regexp_replace(reading.old_value, '\s+', ' ', 'g')
        or latest.occurred_at is distinct from reading.occurred_at
        or latest.kind is distinct from reading.kind
        -- The same title with another company is news of the company.
        or latest.details - 'joined_at' is distinct from reading.details - 'joined_at'
        or latest.username <> reading.username
        or (latest.event_id <> reading.event_id and latest.source = reading.source) then
        return null;
    end if;
    return (select latest.id from public.settings where latest.received_at > now() - settings.dedup_window);
end
$$;

revoke all on function pathfinder.find_duplicate(pathfinder.reading, public.events_raw)
    from public, anon, authenticated, service_role;

comment on function pathfinder.find_duplicate(pathfinder.reading, public.events_raw) is
    'The stored event that a webhook repeats.';
