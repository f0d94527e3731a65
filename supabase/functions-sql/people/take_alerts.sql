-- Gives an alert job the changes that have waited long enough for its channel, and with each what else happened to the
-- same member since. At a later attempt it keeps what it has.
-- Returns: nothing.
-- Example: select pathfinder.take_alerts(12, 'sales');
create or replace function pathfinder.take_alerts(job_id bigint, channel text)
returns void
language sql
volatile
set search_path = ''
as $$
    update pathfinder.alerts
    set job_id = take_alerts.job_id, taken_at = clock_timestamp()
    from public.detections
    where alerts.channel = take_alerts.channel
        and alerts.job_id is null
        and detections.id = alerts.detection_id
        and not exists (select from pathfinder.alerts as taken where taken.job_id = take_alerts.job_id)
        and exists (
            select
            from pathfinder.alerts as ripe
            join public.detections as change on change.id = ripe.detection_id
            cross join public.settings
            where ripe.channel = take_alerts.channel
                and ripe.job_id is null
                and ripe.queued_at <= clock_timestamp()
                    - settings.alert_delay + greatest(settings.alert_delay / 4, interval '0.5 seconds')
                and change.community = detections.community
                and change.user_id = detections.user_id
        )
$$;

revoke all on function pathfinder.take_alerts(bigint, text) from public, anon, authenticated, service_role;

comment on function pathfinder.take_alerts(bigint, text) is
    'Gives an alert job the changes that have waited long enough for its channel.';
