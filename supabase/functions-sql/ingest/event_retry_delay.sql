-- How long an event that failed waits before it is tried again: a minute, doubled each time, at the most six hours.
-- Returns: an interval; null when it has failed so often (14 times, in about 38 hours) that it is parked.
-- Example: select pathfinder.event_retry_delay(3);  -- 4 minutes
create or replace function pathfinder.event_retry_delay(failures integer)
returns interval
language sql
immutable
set search_path = ''
as $$
    select case
        when failures < 14 then least(interval '1 minute' * power(2, failures - 1), interval '6 hours')
    end
$$;

revoke all on function pathfinder.event_retry_delay(integer) from public, anon, authenticated, service_role;

comment on function pathfinder.event_retry_delay(integer) is
    'How long an event that failed waits before it is tried again; null: no more.';
