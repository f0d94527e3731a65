-- Stores what was read from a webhook, with what became of it.
-- Returns: its id.
-- Example: select pathfinder.store_event(reading, 'held', now() + interval '15 minutes', null);
create or replace function pathfinder.store_event(
    reading pathfinder.reading,
    state text,
    due_at timestamptz,
    error text
)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
    stored_id bigint;
begin
    insert into public.events_raw (
        event_id, idempotency_key, source, community, kind, user_id, username, profile_field, attribute, value,
        old_value, details, occurred_at, settled_at, state, due_at, error, attempts
    )
    values (
        reading.event_id, reading.idempotency_key, reading.source, reading.community, reading.kind, reading.user_id,
        reading.username, reading.profile_field, reading.attribute, reading.value, reading.old_value, reading.details,
        reading.occurred_at,
        -- The clock, not the transaction's start: a transaction may have waited for another of the same member.
        case when store_event.state <> 'waiting' then clock_timestamp() end,
        store_event.state, store_event.due_at, left(store_event.error, 1000), (store_event.error is not null)::integer
    )
    returning id into stored_id;
    return stored_id;
end
$$;

revoke all on function pathfinder.store_event(pathfinder.reading, text, timestamptz, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.store_event(pathfinder.reading, text, timestamptz, text) is
    'Stores what was read from a webhook, with what became of it.';
