-- Stores what cannot be applied now; process_pending_events will. Of somebody who was forgotten nothing is stored.
-- Returns: the answer's result.
-- Example: select pathfinder.queue_event(reading, '55P03: canceling statement due to lock timeout');
create or replace function pathfinder.queue_event(reading pathfinder.reading, error text)
returns json
language plpgsql
volatile
set search_path = ''
as $$
begin
    return json_build_object(
        'status', 'queued',
        'user_id', reading.user_id,
        'event_id', case when not pathfinder.is_forgotten(reading.community, reading.user_id) then
            pathfinder.store_event(
                reading,
                'waiting',
                now() + case when error is null then interval '0' else pathfinder.event_retry_delay(1) end,
                error
            )
        end
    );
end
$$;

revoke all on function pathfinder.queue_event(pathfinder.reading, text) from public, anon, authenticated, service_role;

comment on function pathfinder.queue_event(pathfinder.reading, text) is 'Stores what cannot be applied now.';
