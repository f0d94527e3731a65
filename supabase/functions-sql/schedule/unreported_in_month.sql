-- Whether a month holds detections, up to a moment, that are in no report.
-- Returns: true or false.
-- Example: select pathfinder.unreported_in_month('2026-11-01', now());
create or replace function pathfinder.unreported_in_month(month date, moment timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
    select exists (
        select
        from public.detections, pathfinder.month_bounds(month) as bounds
        where detections.report_id is null
            and detections.is_told
            and detections.detected_at >= bounds.month_start
            and detections.detected_at < least(bounds.month_end, moment)
    );
$$;
revoke all on function pathfinder.unreported_in_month(date, timestamptz)
    from public, anon, authenticated, service_role;
comment on function pathfinder.unreported_in_month(date, timestamptz) is
    'Whether a month holds detections that are in no report.';
