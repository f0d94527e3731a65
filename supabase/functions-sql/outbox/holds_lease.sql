-- Locks a running job for the worker that holds its live lease. Keep the row in a variable: within a `where` this
-- volatile function would be called once for every job there is.
-- Returns: the job's row, locked until the transaction ends; null when the lease ran out or belongs to another
--   attempt.
-- Example: select * from pathfinder.holds_lease(7, 'worker-1', 2);
create or replace function pathfinder.holds_lease(job_id bigint, worker text, attempt integer)
returns public.outbox
language sql
volatile
set search_path = ''
as $$
    select outbox
    from public.outbox
    where outbox.id = holds_lease.job_id
        and outbox.status = 'running'
        and outbox.locked_by = holds_lease.worker
        and outbox.attempts = holds_lease.attempt
        and outbox.lease_expires_at > now()
    for update
$$;

revoke all on function pathfinder.holds_lease(bigint, text, integer) from public, anon, authenticated, service_role;

comment on function pathfinder.holds_lease(bigint, text, integer) is
    'Locks a running job for the worker that holds its live lease; null for anybody else.';
