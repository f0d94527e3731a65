-- Counts the reports anew from which somebody was taken out, and has their files made anew. A report whose month
-- detection_retention has begun to delete keeps its numbers.
-- Returns: how many.
-- Example: select pathfinder.recount_reports();
create or replace function pathfinder.recount_reports()
returns integer
language sql
volatile
set search_path = ''
as $$
    with outdated as (
        update public.reports
        set is_outdated = false,
            erased_at = clock_timestamp(),
            summary = case
                when reports.period_start < now() - settings.detection_retention then reports.summary
                else pathfinder.report_summary(reports)
            end
        from public.settings
        where reports.is_outdated
        returning reports.id
    ),
    queued as (
        select pathfinder.enqueue(
            'report',
            null,
            jsonb_build_object('report_id', outdated.id),
            format('report:%s:erased:%s', outdated.id, to_char(clock_timestamp(), 'YYYYMMDD"T"HH24MISSUS')),
            70
        )
        from outdated
    )
    select count(*)::integer from queued
$$;

revoke all on function pathfinder.recount_reports() from public, anon, authenticated, service_role;

comment on function pathfinder.recount_reports() is 'Counts the reports anew from which somebody was taken out.';
