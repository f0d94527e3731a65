-- The instant at which clocks in a time zone show a local time. Where daylight saving leaves the time out, the
-- first instant after the gap; where it shows the time twice, the first of the two. (Postgres alone would say an
-- hour too late in both cases.)
-- Returns: timestamptz; null for null.
-- Raises: 22023 for an unknown zone.
-- Example: select pathfinder.local_instant('2026-03-08 02:30', 'America/New_York');  -- 2026-03-08 07:00:00+00
create or replace function pathfinder.local_instant(local timestamp, zone text)
returns timestamptz
language plpgsql
stable
strict
set search_path = ''
as $$
declare
    instant timestamptz := local at time zone zone;
    -- Longer than any change of a clock, shorter than the time between two.
    day_before timestamptz := instant - interval '26 hours';
    earlier timestamptz;
    low bigint;
    high bigint;
    middle bigint;
begin
    if instant at time zone zone = local then
        -- Of two instants Postgres takes the second. The first has the offset of the day before.
        earlier := (local - (day_before at time zone zone - day_before at time zone 'UTC')) at time zone 'UTC';
        if earlier < instant and earlier at time zone zone = local then
            return earlier;
        end if;
        return instant;
    end if;

    -- In a gap Postgres counts on with the offset from before it, so the gap ended at most its own length ago.
    -- Clocks change at whole seconds.
    high := floor(extract(epoch from instant));
    low := high - ceil(extract(epoch from instant at time zone zone - local)) - 1;
    while high - low > 1 loop
        middle := (low + high) / 2;
        if to_timestamp(middle) at time zone zone > local then
            high := middle;
        else
            low := middle;
        end if;
    end loop;
    return to_timestamp(high);
end
$$;
revoke all on function pathfinder.local_instant(timestamp, text) from public, anon, authenticated, service_role;
comment on function pathfinder.local_instant(timestamp, text) is
    'The instant of a local time: after the gap where daylight saving skips it, the first where it comes twice.';
