-- The errors of the jobs that are dead, or wait after a failure, equal ones as one: the most frequent first. Of more
-- than 2000 dead ones the latest are read, and as many of those that wait: a person reads no further.
-- Returns: a JSON array of {"key", "error": the newest wording, "dead", "waiting", "kinds", "channels", "first_at",
--   "last_at"}, at most 100; first and last are when the jobs were queued.
-- Example: select public.list_job_errors();
create or replace function pathfinder.list_job_errors()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select coalesce(jsonb_agg(to_jsonb(groups) order by groups.dead desc, groups.waiting desc, groups.key), '[]')
    from (
        select
            pathfinder.error_key(job.last_error) as key,
            (array_agg(job.last_error order by job.id desc))[1] as error,
            count(*) filter (where job.status = 'dead') as dead,
            count(*) filter (where job.status = 'pending') as waiting,
            array_agg(distinct job.kind) as kinds,
            array_remove(array_agg(distinct job.channel), null) as channels,
            min(job.created_at) as first_at,
            max(job.created_at) as last_at
        from (
            (
                select outbox.*
                from public.outbox
                where outbox.status = 'dead'
                order by outbox.finished_at desc
                limit 2000
            )
            union all
            (
                select outbox.*
                from public.outbox
                where outbox.status = 'pending' and outbox.last_error is not null
                order by outbox.id desc
                limit 2000
            )
        ) as job
        where job.last_error is not null
        group by key
        order by dead desc, waiting desc, key
        limit 100
    ) as groups
$$;

create or replace function public.list_job_errors()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_job_errors()
$$;

revoke all on function pathfinder.list_job_errors() from public, anon, authenticated, service_role;
revoke all on function public.list_job_errors() from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_job_errors() to service_role;
grant execute on function public.list_job_errors() to service_role;

comment on function pathfinder.list_job_errors() is 'The errors of jobs, equal ones as one.';
comment on function public.list_job_errors() is 'The errors of jobs that are dead or wait, equal ones as one, the most frequent first.';
