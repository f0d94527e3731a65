-- Build a month's report, or its next revision, of everybody found in the month so far; queue its rendering. It
-- marks the month's detections that are in no report yet as this one's, so each has exactly one report that told of
-- it first. Its channels are told once it has its files, unless `told` is false.
-- Returns: {"report_id", "month", "revision", "total", "added", "told", "period_start", "period_end"}.
-- Example: select pathfinder.build_report('2026-11-01', now());
create or replace function pathfinder.build_report(month date, moment timestamptz, told boolean default true)
returns jsonb
language plpgsql
set search_path = ''
set timezone = 'UTC'
as $$
declare
    label constant text := to_char(month, 'YYYY-MM');
    bounds record;
    report public.reports;
    added integer;
begin
    select * into bounds from pathfinder.month_bounds(month);
    insert into public.reports (
        month_label, revision, generated_at, period_start, period_end, time_zone, rules_version, summary, is_told
    )
    values (
        label,
        (select coalesce(max(reports.revision), 0) + 1 from public.reports where reports.month_label = label),
        moment,
        bounds.month_start,
        bounds.month_end,
        bounds.time_zone,
        (select max(rule_versions.version) from public.rule_versions),
        '{}',
        build_report.told
    )
    returning * into report;

    update public.detections
    set report_id = report.id
    where detections.report_id is null
        and detections.is_told
        and detections.detected_at >= bounds.month_start
        and detections.detected_at < least(bounds.month_end, moment);
    get diagnostics added = row_count;
    insert into pathfinder.report_people (report_id, digest)
    select distinct report.id, pathfinder.forgotten_digest(detections.community, detections.user_id)
    from public.detections
    where detections.report_id = report.id;

    update public.reports
    set summary = pathfinder.report_summary(report)
    where reports.id = report.id
    returning * into report;

    perform pathfinder.enqueue(
        'report', null, jsonb_build_object('report_id', report.id), 'report:' || report.id, 70
    );
    return jsonb_build_object(
        'report_id', report.id,
        'month', label,
        'revision', report.revision,
        'total', report.summary -> 'total',
        'added', added,
        'told', report.is_told,
        'period_start', bounds.month_start,
        'period_end', bounds.month_end
    );
end
$$;
revoke all on function pathfinder.build_report(date, timestamptz, boolean)
    from public, anon, authenticated, service_role;
comment on function pathfinder.build_report(date, timestamptz, boolean) is
    'Builds a month''s report, or its next revision, and queues its rendering.';
