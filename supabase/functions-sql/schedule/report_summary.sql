-- The summary of a report: totals, levels, kinds, places, weeks, and the change against the month before. It covers
-- those of the report's month that this revision or an earlier one contains, in one pass. Names are counted
-- whatever their case, and shown as most members write them; at most twenty of each, then, as name null, those who
-- gave none.
-- Returns: jsonb.
-- Example: select pathfinder.report_summary(reports) from public.reports where id = 1;
create or replace function pathfinder.report_summary(report public.reports)
returns jsonb
language sql
stable
set search_path = ''
set timezone = 'UTC'
as $$
    with month as (
        select
            to_date(report.month_label, 'YYYY-MM') as first_day,
            (to_date(report.month_label, 'YYYY-MM') + interval '1 month')::date - 1 as last_day
    ),
    weeks as (
        select
            array_agg(monday::date order by monday) as mondays,
            array_agg(pathfinder.local_instant(monday, report.time_zone) order by monday) as starts
        from
            month,
            generate_series(date_trunc('week', first_day::timestamp), last_day::timestamp, interval '7 days') as monday
    ),
    -- One pass, counted in four ways; `counts` says which of them a row belongs to.
    counted as materialized (
        select
            case
                when grouping(detections.week) = 0 then 'people'
                when grouping(detections.country) = 0 then 'country'
                when grouping(detections.company) = 0 then 'company'
                else 'rules_version'
            end as counts,
            detections.seniority_level,
            detections.kind,
            detections.country,
            detections.company,
            detections.rules_version,
            detections.week,
            count(*) as count
        from (
            select
                detections.seniority_level,
                detections.kind,
                detections.country,
                detections.company,
                detections.rules_version,
                -- The bounds of a month may be another zone's: whoever lies outside its local weeks counts at the edge.
                greatest(width_bucket(detections.detected_at, weeks.starts), 1) as week
            from public.detections
            cross join weeks
            where detections.report_id = any (array(
                select reports.id
                from public.reports
                where reports.month_label = report.month_label and reports.revision <= report.revision
            ))
            -- Keeps the planner from taking weeks to be as many as moments, and sorting all rows by them.
            offset 0
        ) as detections
        group by grouping sets ((seniority_level, kind, week), (country), (company), (rules_version))
    ),
    totals as (
        select
            coalesce(sum(count), 0)::bigint as total,
            coalesce(sum(count) filter (where seniority_level = 'csuite'), 0)::bigint as csuite,
            coalesce(sum(count) filter (where seniority_level = 'vp'), 0)::bigint as vp,
            coalesce(sum(count) filter (where kind = 'new'), 0)::bigint as new,
            coalesce(sum(count) filter (where kind = 'promotion'), 0)::bigint as promotion
        from counted
        where counts = 'people'
    ),
    by_week as (
        select
            jsonb_agg(
                jsonb_build_object(
                    'start', week.monday, 'csuite', week.csuite, 'vp', week.vp, 'total', week.csuite + week.vp
                )
                order by week.monday
            ) as weeks
        from (
            select
                calendar.monday,
                coalesce(sum(counted.count) filter (where counted.seniority_level = 'csuite'), 0)::bigint as csuite,
                coalesce(sum(counted.count) filter (where counted.seniority_level = 'vp'), 0)::bigint as vp
            from weeks
            cross join unnest(weeks.mondays) with ordinality as calendar (monday, number)
            left join counted on counted.week = calendar.number and counted.counts = 'people'
            group by calendar.monday
        ) as week
    ),
    places as (
        select
            spelling.attribute,
            (array_agg(spelling.name order by spelling.count desc, spelling.name))[1] as name,
            sum(spelling.count)::bigint as count
        from (
            select
                counts as attribute,
                nullif(btrim(case counts when 'company' then company else country end), '') as name,
                sum(count) as count
            from counted
            where counts in ('country', 'company')
            group by 1, 2
        ) as spelling
        group by spelling.attribute, lower(spelling.name)
    ),
    by_place as (
        select
            ranked.attribute,
            jsonb_agg(
                jsonb_build_object('name', ranked.name, 'count', ranked.count)
                order by ranked.name is null, ranked.place
            ) as places
        from (
            select
                places.*,
                row_number() over (
                    partition by places.attribute, places.name is null order by places.count desc, places.name
                ) as place
            from places
        ) as ranked
        where ranked.place <= 20
        group by ranked.attribute
    ),
    before as materialized (
        select pathfinder.month_totals((month.first_day - interval '1 month')::date) as totals from month
    )
    select
        jsonb_build_object(
            'month', report.month_label,
            'name', to_char(month.first_day, 'FMMonth YYYY'),
            'period_start', report.period_start,
            'period_end', report.period_end,
            'time_zone', report.time_zone,
            'revision', report.revision,
            'people_added', case
                when report.revision = 1 then 0
                else (select count(*) from public.detections where detections.report_id = report.id)
            end,
            'total', totals.total,
            'by_level', jsonb_build_object('csuite', totals.csuite, 'vp', totals.vp),
            'by_kind', jsonb_build_object('new', totals.new, 'promotion', totals.promotion),
            'by_country', coalesce((select places from by_place where attribute = 'country'), '[]'),
            'by_company', coalesce((select places from by_place where attribute = 'company'), '[]'),
            'by_week', by_week.weeks,
            'previous', before.totals,
            'change', jsonb_build_object(
                'total', totals.total - (before.totals ->> 'total')::bigint,
                'csuite', totals.csuite - (before.totals -> 'by_level' ->> 'csuite')::bigint,
                'vp', totals.vp - (before.totals -> 'by_level' ->> 'vp')::bigint,
                'new', totals.new - (before.totals -> 'by_kind' ->> 'new')::bigint,
                'promotion', totals.promotion - (before.totals -> 'by_kind' ->> 'promotion')::bigint
            ),
            'rules_versions', (
                select coalesce(jsonb_agg(rules_version order by rules_version), '[]')
                from counted
                where counts = 'rules_version' and rules_version is not null
            )
        )
    from month, totals, by_week, before;
$$;
revoke all on function pathfinder.report_summary(public.reports) from public, anon, authenticated, service_role;
comment on function pathfinder.report_summary(public.reports) is
    'The summary of a report: totals, levels, kinds, places, weeks, and the change against the month before.';
