-- How long a failed job waits before its next attempt: 5 seconds, doubled each time, at the most an hour, each
-- shortened by up to half at random so that jobs that failed together do not come back together.
-- Returns: an interval; `jitter` is a number from 0 (half the delay) to 1 (all of it).
-- Example: select pathfinder.job_retry_delay(3, 1);  -- 20 seconds
create or replace function pathfinder.job_retry_delay(failures integer, jitter double precision default random())
returns interval
language sql
immutable
set search_path = ''
as $$
    select least(interval '5 seconds' * power(2, least(greatest(failures, 1), 20) - 1), interval '1 hour')
        * (0.5 + 0.5 * jitter)
$$;

revoke all on function pathfinder.job_retry_delay(integer, double precision)
    from public, anon, authenticated, service_role;

comment on function pathfinder.job_retry_delay(integer, double precision) is
    'How long a failed job waits before its next attempt.';
