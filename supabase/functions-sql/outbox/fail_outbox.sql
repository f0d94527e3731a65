-- Records a failed attempt and decides what becomes of the job.
-- Returns: 'pending' when it will be tried again, 'dead' when not (the failure is final, or it was the last
--   permitted attempt), null when the lease is lost. A repeated call about the same attempt gets the same answer.
--   `retry_after_seconds`, where the other side asked for it, is the least wait.
-- Example: select public.fail_outbox(7, 'worker-1', 2, 'The control room answered 503.', true, 30);
create or replace function pathfinder.fail_outbox(
    job_id bigint,
    worker text,
    attempt integer,
    error text,
    retryable boolean,
    retry_after_seconds numeric
)
returns text
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    job public.outbox;
    failures integer;
    is_dead boolean;
begin
    job := pathfinder.holds_lease(fail_outbox.job_id, fail_outbox.worker, fail_outbox.attempt);
    if job.id is null then
        return (
            select case outbox_attempts.outcome when 'retry' then 'pending' when 'dead' then 'dead' end
            from public.outbox_attempts
            where outbox_attempts.outbox_id = fail_outbox.job_id
                and outbox_attempts.attempt = fail_outbox.attempt
                and outbox_attempts.worker = fail_outbox.worker
        );
    end if;

    failures := job.attempts - job.uncounted_attempts;
    is_dead := not coalesce(fail_outbox.retryable, true) or failures >= job.max_attempts;

    update public.outbox
    set status = case when is_dead then 'dead' else 'pending' end,
        finished_at = case when is_dead then now() end,
        run_at = case
            when is_dead then outbox.run_at
            else now() + greatest(
                pathfinder.job_retry_delay(failures),
                make_interval(secs => least(coalesce(fail_outbox.retry_after_seconds, 0), 86400)::double precision)
            )
        end,
        lease_expires_at = null,
        locked_by = null,
        last_error = left(fail_outbox.error, 2000)
    where outbox.id = job.id;

    update public.outbox_attempts
    set outcome = case when is_dead then 'dead' else 'retry' end,
        finished_at = now(),
        error = left(fail_outbox.error, 2000)
    where outbox_attempts.outbox_id = job.id and outbox_attempts.attempt = fail_outbox.attempt;

    return case when is_dead then 'dead' else 'pending' end;
end
$$;

revoke all on function pathfinder.fail_outbox(bigint, text, integer, text, boolean, numeric)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.fail_outbox(bigint, text, integer, text, boolean, numeric) to service_role;

comment on function pathfinder.fail_outbox(bigint, text, integer, text, boolean, numeric) is
    'Records a failed attempt: the job is tried again later, or is dead.';

create or replace function public.fail_outbox(
    job_id bigint,
    worker text,
    attempt integer,
    error text,
    retryable boolean default true,
    retry_after_seconds numeric default null
)
returns text
language sql
volatile
set search_path = ''
as $$
    select pathfinder.fail_outbox(job_id, worker, attempt, error, retryable, retry_after_seconds)
$$;

revoke all on function public.fail_outbox(bigint, text, integer, text, boolean, numeric)
    from public, anon, authenticated, service_role;
grant execute on function public.fail_outbox(bigint, text, integer, text, boolean, numeric) to service_role;

comment on function public.fail_outbox(bigint, text, integer, text, boolean, numeric) is
    'For the worker: records a failed attempt; pending, dead, or null when its lease is lost.';
