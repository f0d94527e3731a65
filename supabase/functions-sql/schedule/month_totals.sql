-- What a month came to, for the comparison in another month's report: as its newest report says, so that it is what
-- people have read; counted where there is none, or where only the beginning of the month is asked for. "known" is
-- false when nothing is known of that month, as before the first one.
-- Returns: {"month", "known", "total", "by_level": {level: n}, "by_kind": {kind: n}}.
-- Example: select pathfinder.month_totals('2026-10-01', null);
create or replace function pathfinder.month_totals(month date, until timestamptz)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    label constant text := to_char(month, 'YYYY-MM');
    starts timestamptz;
    ends timestamptz;
    changes bigint[];
    totals jsonb;
begin
    if until is null then
        select jsonb_build_object(
            'total', reports.summary -> 'total',
            'by_level', reports.summary -> 'by_level',
            'by_kind', reports.summary -> 'by_kind'
        )
        into totals
        from public.reports
        where reports.month_label = label
        order by reports.revision desc
        limit 1;
    end if;
    if totals is null then
        select bounds.month_start, bounds.month_end
        into starts, ends
        from pathfinder.month_bounds(month) as bounds;
        until := least(until, ends);
        changes := array(
            select detections.id
            from public.detections
            where detections.is_told
                and detections.detected_at >= starts
                and detections.detected_at < month_totals.until
        );
        totals := pathfinder.people_totals(array(select change from pathfinder.net_changes(changes, until) as change));
    end if;
    return totals || jsonb_build_object(
        'month', label,
        'known', changes is null or changes <> '{}' or exists (
            select from public.detections where detections.is_told and detections.detected_at < starts
        )
    );
end
$$;

revoke all on function pathfinder.month_totals(date, timestamptz) from public, anon, authenticated, service_role;

comment on function pathfinder.month_totals(date, timestamptz) is
    'What a month came to, as its newest report says, or counted.';
