-- What is wrong in a channel's schedule.
-- Returns: one sentence part a problem; {} when all is well.
-- Example: select pathfinder.schedule_problems('{"day": "monday", "time": "8:00"}');
create or replace function pathfinder.schedule_problems(schedule jsonb)
returns text[]
language sql
stable
set search_path = ''
as $$
    select array_remove(
        array[
            (
                select string_agg(format('%s is not known: it can be day, time or time_zone', key), '; ' order by key)
                from jsonb_object_keys(schedule) as key
                where key not in ('day', 'time', 'time_zone')
            ),
            case
                when not coalesce(schedule ->> 'day', 'monday') = any (
                    '{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'
                ) or jsonb_typeof(schedule -> 'day') <> 'string'
                    then 'day must be monday, tuesday, wednesday, thursday, friday, saturday or sunday'
            end,
            case
                when coalesce(schedule ->> 'time', '00:00') !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
                    or jsonb_typeof(schedule -> 'time') <> 'string'
                    then 'time must be a time of day such as 08:00'
            end,
            case
                when jsonb_typeof(schedule -> 'time_zone') <> 'string'
                    or schedule ? 'time_zone' and pathfinder.canonical_time_zone(schedule ->> 'time_zone') is null
                    then 'time_zone must be a continent and a city, such as '
                    || coalesce((pathfinder.nearest_time_zones(schedule ->> 'time_zone'))[1], 'Europe/Berlin')
            end
        ],
        null
    )
$$;

revoke all on function pathfinder.schedule_problems(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.schedule_problems(jsonb) is 'What is wrong in a channel''s schedule.';
