-- The oldest later revision of a report that is owed, and when it is due; both null when none is. A revision is
-- owed when a month that has its report, and is over, holds detections that are in none: those of its last minutes,
-- and those that a slow transaction brought in late. It is due at the first housekeeping time after the month's
-- end, and once a night at most.
-- Returns: one row (period, due_at).
-- Example: select * from pathfinder.next_revision(now());  -- 2026-11 r2 | 2026-12-01 07:00:00+00
create or replace function pathfinder.next_revision(moment timestamptz, out period text, out due_at timestamptz)
language plpgsql
stable
set search_path = ''
as $$
declare
    configured public.settings;
begin
    -- Nearly always the answer is no, and the first entry of the index of unreported detections says so.
    if coalesce(
        (select min(detections.detected_at) from public.detections
            where detections.report_id is null and detections.is_told)
            >= (select max(reports.period_end) from public.reports where reports.period_end <= moment),
        true
    ) then
        return;
    end if;

    select * into strict configured from public.settings;
    select newest.month_label || ' r' || newest.revision + 1, revision.due_at
    into next_revision.period, next_revision.due_at
    from (
        select distinct on (reports.month_label)
            reports.*,
            greatest(reports.period_end, reports.generated_at) as settled_at
        from public.reports
        where reports.period_end <= moment
        order by reports.month_label, reports.revision desc
    ) as newest
    cross join lateral (
        select min(pathfinder.due_at('housekeeping', to_char(night, 'YYYY-MM-DD'), configured)) as due_at
        from generate_series(
            date_trunc('day', newest.settled_at at time zone configured.time_zone),
            date_trunc('day', newest.settled_at at time zone configured.time_zone) + interval '2 days',
            interval '1 day'
        ) as night
        where pathfinder.due_at('housekeeping', to_char(night, 'YYYY-MM-DD'), configured) > newest.settled_at
    ) as revision
    where exists (
            select
            from public.detections
            where detections.report_id is null
                and detections.is_told
                and detections.detected_at >= newest.period_start
                and detections.detected_at < newest.period_end
        )
        -- One that was tried already is retried as what has failed.
        and not exists (
            select
            from public.job_runs
            where job_runs.job = 'report_revision'
                and job_runs.period = newest.month_label || ' r' || newest.revision + 1
                and job_runs.outcome <> 'done'
        )
    order by revision.due_at
    limit 1;
end
$$;
revoke all on function pathfinder.next_revision(timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.next_revision(timestamptz) is
    'The oldest later revision of a report that is owed, and when it is due; null when none is.';
