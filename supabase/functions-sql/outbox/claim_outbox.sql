-- Hands due jobs to a worker, each under a lease that only this worker may finish.
--
-- One statement. Due are pending jobs whose time has come and running ones whose lease ran out. Channels take
-- turns: no channel's backlog keeps another waiting, and within a turn a smaller priority goes first. Rows that
-- another worker is just claiming are skipped, never waited for. Jobs of a channel that is switched off stay where
-- they are, and so do alerts in a channel's quiet hours. A job whose last permitted attempt lost its lease becomes dead.
--
-- Compiling the statement just in time would take longer than running it, so that is off.
--
-- Called by: the worker (service_role).
-- Returns: the claimed jobs, most urgent first; `attempt` is the token that goes with every later call about the job.
-- Raises: 22023 when an argument is out of range.
-- Example: select id, kind from public.claim_outbox('worker-1', array['digest'], 5, 60);
create or replace function pathfinder.claim_outbox(
    worker text,
    kinds text[],
    max_jobs integer,
    lease_seconds numeric
)
returns table (
    id bigint,
    kind text,
    channel text,
    transport text,
    config jsonb,
    payload jsonb,
    document jsonb,
    progress jsonb,
    attempt integer,
    max_attempts integer,
    lease_expires_at timestamptz,
    created_at timestamptz
)
language plpgsql
volatile
security definer
set search_path = ''
set jit = off
as $$
#variable_conflict use_column
begin
    if coalesce(btrim(claim_outbox.worker), '') = '' then
        raise exception 'claim_outbox needs the name of the worker'
            using errcode = '22023', hint = 'Pass a name that is unique among the workers, such as host and process id.';
    end if;
    if coalesce(claim_outbox.max_jobs, 0) not between 1 and 1000
        or coalesce(claim_outbox.lease_seconds, 0) not between 1 and 86400 then
        raise exception 'max_jobs is a number from 1 to 1000, lease_seconds one from 1 to 86400'
            using errcode = '22023';
    end if;

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
                    and (claim_outbox.kinds is null or outbox.kind = any (claim_outbox.kinds))
                    and not (lane.is_quiet and outbox.kind = 'alert')
                order by outbox.priority, outbox.run_at, outbox.id
                limit claim_outbox.max_jobs
                for update skip locked
            ) as locked
        ) as picked
    ),
    lapsed as (
        select outbox.id, outbox.priority, outbox.run_at, 0::bigint as turn
        from public.outbox
        where outbox.status = 'running'
            and outbox.lease_expires_at <= now()
            and (claim_outbox.kinds is null or outbox.kind = any (claim_outbox.kinds))
        order by outbox.lease_expires_at
        limit claim_outbox.max_jobs
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
        limit claim_outbox.max_jobs
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
            locked_by = claim_outbox.worker,
            lease_expires_at = now() + make_interval(secs => claim_outbox.lease_seconds::double precision)
        from before
        where not before.is_spent and outbox.id = before.id
        returning outbox.*
    ),
    recorded as (
        insert into public.outbox_attempts (outbox_id, attempt, worker)
        select claimed.id, claimed.attempts, claim_outbox.worker from claimed
    )
    select
        claimed.id,
        claimed.kind,
        claimed.channel,
        channels.transport,
        channels.config,
        claimed.payload,
        case
            when claimed.kind = 'alert' then pathfinder.alert_document(claimed.id, claimed.channel)
            else pathfinder.outbox_document(claimed.kind, claimed.payload)
        end,
        coalesce(claimed.result, '{}'),
        claimed.attempts,
        claimed.max_attempts + claimed.uncounted_attempts,
        claimed.lease_expires_at,
        claimed.created_at
    from claimed
    left join public.channels on channels.name = claimed.channel
    order by claimed.priority, claimed.run_at, claimed.id;
end
$$;

revoke all on function pathfinder.claim_outbox(text, text[], integer, numeric)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.claim_outbox(text, text[], integer, numeric) to service_role;

comment on function pathfinder.claim_outbox(text, text[], integer, numeric) is
    'Hands due jobs to a worker, each under a lease.';

create or replace function public.claim_outbox(
    worker text,
    kinds text[] default null,
    max_jobs integer default 1,
    lease_seconds numeric default 60
)
returns table (
    id bigint,
    kind text,
    channel text,
    transport text,
    config jsonb,
    payload jsonb,
    document jsonb,
    progress jsonb,
    attempt integer,
    max_attempts integer,
    lease_expires_at timestamptz,
    created_at timestamptz
)
language sql
volatile
set search_path = ''
as $$
    select * from pathfinder.claim_outbox(worker, kinds, max_jobs, lease_seconds)
$$;

revoke all on function public.claim_outbox(text, text[], integer, numeric)
    from public, anon, authenticated, service_role;
grant execute on function public.claim_outbox(text, text[], integer, numeric) to service_role;

comment on function public.claim_outbox(text, text[], integer, numeric) is
    'For the worker: hands it due jobs, each under a lease that only it may finish.';
