-- Has the files of reports made anew whose changes detection_retention has deleted, so that they name nobody any more;
-- their numbers stay.
-- Returns: nothing.
-- Example: select pathfinder.expire_reports(now() - interval '400 days');
create or replace function pathfinder.expire_reports(cut_off timestamptz)
returns void
language sql
volatile
set search_path = ''
as $$
    with expired as (
        delete from pathfinder.report_people
        using public.reports
        where reports.id = report_people.report_id
            and reports.period_end <= expire_reports.cut_off
            and not exists (select from public.detections where detections.report_id = reports.id)
        returning reports.month_label, reports.revision
    )
    update public.reports
    set is_outdated = true
    where exists (
        select from expired
        where expired.month_label = reports.month_label and expired.revision <= reports.revision
    )
$$;

revoke all on function pathfinder.expire_reports(timestamptz) from public, anon, authenticated, service_role;

comment on function pathfinder.expire_reports(timestamptz) is
    'Has the files of reports made anew whose changes have been deleted.';
