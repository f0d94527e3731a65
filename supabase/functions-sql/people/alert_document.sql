-- What an alert tells: everybody who has waited long enough for the channel when the job is claimed first, and the
-- same people at each later attempt, as far as they still exist. What happened to one member is one change; with it
-- goes what happened shortly before and was not told, so that who left and came back is no news. The most important
-- settings.digest_size are shown, all are counted.
-- Returns: {"channel", "changes": […], "count", "filter_words", "levels", "link_lifetime_seconds", "time_zone"}, or
--   {"missing": true} when nobody is left.
-- Example: select pathfinder.alert_document(12, 'sales');
create or replace function pathfinder.alert_document(job_id bigint, channel text)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
    changes bigint[];
    taken_until timestamptz;
begin
    perform pathfinder.take_alerts(alert_document.job_id, alert_document.channel);
    select array_agg(distinct change.id), max(alerts.taken_at)
    into changes, taken_until
    from pathfinder.alerts
    join public.detections on detections.id = alerts.detection_id
    cross join public.settings
    join public.detections as change
        on change.community = detections.community
        and change.user_id = detections.user_id
        and change.id <= detections.id
        and (change.id = detections.id or change.detected_at > detections.detected_at - settings.alert_delay)
    where alerts.job_id = alert_document.job_id
        and (
            change.id = detections.id
            or not exists (
                select from pathfinder.alerts as other
                where other.detection_id = change.id
                    and other.channel = alert_document.channel
                    and other.job_id <> alert_document.job_id
            )
        );

    return coalesce(
        (
            select jsonb_build_object(
                'channel', channels.name,
                'changes', told.changes,
                'count', told.count,
                'filter_words', pathfinder.filter_words(channels.filter),
                'levels', pathfinder.levels_json(),
                'link_lifetime_seconds', extract(epoch from settings.link_lifetime)::bigint,
                'time_zone', settings.time_zone
            )
            from public.settings
            join public.channels on channels.name = alert_document.channel
            cross join lateral (
                select
                    count(*) as count,
                    jsonb_agg(shown.person order by told.place)
                        filter (where told.place <= settings.digest_size) as changes
                from pathfinder.told_changes(changes, channels.name, 'alert', taken_until) as told
                cross join lateral pathfinder.people_json(array[told.change]) as shown
                where told.outcome = 'told'
            ) as told
            where told.count > 0
        ),
        '{"missing": true}'
    );
end
$$;

revoke all on function pathfinder.alert_document(bigint, text) from public, anon, authenticated, service_role;

comment on function pathfinder.alert_document(bigint, text) is
    'What an alert tells, and to whom it belongs from then on.';
