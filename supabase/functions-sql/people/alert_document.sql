-- What an alert tells: everybody who waits for the channel when the job is claimed first, and the same people at each
-- later attempt, as far as they still exist. The first twenty by level and time are shown, all are counted.
-- Returns: {"people": […], "counts": {"total", "csuite", "vp", "new", "promotion"}, "time_zone"}, or {"missing": true}
--   when nobody is left.
-- Example: select pathfinder.alert_document(12, 'sales');
create or replace function pathfinder.alert_document(job_id bigint, channel text)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
    document jsonb;
begin
    if not exists (select from pathfinder.alerts where alerts.job_id = alert_document.job_id) then
        update pathfinder.alerts
        set job_id = alert_document.job_id
        where alerts.channel = alert_document.channel and alerts.job_id is null;
    end if;

    select jsonb_build_object(
        'people', jsonb_agg(pathfinder.person_json(told.detection) order by told.place) filter (where told.place <= 20),
        'counts', jsonb_build_object(
            'total', count(*),
            'csuite', count(*) filter (where (told.detection).seniority_level = 'csuite'),
            'vp', count(*) filter (where (told.detection).seniority_level = 'vp'),
            'new', count(*) filter (where (told.detection).kind = 'new'),
            'promotion', count(*) filter (where (told.detection).kind = 'promotion')
        ),
        'time_zone', (select settings.time_zone from public.settings)
    )
    into document
    from (
        select
            detections as detection,
            row_number() over (order by detections.seniority_level, detections.id) as place
        from pathfinder.alerts
        join public.detections on detections.id = alerts.detection_id
        where alerts.job_id = alert_document.job_id
    ) as told
    having count(*) > 0;
    return coalesce(document, '{"missing": true}');
end
$$;

revoke all on function pathfinder.alert_document(bigint, text) from public, anon, authenticated, service_role;

comment on function pathfinder.alert_document(bigint, text) is 'What an alert tells, and to whom it belongs from then on.';
