-- Builds a month's report now, or has its newest one rendered again if nothing has been found since. The month is
-- YYYY-MM; null means the current one in the configured zone, so far. A report built during the month does not replace
-- the month-end report. Rendering again makes the files and their links anew and tells nobody twice. Without `told`
-- channels are not told either; the same report asked for with it tells them then.
-- Returns: {"status": "built" | "unchanged", "report_id", "month", "revision", "total", "told" (whether channels are
--   told once it has its files), …}.
-- Raises: 22023 for a month that is not one, that has not begun, or whose detections detection_retention has begun to
--   delete.
-- Example: select pathfinder.report_by_hand('2026-10', now());
create or replace function pathfinder.report_by_hand(
    month_label text,
    moment timestamptz,
    told boolean default true
)
returns jsonb
language plpgsql
security definer
set search_path = ''
set timezone = 'UTC'
as $$
declare
    configured public.settings;
    month date;
    bounds record;
    newest public.reports;
    built jsonb;
    is_told_now boolean;
begin
    select * into strict configured from public.settings;
    month_label := coalesce(
        nullif(btrim(month_label), ''), to_char(moment at time zone configured.time_zone, 'YYYY-MM')
    );
    if month_label !~ '^[1-9]\d{3}-(0[1-9]|1[0-2])$' then
        raise invalid_parameter_value using
            message = format('%L is not a month', left(month_label, 40)),
            hint = 'Write it as year and month, such as 2026-11; or leave it out for the current month so far.';
    end if;

    perform pg_advisory_xact_lock(pathfinder.schedule_lock());
    month := to_date(month_label, 'YYYY-MM');
    select * into bounds from pathfinder.month_bounds(month);
    if bounds.month_start > moment then
        raise invalid_parameter_value using
            message = format('%s has not begun', to_char(month, 'FMMonth YYYY')),
            hint = format('The current month in %s is the last that can be reported.', configured.time_zone);
    elsif bounds.month_start < moment - configured.detection_retention then
        raise invalid_parameter_value using
            message = format('detections of %s have been deleted, so it cannot be reported again', month_label),
            detail = format('settings.detection_retention is %s.', configured.detection_retention),
            hint = 'The reports built at the time are in the table reports.';
    end if;

    select * into newest
    from public.reports
    where reports.month_label = report_by_hand.month_label
    order by reports.revision desc
    limit 1;
    if not found or pathfinder.unreported_in_month(month, moment) then
        built := pathfinder.build_report(month, moment, report_by_hand.told);
        perform pathfinder.write_audit(
            'reports', 'generate',
            jsonb_build_object('month', month_label, 'revision', built -> 'revision', 'told', built -> 'told')
        );
        return jsonb_build_object('status', 'built') || built;
    end if;
    update public.reports
    set is_told = true
    where reports.id = newest.id and not reports.is_told and report_by_hand.told;
    is_told_now := found;

    if not exists (
        select
        from public.outbox
        where outbox.kind = 'report'
            and outbox.status in ('pending', 'running')
            and outbox.payload = jsonb_build_object('report_id', newest.id)
    ) then
        perform pathfinder.enqueue(
            'report',
            null,
            jsonb_build_object('report_id', newest.id),
            format('report:%s:again:%s', newest.id, to_char(moment, 'YYYYMMDD"T"HH24MISSUS')),
            70
        );
    end if;
    perform pathfinder.write_audit(
        'reports', 'render_again',
        jsonb_build_object('month', month_label, 'revision', newest.revision, 'told', is_told_now)
    );
    return jsonb_build_object(
        'status', 'unchanged',
        'report_id', newest.id,
        'month', month_label,
        'revision', newest.revision,
        'total', newest.summary -> 'total',
        'told', is_told_now
    );
end
$$;
revoke all on function pathfinder.report_by_hand(text, timestamptz, boolean)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.report_by_hand(text, timestamptz, boolean) to service_role;
comment on function pathfinder.report_by_hand(text, timestamptz, boolean) is
    'Builds a month''s report now, or renders its newest one again if nothing has been found since.';

create or replace function public.generate_reports(month text default null, told boolean default true)
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.report_by_hand(month, now(), told);
$$;
revoke all on function public.generate_reports(text, boolean) from public, anon, authenticated, service_role;
grant execute on function public.generate_reports(text, boolean) to service_role;
comment on function public.generate_reports(text, boolean) is
    'Builds and queues the report of a month, such as 2026-10; by default the current one so far. Not told: sent to nobody.';

create or replace function public.build_month_end_report(now timestamptz default now())
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.report_by_hand(null, build_month_end_report.now);
$$;
revoke all on function public.build_month_end_report(timestamptz) from public, anon, authenticated, service_role;
comment on function public.build_month_end_report(timestamptz) is
    'Builds and queues the report of the current month so far.';
