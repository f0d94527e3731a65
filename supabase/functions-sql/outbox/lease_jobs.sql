-- Leases due jobs to a worker, in one statement. Due are pending jobs whose time has come and running ones whose lease
-- ran out. Channels take turns, so that no backlog keeps another waiting; rows that another worker is just claiming
-- are skipped; what belongs to a channel that is switched off, or to its quiet hours, stays. A job whose last
-- permitted attempt lost its lease becomes dead. Compiling the statement would cost more than running it: no jit.
-- Returns: the leased jobs, as they are now.
-- Example: select id, kind from pathfinder.lease_jobs('worker-1', array['digest'], 5, 60);
create or replace function pathfinder.lease_jobs(
    worker text,
    kinds text[],
    max_jobs integer,
    lease_seconds numeric
)
returns setof public.outbox
language plpgsql
volatile
set search_path = ''
set jit = off
as $$
#variable_conflict use_column
begin
    return query
    with lane as (
        select '' as name, false as is_quiet
        union all
        select
            channels.name,
            pathfinder.after_quiet_hours(now(), channels.config #> '{alerts,quiet_hours}', settings.time_zone) > now()
        from public.channels
        cross join public.settings
        where channels.is_active
    ),
    waiting as (
        select picked.id, picked.priority, picked.run_at, picked.turn
        from lane
        cross join lateral (
            select locked.id, locked.priority, locked.run_at, row_number() over () as turn
            from (
                select outbox.id, outbox.priority, outbox.run_at
                from public.outbox
                where outbox.status = 'pending'
                    and coalesce(outbox.channel, '') = lane.name
                    and outbox.run_at <= now()
                    and (lease_jobs.kinds is null or outbox.kind = any (lease_jobs.kinds))
                    and not (lane.is_quiet and outbox.kind = 'alert')
                order by outbox.priority, outbox.run_at, outbox.id
                limit lease_jobs.max_jobs
                for update skip locked
            ) as locked
        ) as picked
    ),
    lapsed as (
        select outbox.id, outbox.priority, outbox.run_at, 0::bigint as turn
        from public.outbox
        where outbox.status = 'running'
            and outbox.lease_expires_at <= now()
            and (lease_jobs.kinds is null or outbox.kind = any (lease_jobs.kinds))
        order by outbox.lease_expires_at
        limit lease_jobs.max_jobs
        for update skip locked
    ),
    due as (
        select * from waiting
        union all
        select * from lapsed
    ),
    chosen as (
        select due.id
        from due
        order by (due.priority > 20), due.turn, due.priority, due.run_at, due.id
        limit lease_jobs.max_jobs
    ),
    before as (
        select
            outbox.id,
            outbox.attempts,
            outbox.status = 'running' as was_running,
            outbox.status = 'running'
                and outbox.attempts - outbox.uncounted_attempts >= outbox.max_attempts as is_spent
        from public.outbox
        join chosen on chosen.id = outbox.id
    ),
    expired as (
        update public.outbox_attempts
        set outcome = 'lease_expired', finished_at = now(),
            error = coalesce(outbox_attempts.error, 'The worker stopped answering and its lease ran out.')
        from before
        where before.was_running
            and outbox_attempts.outbox_id = before.id
            and outbox_attempts.attempt = before.attempts
    ),
    buried as (
        update public.outbox
        set status = 'dead', finished_at = now(), lease_expires_at = null, locked_by = null,
            last_error = 'The worker stopped answering and its lease ran out; that was the last attempt.'
        from before
        where before.is_spent and outbox.id = before.id
    ),
    claimed as (
        update public.outbox
        set status = 'running',
            attempts = outbox.attempts + 1,
            locked_by = lease_jobs.worker,
            lease_expires_at = now() + make_interval(secs => lease_jobs.lease_seconds::double precision)
        from before
        where not before.is_spent and outbox.id = before.id
        returning outbox.*
    ),
    recorded as (
        insert into public.outbox_attempts (outbox_id, attempt, worker)
        select claimed.id, claimed.attempts, lease_jobs.worker from claimed
    )
    select claimed.* from claimed;
end
$$;

revoke all on function pathfinder.lease_jobs(text, text[], integer, numeric)
    from public, anon, authenticated, service_role;

comment on function pathfinder.lease_jobs(text, text[], integer, numeric) is
    'Leases due jobs to a worker, in one statement.';
