-- Does one thing with a job, or with all that are dead or wait after one error (a key of list_job_errors()):
--   retry     dead ones wait again, with their attempts counted anew, and waiting ones are due now;
--   postpone  waiting ones are not due before delay has passed;
--   cancel    waiting ones are given up: they are dead, and can be retried;
--   discard   dead ones are deleted, for good.
-- What a worker has at that moment is left alone. With a dry run nothing is done.
-- Returns: how many jobs it did it with, or would.
-- Raises: 22023 for another action, and without a job or an error.
-- Example: select public.act_on_jobs('retry', error => '900150983cd24fb0d6963f7d28e17f72', dry_run => false);
create or replace function pathfinder.act_on_jobs(
    action text, job_id bigint, error text, delay interval, dry_run boolean
)
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    states constant text[] := case act_on_jobs.action
        when 'retry' then '{dead,pending}' when 'postpone' then '{pending}' when 'cancel' then '{pending}'
        when 'discard' then '{dead}'
    end;
    chosen bigint[];
begin
    if states is null then
        raise exception '% is nothing that can be done with a job', coalesce(quote_literal(left(act_on_jobs.action, 40)), 'null')
            using errcode = '22023', hint = 'Write retry, postpone, cancel or discard.';
    end if;
    if num_nonnulls(act_on_jobs.job_id, act_on_jobs.error) <> 1 then
        raise exception 'act_on_jobs needs either the id of a job or the key of an error'
            using errcode = '22023', hint = 'list_job_errors() has the keys.';
    end if;
    select array_agg(job.id) into chosen
    from (
        select outbox.id
        from public.outbox
        where outbox.status = any (states) and outbox.id in (
            select act_on_jobs.job_id
            union all
            select dead.id
            from public.outbox as dead
            where dead.status = 'dead' and dead.last_error is not null
                and pathfinder.error_key(dead.last_error) = act_on_jobs.error
            union all
            select waiting.id
            from public.outbox as waiting
            where waiting.status = 'pending' and waiting.last_error is not null
                and pathfinder.error_key(waiting.last_error) = act_on_jobs.error
        )
        for update skip locked
    ) as job;
    if chosen is null or act_on_jobs.dry_run then
        return coalesce(cardinality(chosen), 0);
    end if;

    if act_on_jobs.action = 'discard' then
        delete from public.outbox where outbox.id = any (chosen);
    else
        update public.outbox
        set status = case when act_on_jobs.action = 'cancel' then 'dead' else 'pending' end,
            finished_at = case when act_on_jobs.action = 'cancel' then now() end,
            run_at = case act_on_jobs.action
                when 'retry' then now()
                when 'postpone' then greatest(outbox.run_at, now()) + act_on_jobs.delay
                else outbox.run_at
            end,
            uncounted_attempts = case
                when outbox.status = 'dead' then outbox.attempts else outbox.uncounted_attempts
            end,
            last_error = case
                when act_on_jobs.action = 'cancel' then 'Cancelled on the dashboard.' else outbox.last_error
            end
        where outbox.id = any (chosen);
    end if;
    perform pathfinder.write_audit(
        'jobs', act_on_jobs.action,
        jsonb_strip_nulls(jsonb_build_object(
            'job', act_on_jobs.job_id, 'error', act_on_jobs.error, 'jobs', cardinality(chosen), 'delay', act_on_jobs.delay
        ))
    );
    return cardinality(chosen);
end
$$;

create or replace function public.act_on_jobs(
    action text,
    job_id bigint default null,
    error text default null,
    delay interval default '1 hour',
    dry_run boolean default true
)
returns bigint
language sql
volatile
set search_path = ''
as $$
    select pathfinder.act_on_jobs(
        act_on_jobs.action, act_on_jobs.job_id, act_on_jobs.error, act_on_jobs.delay, act_on_jobs.dry_run
    )
$$;

revoke all on function pathfinder.act_on_jobs(text, bigint, text, interval, boolean)
from public, anon, authenticated, service_role;
revoke all on function public.act_on_jobs(text, bigint, text, interval, boolean)
from public, anon, authenticated, service_role;
grant execute on function pathfinder.act_on_jobs(text, bigint, text, interval, boolean) to service_role;
grant execute on function public.act_on_jobs(text, bigint, text, interval, boolean) to service_role;

comment on function pathfinder.act_on_jobs(text, bigint, text, interval, boolean) is 'Retries, postpones, cancels or discards jobs.';
comment on function public.act_on_jobs(text, bigint, text, interval, boolean) is
    'Retries, postpones, cancels or discards a job, or all of one error; only counts them unless dry_run is false.';
