-- Queues an event for each active channel that gets events for machines. Whether the channel's filter lets it through
-- is asked when it is claimed.
-- Returns: nothing.
-- Example: select pathfinder.publish_event('report.published', '{"report_id": 3}', '3');
create or replace function pathfinder.publish_event(event text, subject jsonb, key text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    perform pathfinder.enqueue(
        'event',
        channels.name,
        jsonb_build_object('event', publish_event.event, 'occurred_at', now()) || publish_event.subject,
        format('event:%s:%s:%s', publish_event.event, publish_event.key, channels.name),
        20
    )
    from public.channels
    where channels.is_active and 'event' = any (channels.sends);
end
$$;

revoke all on function pathfinder.publish_event(text, jsonb, text) from public, anon, authenticated, service_role;

comment on function pathfinder.publish_event(text, jsonb, text) is
    'Queues an event for each channel that gets events for machines.';
