-- The summary of a report: totals, levels, kinds, places, weeks, and the change against the month before.
--
-- Called by the schedule once the report's detections are marked. It covers those of the report's month that this
-- revision or an earlier one contains, in one pass. Names are counted whatever their case, and shown as most
-- members write them; at most twenty of each, then, as name null, those who gave none.
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
    -- The bounds of a month may be another zone's: whoever lies outside its local days counts at its edge.
    weeks as (
        select date_trunc('week', first_day)::date as first_week, date_trunc('week', last_day)::date as last_week
        from month
    ),
    contained as (
        select
            detections.seniority_level,
            detections.kind,
            detections.country,
            detections.company,
            detections.rules_version,
            least(
                greatest(
                    date_trunc('week', detections.detected_at at time zone report.time_zone)::date, weeks.first_week
                ),
                weeks.last_week
            ) as week
        from public.detections
        cross join weeks
        where detections.report_id in (
            select reports.id
            from public.reports
            where reports.month_label = report.month_label and reports.revision <= report.revision
        )
    ),
    -- Which of the grouping sets a row belongs to: a bit for each column that is not in it.
    counted as materialized (
        select
            grouping(kind, week, country, company, rules_version) as missing,
            seniority_level,
            kind,
            week,
            country,
            company,
            rules_version,
            count(*) as count
        from contained
        group by grouping sets ((seniority_level, kind), (seniority_level, week), (country), (company), (rules_version))
    ),
    totals as (
        select
            coalesce(sum(count), 0)::bigint as total,
            coalesce(sum(count) filter (where seniority_level = 'csuite'), 0)::bigint as csuite,
            coalesce(sum(count) filter (where seniority_level = 'vp'), 0)::bigint as vp,
            coalesce(sum(count) filter (where kind = 'new'), 0)::bigint as new,
            coalesce(sum(count) filter (where kind = 'promotion'), 0)::bigint as promotion
        from counted
        where missing = b'01111'::integer
    ),
    by_week as (
        select
            jsonb_agg(
                jsonb_build_object('start', week.start, 'csuite', week.csuite, 'vp', week.vp, 'total', week.csuite + week.vp)
                order by week.start
            ) as weeks
        from (
            select
                monday::date as start,
                coalesce(sum(counted.count) filter (where counted.seniority_level = 'csuite'), 0)::bigint as csuite,
                coalesce(sum(counted.count) filter (where counted.seniority_level = 'vp'), 0)::bigint as vp
            from weeks
            cross join generate_series(weeks.first_week::timestamp, weeks.last_week, interval '7 days') as monday
            left join counted on counted.week = monday::date and counted.missing = b'10111'::integer
            group by monday
        ) as week
    ),
    places as (
        select
            spelling.attribute,
            (array_agg(spelling.name order by spelling.count desc, spelling.name))[1] as name,
            sum(spelling.count)::bigint as count
        from (
            select
                case missing when b'11011'::integer then 'country' else 'company' end as attribute,
                nullif(btrim(coalesce(country, company)), '') as name,
                sum(count) as count
            from counted
            where missing in (b'11011'::integer, b'11101'::integer)
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
    before as (
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
            'rules_versions', coalesce(
                (
                    select jsonb_agg(rules_version order by rules_version)
                    from counted
                    where missing = b'11110'::integer and rules_version is not null
                ),
                '[]'
            )
        )
    from month, totals, by_week, before;
$$;
revoke all on function pathfinder.report_summary(public.reports) from public, anon, authenticated, service_role;
comment on function pathfinder.report_summary(public.reports) is
    'The summary of a report: totals, levels, kinds, places, weeks, and the change against the month before.';
