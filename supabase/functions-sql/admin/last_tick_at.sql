-- When pg_cron last started the schedule's tick.
-- Called by: health.
-- Returns: null when it never did, as far as pg_cron's log goes back. Looks at the log's newest rows only.
-- Example: select pathfinder.last_tick_at();
create or replace function pathfinder.last_tick_at()
returns timestamptz
language sql
stable
set search_path = ''
as $$
    select max(newest.start_time)
    from (
        select job_run_details.start_time, job_run_details.command
        from cron.job_run_details
        order by job_run_details.runid desc
        limit 100
    ) as newest
    where newest.command ilike '%tick(%'
$$;

revoke all on function pathfinder.last_tick_at() from public, anon, authenticated, service_role;

comment on function pathfinder.last_tick_at() is 'When pg_cron last started the schedule''s tick.';
