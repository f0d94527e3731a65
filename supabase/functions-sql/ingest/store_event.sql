-- Stores an event whose fate is decided: one insert, no update later.
-- Returns: its id. Raises: 23505 when another with the same event id, of another member, came at the same time.
-- Example: select pathfinder.store_event(event, 'apply');
create or replace function pathfinder.store_event(event public.events_raw, verdict text)
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
        old_value, details, occurred_at, settled_at, state, due_at
    )
    values (
        event.event_id, event.idempotency_key, event.source, event.community, event.kind, event.user_id,
        event.username, event.profile_field, event.attribute, event.value, event.old_value, event.details,
        event.occurred_at,
        -- The clock, not the transaction's start: a transaction may have waited for another of the same member.
        clock_timestamp(),
        case verdict when 'apply' then 'processed' else verdict end,
        case verdict when 'held' then now() + (select settings.dedup_window from public.settings) end
    )
    returning id into stored_id;

    return stored_id;
end
$$;

revoke all on function pathfinder.store_event(public.events_raw, text) from public, anon, authenticated, service_role;

comment on function pathfinder.store_event(public.events_raw, text) is 'Stores an event whose fate is decided.';
