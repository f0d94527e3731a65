-- Stores an event that cannot be processed now; process_pending_events will.
-- Returns: the answer's result: queued, or duplicate when another with the same event id is there already.
-- Raises: nothing of its own.
-- Example: select pathfinder.queue_event(event, '55P03: canceling statement due to lock timeout');
create or replace function pathfinder.queue_event(event public.events_raw, error text)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
    stored_id bigint;
begin
    insert into public.events_raw (
        event_id, idempotency_key, source, community, kind, user_id, username, profile_field, attribute, value,
        old_value, details, occurred_at, state, error, attempts, due_at
    )
    values (
        event.event_id, event.idempotency_key, event.source, event.community, event.kind, event.user_id,
        event.username, event.profile_field, event.attribute, event.value, event.old_value, event.details,
        event.occurred_at, 'waiting', left(error, 1000),
        case when error is null then 0 else 1 end,
        case when error is null then now() else now() + pathfinder.event_retry_delay(1) end
    )
    on conflict do nothing
    returning id into stored_id;

    return case
        when stored_id is null then json_build_object('status', 'duplicate', 'user_id', event.user_id)
        else json_build_object('status', 'queued', 'user_id', event.user_id, 'event_id', stored_id)
    end;
end
$$;

revoke all on function pathfinder.queue_event(public.events_raw, text) from public, anon, authenticated, service_role;

comment on function pathfinder.queue_event(public.events_raw, text) is 'Stores an event that cannot be processed now.';
