-- What a report of a month, YYYY-MM, would be of if generate_reports() was called now.
-- Returns: {"month", "revision": the newest there is, or null, "changes": told in the month so far,
--   "unreported": those that no report holds; none means that the newest revision is made anew, "channels": the names
--   of those that a new revision is told}.
-- Example: select public.preview_report('2026-11');
create or replace function pathfinder.preview_report(month text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'month', preview_report.month,
        'revision', (select max(reports.revision) from public.reports where reports.month_label = preview_report.month),
        'changes', count(*),
        'unreported', count(*) filter (where change.report_id is null),
        'channels', array(
            select channels.name
            from public.channels
            where channels.is_active and 'report' = any (channels.sends)
            order by channels.name
        )
    )
    from pathfinder.month_bounds(to_date(preview_report.month, 'YYYY-MM')) as bounds
    join public.detections as change
        on change.detected_at >= bounds.month_start
        and change.detected_at < least(bounds.month_end, now())
        and change.is_told
$$;

revoke all on function pathfinder.preview_report(text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.preview_report(text) to service_role;

comment on function pathfinder.preview_report(text) is 'What a report of a month would be of.';

create or replace function public.preview_report(month text)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.preview_report(month)
$$;

revoke all on function public.preview_report(text) from public, anon, authenticated, service_role;
grant execute on function public.preview_report(text) to service_role;

comment on function public.preview_report(text) is 'What a report of a month would be of, if it was generated now.';
