-- The people of a report, page by page. Revision r of a month contains the month's detections that some revision up
-- to r was the first to contain, so a report that is rendered again shows what it showed before, whatever has been
-- detected since. A page is at most 1000 rows, as the API cuts there.
-- Returns: rows in order of id; go on with after_id = the last id until a page comes back empty.
-- Example: select username, title from public.report_rows(3, 0, 1000, 'csuite');
create or replace function pathfinder.report_rows(report_id bigint, after_id bigint, max_rows integer, level text)
returns table (
    id bigint,
    user_id text,
    username text,
    title text,
    seniority_level text,
    company text,
    country text,
    joined_at timestamptz,
    detected_at timestamptz,
    kind text,
    why text,
    rules_version bigint
)
language sql
stable
security definer
set search_path = ''
as $$
    select
        detections.id,
        detections.user_id,
        detections.username,
        detections.title,
        detections.seniority_level,
        detections.company,
        detections.country,
        detections.joined_at,
        detections.detected_at,
        detections.kind,
        detections.matched_rule,
        detections.rules_version
    from public.reports as report
    join public.reports as first_report
        on first_report.month_label = report.month_label and first_report.revision <= report.revision
    join public.detections on detections.report_id = first_report.id
    where report.id = report_rows.report_id
        and detections.id > report_rows.after_id
        and (report_rows.level is null or detections.seniority_level = report_rows.level)
    order by detections.id
    limit least(greatest(report_rows.max_rows, 1), 1000)
$$;

revoke all on function pathfinder.report_rows(bigint, bigint, integer, text)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.report_rows(bigint, bigint, integer, text) to service_role;

comment on function pathfinder.report_rows(bigint, bigint, integer, text) is 'The people of a report, page by page.';

create or replace function public.report_rows(
    report_id bigint,
    after_id bigint default 0,
    max_rows integer default 1000,
    level text default null
)
returns table (
    id bigint,
    user_id text,
    username text,
    title text,
    seniority_level text,
    company text,
    country text,
    joined_at timestamptz,
    detected_at timestamptz,
    kind text,
    why text,
    rules_version bigint
)
language sql
stable
set search_path = ''
as $$
    select * from pathfinder.report_rows(report_id, after_id, max_rows, level)
$$;

revoke all on function public.report_rows(bigint, bigint, integer, text)
    from public, anon, authenticated, service_role;
grant execute on function public.report_rows(bigint, bigint, integer, text) to service_role;

comment on function public.report_rows(bigint, bigint, integer, text) is
    'For the worker: the people of a report in order of id, at most 1000 a call.';
