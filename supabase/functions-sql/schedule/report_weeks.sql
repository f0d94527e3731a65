-- How many people were found in each week of a month, whole or not, by level. Weeks begin on Monday, in local time.
-- Returns: [{"start": "2026-11-02", "total", "by_level": {level: n}}]
-- Example: select pathfinder.report_weeks('{}', '2026-11-01', '2026-11-30', 'Europe/Berlin');
create or replace function pathfinder.report_weeks(
    found pathfinder.net_change[], first_day date, last_day date, time_zone text
)
returns jsonb
language sql
stable
set search_path = ''
as $$
    with week as (
        select
            monday::date as monday,
            row_number() over (order by monday) as number,
            pathfinder.local_instant(monday, time_zone) as starts
        from generate_series(date_trunc('week', first_day::timestamp), last_day::timestamp, interval '7 days') as monday
    ),
    counted as materialized (
        select placed.number, placed.level, count(*) as count
        from (
            select
                person.level,
                -- The bounds of a month may be another zone's: who lies outside its local weeks counts at the edge.
                greatest(width_bucket(person.changed_at, array(select week.starts from week order by 1)), 1) as number
            from unnest(found) as person
        ) as placed
        group by placed.number, placed.level
    )
    select jsonb_agg(
        jsonb_build_object('start', week.monday, 'total', levels.total, 'by_level', levels.by_level)
        order by week.monday
    )
    from week
    cross join lateral (
        select
            coalesce(sum(counted.count), 0) as total,
            coalesce(jsonb_object_agg(counted.level, counted.count) filter (where counted.level is not null), '{}')
                as by_level
        from counted
        where counted.number = week.number
    ) as levels
$$;

revoke all on function pathfinder.report_weeks(pathfinder.net_change[], date, date, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.report_weeks(pathfinder.net_change[], date, date, text) is
    'How many people were found in each week of a month.';
