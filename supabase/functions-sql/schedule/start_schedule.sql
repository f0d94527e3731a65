-- Start the ledger: what was due before this moment is owed to nobody. The newest row of a job says how far it is,
-- so each job gets the period before the first one it owes. A month that is not over yet is owed even if its
-- evening has begun: otherwise what the rest of it finds would be in no report.
-- Returns: nothing.
-- Example: select pathfinder.start_schedule(now());
create or replace function pathfinder.start_schedule(moment timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
begin
    insert into public.job_runs (job, period, period_end, started_at, finished_at, outcome, attempts, result)
    select
        start.job,
        start.period,
        pathfinder.due_at(start.job, start.period, configured),
        moment,
        moment,
        'done',
        0,
        jsonb_build_object('note', 'the schedule starts after this period')
    from unnest(pathfinder.scheduled_jobs()) as job
    cross join lateral pathfinder.job_settings(job) as configured
    cross join lateral (
        select
            job,
            case job
                when 'report' then to_char((moment at time zone configured.time_zone) - interval '1 month', 'YYYY-MM')
                else pathfinder.latest_period(job, moment, configured)
            end as period
    ) as start
    where not exists (select from public.job_runs where job_runs.job = start.job);
end
$$;
revoke all on function pathfinder.start_schedule(timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.start_schedule(timestamptz) is
    'Starts the ledger of each job that has none: what was due before this moment is not owed.';
