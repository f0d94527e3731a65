-- When the schedule's tick last ran, and how that ended. Reads the newest rows of pg_cron's log, which has no index
-- but the one on the run's number. Other applications' jobs share that log; a thousand rows reach back several
-- minutes on all but the busiest.
-- Returns: {"active": whether pg_cron has the job and it is switched on, "ran_at": start of the last run that
--   succeeded or still runs, "failed": whether the newest finished run failed}; null where there is none.
-- Example: select pathfinder.last_tick();
create or replace function pathfinder.last_tick()
returns jsonb
language sql
stable
set search_path = ''
as $$
    with tick as (
        select job.jobid, job.active from cron.job where job.jobname = 'captpathfinder-tick'
    ),
    runs as materialized (
        select newest.runid, newest.start_time, newest.status
        from (
            select job_run_details.runid, job_run_details.jobid, job_run_details.start_time, job_run_details.status
            from cron.job_run_details
            order by job_run_details.runid desc
            limit 1000
        ) as newest
        where newest.jobid in (select tick.jobid from tick)
    )
    select jsonb_build_object(
        'active', coalesce((select bool_or(tick.active) from tick), false),
        'ran_at', (select max(runs.start_time) from runs where runs.status in ('succeeded', 'running', 'sending')),
        'failed', (
            select runs.status = 'failed' from runs
            where runs.status in ('succeeded', 'failed')
            order by runs.runid desc
            limit 1
        )
    )
$$;

revoke all on function pathfinder.last_tick() from public, anon, authenticated, service_role;

comment on function pathfinder.last_tick() is 'When the schedule''s tick last ran, and how that ended.';
