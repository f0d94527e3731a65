-- The oldest run that is owed at a moment, or no row.
--
-- Called by the tick, each minute: it is all that an idle tick costs, so it asks indexes only. Owed are
--   a period that failed, or was not finished, and whose time to go on has come;
--   the period after the newest one of a job (of housekeeping only the latest: nights missed need no cleaning);
--   a later revision of a report.
-- A failed period holds the later ones of its job back, so that they come in order; after five attempts (a
-- quarter of an hour) it no longer does, and is tried on beside them.
-- Example: select * from pathfinder.next_run(now());
create or replace function pathfinder.next_run(moment timestamptz, out job text, out period text, out due_at timestamptz)
returns setof record
language sql
stable
rows 1
set search_path = ''
as $$
    with known as (
        select
            jobs.job,
            settings as configured,
            (select max(job_runs.period) from public.job_runs where job_runs.job = jobs.job) as newest
        from (values ('digest'), ('report'), ('housekeeping')) as jobs (job), public.settings
    ),
    following as (
        select
            known.job,
            case known.job
                when 'digest' then to_char(to_date(known.newest, 'IYYY-"W"IW') + 7, 'IYYY-"W"IW')
                when 'report' then to_char(to_date(known.newest, 'YYYY-MM') + interval '1 month', 'YYYY-MM')
                else nullif(
                    greatest(pathfinder.latest_period('housekeeping', moment, known.configured), known.newest),
                    known.newest
                )
            end as period,
            known.configured
        from known
        where not exists (
            select
            from public.job_runs
            where job_runs.outcome = 'failed' and job_runs.job = known.job and job_runs.attempts < 5
        )
    ),
    candidates (job, period, due_at) as (
        select following.job, following.period, pathfinder.due_at(following.job, following.period, following.configured)
        from following
        where following.period is not null
        union all
        select unfinished.job, unfinished.period, pathfinder.due_at(unfinished.job, unfinished.period, settings)
        from public.job_runs as unfinished, public.settings
        where unfinished.outcome <> 'done'
            and unfinished.next_attempt_at <= moment
            and unfinished.job in ('digest', 'report', 'report_revision', 'housekeeping')
        union all
        select 'report_revision', revision.period, revision.due_at
        from pathfinder.next_revision(moment) as revision
    )
    select candidates.job, candidates.period, candidates.due_at
    from candidates
    where candidates.due_at <= moment
    order by candidates.due_at, candidates.job
    limit 1;
$$;
revoke all on function pathfinder.next_run(timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.next_run(timestamptz) is 'The oldest run that is owed at a moment, or no row.';
