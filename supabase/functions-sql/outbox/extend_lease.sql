-- Keeps a job with the worker that is still at it.
-- Returns: the lease's new end, or null when the lease is lost and the work must be given up.
-- Example: select public.extend_lease(7, 'worker-1', 2, 60);
create or replace function pathfinder.extend_lease(job_id bigint, worker text, attempt integer, lease_seconds numeric)
returns timestamptz
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    job constant public.outbox
        := pathfinder.holds_lease(extend_lease.job_id, extend_lease.worker, extend_lease.attempt);
    extended timestamptz;
begin
    update public.outbox
    set lease_expires_at = now()
        + make_interval(secs => least(greatest(extend_lease.lease_seconds, 1), 86400)::double precision)
    where outbox.id = job.id
    returning outbox.lease_expires_at into extended;
    return extended;
end
$$;

revoke all on function pathfinder.extend_lease(bigint, text, integer, numeric)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.extend_lease(bigint, text, integer, numeric) to service_role;

comment on function pathfinder.extend_lease(bigint, text, integer, numeric) is
    'Prolongs a live lease; null when it is lost.';

create or replace function public.extend_lease(
    job_id bigint,
    worker text,
    attempt integer,
    lease_seconds numeric default 60
)
returns timestamptz
language sql
volatile
set search_path = ''
as $$
    select pathfinder.extend_lease(job_id, worker, attempt, lease_seconds)
$$;

revoke all on function public.extend_lease(bigint, text, integer, numeric)
    from public, anon, authenticated, service_role;
grant execute on function public.extend_lease(bigint, text, integer, numeric) to service_role;

comment on function public.extend_lease(bigint, text, integer, numeric) is
    'For the worker: prolongs its lease on a job; null when the lease is lost.';
