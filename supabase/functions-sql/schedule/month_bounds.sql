-- Where a month begins and ends, half-open, so that the months' windows meet. Local midnights in the zone of the
-- settings; but where a neighbouring month, or this one, has had its month-end report, the bound is the one in that
-- report, whatever the zone has become since.
-- Returns: one row (month_start, month_end).
-- Example: select * from pathfinder.month_bounds('2026-11-01');
create or replace function pathfinder.month_bounds(
    month date,
    out month_start timestamptz,
    out month_end timestamptz,
    out time_zone text
)
language plpgsql
stable
set search_path = ''
as $$
declare
    following constant date := (month + interval '1 month')::date;
    settled_until constant text := (
        select max(job_runs.period) from public.job_runs where job_runs.job = 'report' and job_runs.outcome = 'done'
    );
    known record;
begin
    select settings.time_zone into strict month_bounds.time_zone from public.settings;
    month_start := pathfinder.local_instant(month, month_bounds.time_zone);
    month_end := pathfinder.local_instant(following, month_bounds.time_zone);

    for known in
        select distinct on (reports.month_label)
            reports.month_label, reports.period_start, reports.period_end, reports.time_zone
        from public.reports
        where reports.month_label <= settled_until
            and reports.month_label in (
                to_char(month, 'YYYY-MM'),
                to_char(month - interval '1 month', 'YYYY-MM'),
                to_char(following, 'YYYY-MM')
            )
        order by reports.month_label, reports.revision desc
    loop
        case known.month_label
            when to_char(month, 'YYYY-MM') then
                month_start := known.period_start;
                month_end := known.period_end;
                month_bounds.time_zone := known.time_zone;
                return;
            when to_char(following, 'YYYY-MM') then
                month_end := known.period_start;
            else
                month_start := known.period_end;
        end case;
    end loop;
end
$$;
revoke all on function pathfinder.month_bounds(date) from public, anon, authenticated, service_role;
comment on function pathfinder.month_bounds(date) is
    'Where a month begins and ends, half-open, in the configured zone.';
