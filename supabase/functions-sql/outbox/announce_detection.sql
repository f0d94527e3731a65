-- Queues what follows at once from a new detection: an alert for each channel that wants one.
-- Called by: the ingestion, in the transaction that inserted the detection.
-- Returns: nothing. Does nothing while settings.instant_alerts is off.
-- Example: select pathfinder.announce_detection(detections) from public.detections where id = 7;
create or replace function pathfinder.announce_detection(detection public.detections)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    if not (select settings.instant_alerts from public.settings) then
        return;
    end if;

    perform pathfinder.enqueue(
        'alert',
        channels.name,
        jsonb_build_object('detection_ids', jsonb_build_array(detection.id)),
        format('alert:%s:%s', detection.id, channels.name),
        10
    )
    from public.channels
    where channels.is_active
        and 'alert' = any (channels.sends)
        and coalesce(channels.config -> 'alert_levels', '["csuite", "vp"]') ? detection.seniority_level;

    if found then
        update public.detections
        set alerted_at = now()
        where detections.id = detection.id;
    end if;
end
$$;

revoke all on function pathfinder.announce_detection(public.detections)
    from public, anon, authenticated, service_role;

comment on function pathfinder.announce_detection(public.detections) is
    'Queues an alert about a detection for each channel that wants one.';
