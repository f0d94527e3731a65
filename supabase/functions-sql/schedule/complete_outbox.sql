-- Finishes a job, and in the same transaction does what follows from it.
-- Returns: true when the job is done (also when this very attempt had said so before and its answer was lost);
--   false when the lease is lost: another attempt has the job now.
-- Example: select public.complete_outbox(7, 'worker-1', 2, '{"deployment_id": "…"}');
create or replace function pathfinder.complete_outbox(job_id bigint, worker text, attempt integer, result jsonb)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    job public.outbox;
begin
    -- A member's lock comes before a job's, as where somebody is forgotten.
    perform pathfinder.lock_member(coalesce(outbox.payload ->> 'community', 'main'), outbox.payload ->> 'user_id')
    from public.outbox
    where outbox.id = complete_outbox.job_id and outbox.kind = 'enrichment';
    job := pathfinder.finish_job(
        complete_outbox.job_id, complete_outbox.worker, complete_outbox.attempt, complete_outbox.result
    );
    if job.id is null then
        return exists (
            select from public.outbox_attempts
            where outbox_attempts.outbox_id = complete_outbox.job_id
                and outbox_attempts.attempt = complete_outbox.attempt
                and outbox_attempts.worker = complete_outbox.worker
                and outbox_attempts.outcome = 'done'
        );
    end if;

    perform pathfinder.apply_job_result(job);
    return true;
end
$$;

revoke all on function pathfinder.complete_outbox(bigint, text, integer, jsonb)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.complete_outbox(bigint, text, integer, jsonb) to service_role;

comment on function pathfinder.complete_outbox(bigint, text, integer, jsonb) is
    'Finishes a job and does what follows from it.';

create or replace function public.complete_outbox(
    job_id bigint,
    worker text,
    attempt integer,
    result jsonb default '{}'
)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select pathfinder.complete_outbox(job_id, worker, attempt, result)
$$;

revoke all on function public.complete_outbox(bigint, text, integer, jsonb)
    from public, anon, authenticated, service_role;
grant execute on function public.complete_outbox(bigint, text, integer, jsonb) to service_role;

comment on function public.complete_outbox(bigint, text, integer, jsonb) is
    'For the worker: finishes a job; false when its lease is lost.';
