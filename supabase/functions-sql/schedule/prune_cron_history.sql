-- Delete what pg_cron remembers of this project's runs of more than a week ago. Other applications' jobs are left
-- alone. Runs that never began have no time, so everything up to the newest run that is old enough goes.
-- Returns: how many.
-- Example: select pathfinder.prune_cron_history(now());
create or replace function pathfinder.prune_cron_history(moment timestamptz)
returns bigint
language sql
set search_path = ''
as $$
    with ours as (
        select job.jobid from cron.job where job.jobname in ('captpathfinder-tick', 'captpathfinder-prune')
    ),
    gone as (
        delete from cron.job_run_details
        where job_run_details.jobid in (select ours.jobid from ours)
            and job_run_details.runid <= (
                select max(old.runid)
                from cron.job_run_details as old
                where old.jobid in (select ours.jobid from ours) and old.end_time < moment - interval '7 days'
            )
        returning job_run_details.runid
    )
    select count(*) from gone;
$$;
revoke all on function pathfinder.prune_cron_history(timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.prune_cron_history(timestamptz) is
    'Deletes what pg_cron remembers of this project''s runs of more than a week ago.';
