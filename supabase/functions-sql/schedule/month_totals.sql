-- What a month came to, for the comparison in the next month's report. Taken from the month's newest report, so
-- that it says what people have read; counted where there is none. "known" is false when nothing is known of that
-- month, as before the first one.
-- Returns: {"month", "total", "by_level": {"csuite", "vp"}, "by_kind": {"new", "promotion"}, "known"}.
-- Example: select pathfinder.month_totals('2026-10-01');
create or replace function pathfinder.month_totals(month date)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    label constant text := to_char(month, 'YYYY-MM');
    bounds record;
    totals jsonb;
begin
    select
        jsonb_build_object(
            'month', label,
            'total', reports.summary -> 'total',
            'by_level', reports.summary -> 'by_level',
            'by_kind', reports.summary -> 'by_kind',
            'known', true
        )
    into totals
    from public.reports
    where reports.month_label = label
    order by reports.revision desc
    limit 1;
    if found then
        return totals;
    end if;

    select * into bounds from pathfinder.month_bounds(month);
    return (
        select
            jsonb_build_object(
                'month', label,
                'total', count(*),
                'by_level', jsonb_build_object(
                    'csuite', count(*) filter (where detections.seniority_level = 'csuite'),
                    'vp', count(*) filter (where detections.seniority_level = 'vp')
                ),
                'by_kind', jsonb_build_object(
                    'new', count(*) filter (where detections.kind = 'new'),
                    'promotion', count(*) filter (where detections.kind = 'promotion')
                ),
                'known', count(*) > 0
            )
        from public.detections
        where detections.detected_at >= bounds.month_start and detections.detected_at < bounds.month_end
    );
end
$$;
revoke all on function pathfinder.month_totals(date) from public, anon, authenticated, service_role;
comment on function pathfinder.month_totals(date) is 'What a month came to, as its newest report says, or counted.';
