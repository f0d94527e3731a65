-- Build the month-end report that was due at a time, unless it was built by hand since and nothing has changed. A
-- report of the month so far that somebody asked for earlier does not replace it.
-- Returns: what build_report() returns, or {"note": …}.
-- Example: select pathfinder.run_report('2026-11', '2026-12-01 04:55+00', now());
create or replace function pathfinder.run_report(period text, due_at timestamptz, moment timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    month constant date := to_date(period, 'YYYY-MM');
begin
    if exists (
        select
        from public.reports
        where reports.month_label = run_report.period
            and reports.generated_at >= run_report.due_at
            and reports.is_told
    ) and not pathfinder.unreported_in_month(month, moment) then
        return jsonb_build_object('note', 'built by hand already');
    end if;
    return pathfinder.build_report(month, moment);
end
$$;
revoke all on function pathfinder.run_report(text, timestamptz, timestamptz)
    from public, anon, authenticated, service_role;
comment on function pathfinder.run_report(text, timestamptz, timestamptz) is
    'Builds the month-end report that was due at a time.';
