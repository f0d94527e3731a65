-- How long a failed period waits before its next attempt: 1, 2, 4, … minutes, at most 6 hours.
-- Returns: interval.
-- Example: select pathfinder.period_retry_delay(3);  -- 00:04:00
create or replace function pathfinder.period_retry_delay(attempts integer)
returns interval
language sql
immutable
set search_path = ''
as $$
    select least(interval '6 hours', interval '1 minute' * 2 ^ least(attempts - 1, 20));
$$;
revoke all on function pathfinder.period_retry_delay(integer) from public, anon, authenticated, service_role;
comment on function pathfinder.period_retry_delay(integer) is
    'How long a failed period waits before its next attempt: 1, 2, 4, … minutes, at most 6 hours.';
