-- Gives a job back unfinished, to be claimed again at once; the attempt does not count.
-- Returns: whether it was given back; false when the lease is lost.
-- Example: select public.release_outbox(7, 'worker-1', 2);
create or replace function pathfinder.release_outbox(job_id bigint, worker text, attempt integer)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    job constant public.outbox := pathfinder.holds_lease(
        release_outbox.job_id, release_outbox.worker, release_outbox.attempt
    );
begin
    update public.outbox
    set status = 'pending', lease_expires_at = null, locked_by = null,
        uncounted_attempts = outbox.uncounted_attempts + 1
    where outbox.id = job.id;
    if not found then
        return false;
    end if;

    update public.outbox_attempts
    set outcome = 'released', finished_at = now()
    where outbox_attempts.outbox_id = release_outbox.job_id
        and outbox_attempts.attempt = release_outbox.attempt;
    return true;
end
$$;

revoke all on function pathfinder.release_outbox(bigint, text, integer)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.release_outbox(bigint, text, integer) to service_role;

comment on function pathfinder.release_outbox(bigint, text, integer) is 'Gives a job back unfinished.';

create or replace function public.release_outbox(job_id bigint, worker text, attempt integer)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select pathfinder.release_outbox(job_id, worker, attempt)
$$;

revoke all on function public.release_outbox(bigint, text, integer) from public, anon, authenticated, service_role;
grant execute on function public.release_outbox(bigint, text, integer) to service_role;

comment on function public.release_outbox(bigint, text, integer) is
    'For the worker: gives a job back unfinished at a shutdown; the attempt does not count.';
