-- Finishes a job under its live lease.
-- Returns: the job as it is now; all null when the lease is lost: another attempt has the job, or it was finished
--   before.
-- Example: select pathfinder.finish_job(7, 'worker-1', 2, '{"deployment_id": "…"}');
create or replace function pathfinder.finish_job(job_id bigint, worker text, attempt integer, result jsonb)
returns public.outbox
language plpgsql
volatile
set search_path = ''
as $$
declare
    job public.outbox;
begin
    job := pathfinder.holds_lease(finish_job.job_id, finish_job.worker, finish_job.attempt);
    if job.id is null then
        return job;
    end if;
    update public.outbox
    set status = 'done', finished_at = now(), lease_expires_at = null, locked_by = null,
        result = coalesce(outbox.result, '{}') || pathfinder.json_object(finish_job.result)
    where outbox.id = job.id
    returning outbox.* into job;

    update public.outbox_attempts
    set outcome = 'done', finished_at = now()
    where outbox_attempts.outbox_id = job.id and outbox_attempts.attempt = finish_job.attempt;
    return job;
end
$$;

revoke all on function pathfinder.finish_job(bigint, text, integer, jsonb)
    from public, anon, authenticated, service_role;

comment on function pathfinder.finish_job(bigint, text, integer, jsonb) is 'Finishes a job under its live lease.';
