-- Hands due jobs to a worker, each with all that it is about, under a lease that only this worker may finish.
-- Returns: the claimed jobs, most urgent first; `attempt` is the token that goes with every later call about the
--   job.
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
    select
        claimed.id,
        claimed.kind,
        claimed.channel,
        channels.transport,
        channels.config - '{alerts,send_empty,group_by}'::text[] || case
            -- A copy for one person goes through the channel's mail server, and to nobody else.
            when claimed.payload ? 'to' then jsonb_build_object('to', jsonb_build_array(claimed.payload -> 'to'))
            else '{}'
        end,
        claimed.payload,
        case
            when claimed.kind = 'alert' then pathfinder.alert_document(claimed.id, claimed.channel)
            when claimed.kind = 'event' then pathfinder.event_document(claimed.payload, claimed.channel)
            else pathfinder.outbox_document(claimed.kind, claimed.payload)
        end,
        coalesce(claimed.result, '{}'),
        claimed.attempts,
        claimed.max_attempts + claimed.uncounted_attempts,
        claimed.lease_expires_at,
        claimed.created_at
    from pathfinder.lease_jobs(
        claim_outbox.worker, claim_outbox.kinds, claim_outbox.max_jobs, claim_outbox.lease_seconds
    ) as claimed
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
