-- Queues what follows at once from a change that is told: alerts and events for the channels that want them, and the
-- enrichment of somebody who is new or has risen.
-- Returns: nothing.
-- Example: select pathfinder.announce_detection(detections) from public.detections where id = 7;
create or replace function pathfinder.announce_detection(detection public.detections)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    configured public.settings;
begin
    if not detection.is_told then
        return;
    end if;
    select * into configured from public.settings;
    if configured.enrichment and detection.kind in ('new', 'promotion') then
        perform pathfinder.enqueue(
            'enrichment',
            null,
            jsonb_build_object(
                'detection_id', detection.id, 'community', detection.community, 'user_id', detection.user_id
            ),
            'enrichment:' || detection.id,
            15
        );
    end if;
    if configured.instant_alerts and configured.announced_changes -> 'alert' ? detection.kind then
        perform pathfinder.queue_alert(detection.id, channels, configured)
        from public.channels
        where channels.is_active and 'alert' = any (channels.sends);
    end if;
    perform pathfinder.publish_event(
        'executive.' || case detection.kind
            when 'new' then 'detected' when 'promotion' then 'promoted' when 'demotion' then 'demoted'
            when 'role' then 'role_changed' else detection.kind
        end,
        jsonb_build_object('detection_id', detection.id),
        detection.id::text
    );
end
$$;

revoke all on function pathfinder.announce_detection(public.detections) from public, anon, authenticated, service_role;

comment on function pathfinder.announce_detection(public.detections) is
    'Queues alerts, events and the enrichment that follow from a change.';
