-- Remembers how far an attempt has come (such as the id of a deployment), for the next attempt to go on from.
-- Returns: whether it was recorded; false when the lease is lost.
-- Example: select public.record_progress(7, 'worker-1', 2, '{"deployment_id": "…"}');
create or replace function pathfinder.record_progress(job_id bigint, worker text, attempt integer, progress jsonb)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    job constant public.outbox := pathfinder.holds_lease(
        record_progress.job_id, record_progress.worker, record_progress.attempt
    );
begin
    update public.outbox
    set result = coalesce(outbox.result, '{}') || pathfinder.json_object(record_progress.progress)
    where outbox.id = job.id;
    return found;
end
$$;

revoke all on function pathfinder.record_progress(bigint, text, integer, jsonb)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.record_progress(bigint, text, integer, jsonb) to service_role;

comment on function pathfinder.record_progress(bigint, text, integer, jsonb) is
    'Remembers how far an attempt has come.';

create or replace function public.record_progress(job_id bigint, worker text, attempt integer, progress jsonb)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select pathfinder.record_progress(job_id, worker, attempt, progress)
$$;

revoke all on function public.record_progress(bigint, text, integer, jsonb)
    from public, anon, authenticated, service_role;
grant execute on function public.record_progress(bigint, text, integer, jsonb) to service_role;

comment on function public.record_progress(bigint, text, integer, jsonb) is
    'For the worker: remembers how far an attempt has come; false when the lease is lost.';
