-- Queues what follows at once from a new detection: alerts for the channels that want them, and its enrichment.
-- Returns: nothing. Does nothing while settings.instant_alerts and settings.enrichment are off.
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
    select * into configured from public.settings;
    if configured.enrichment then
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
    if configured.instant_alerts then
        perform pathfinder.queue_alert(detection.id, channels, configured.time_zone)
        from public.channels
        where channels.is_active
            and 'alert' = any (channels.sends)
            and coalesce(channels.config #> '{alerts,levels}', '["csuite", "vp"]') ? detection.seniority_level;
    end if;
end
$$;

revoke all on function pathfinder.announce_detection(public.detections)
    from public, anon, authenticated, service_role;

comment on function pathfinder.announce_detection(public.detections) is
    'Queues alerts and the enrichment that follow from a detection.';
