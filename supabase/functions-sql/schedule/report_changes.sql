-- What happened in a report's month to each member of whom this revision or an earlier one tells, up to when it was
-- made: a title that flaps is one change, or none.
-- Returns: one row a member to whom something happened.
-- Example: select count(*) from public.reports, pathfinder.report_changes(reports) where reports.id = 1;
create or replace function pathfinder.report_changes(report public.reports)
returns setof pathfinder.net_change
language sql
stable
rows 1000
set search_path = ''
as $$
    select change.*
    from pathfinder.net_changes(
        array(
            select detections.id
            from public.reports as earlier
            join public.detections on detections.report_id = earlier.id
            where earlier.month_label = report.month_label and earlier.revision <= report.revision
        ),
        least(report.period_end, report.generated_at)
    ) as change
    where change.kind is not null
$$;

revoke all on function pathfinder.report_changes(public.reports) from public, anon, authenticated, service_role;

comment on function pathfinder.report_changes(public.reports) is
    'What happened in a report''s month, member by member.';
