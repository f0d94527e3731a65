-- The figures behind health(), each from an index on what is unfinished, or from counters: the answer costs the
-- same however much is stored.
-- Returns: see health; times as ISO 8601, null: never, or none.
-- Example: select pathfinder.health_checks();
create or replace function pathfinder.health_checks()
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    tick constant jsonb := pathfinder.last_tick();
    migration text;
    workers jsonb;
    webhooks jsonb;
    jobs jsonb;
begin
    -- The last migration brings it: without, not all were applied.
    if to_regprocedure('pathfinder.schema_version()') is not null then
        migration := pathfinder.schema_version();
    end if;

    -- A worker that has said goodbye is not missed, and does not count as alive.
    select coalesce(
        jsonb_agg(
            jsonb_build_object(
                'worker', worker_heartbeats.worker,
                'version', worker_heartbeats.version,
                'seen_at', worker_heartbeats.seen_at,
                'in_flight', worker_heartbeats.in_flight,
                'realtime_state', worker_heartbeats.realtime_state,
                'realtime_message_at', worker_heartbeats.realtime_message_at,
                'control_room', worker_heartbeats.details -> 'control_room'
            )
            order by worker_heartbeats.worker
        ),
        '[]'
    )
    into workers
    from public.worker_heartbeats
    where worker_heartbeats.seen_at > now() - interval '2 minutes'
        and not (
            coalesce(worker_heartbeats.details -> 'stopping' = 'true', false)
            and coalesce(worker_heartbeats.in_flight, 0) = 0
        );

    select jsonb_build_object(
        'accepted', coalesce(sum(counter.count) filter (where not counter.is_refused and not counter.is_remark), 0),
        'unauthorised', coalesce(sum(counter.count) filter (where counter.outcome = 'unauthorised'), 0),
        'malformed', coalesce(sum(counter.count) filter (where counter.outcome in ('malformed', 'too_large')), 0),
        'unreadable_times', coalesce(sum(counter.count) filter (where counter.outcome = 'unreadable_times'), 0)
    )
    into webhooks
    from (
        select
            webhook_counters.count,
            webhook_counters.outcome,
            webhook_counters.outcome in ('unauthorised', 'malformed', 'too_large') as is_refused,
            -- What was noted of a webhook that is counted already.
            webhook_counters.outcome in ('ignored_fields', 'unreadable_times') as is_remark
        from pathfinder.webhook_counters
        where webhook_counters.day > (now() at time zone 'UTC')::date - 7
    ) as counter;

    -- What nobody takes because its channel is switched off is not late, but somebody should know.
    select jsonb_build_object(
        'oldest_due', min(due.due_at) filter (where due.is_taken),
        'held', count(*) filter (where not due.is_taken),
        'held_channels', array_agg(distinct due.channel) filter (where not due.is_taken)
    )
    into jobs
    from (
        select
            outbox.channel,
            outbox.run_at as due_at,
            outbox.channel is null or exists (
                select from public.channels where channels.name = outbox.channel and channels.is_active
            ) as is_taken
        from public.outbox
        where outbox.status = 'pending' and outbox.run_at <= now()
        union all
        select outbox.channel, outbox.lease_expires_at, true
        from public.outbox
        where outbox.status = 'running' and outbox.lease_expires_at <= now()
    ) as due;

    return jsonb_build_object(
        'time', now(),
        'database', jsonb_build_object(
            'version', current_setting('server_version'),
            'migration', migration,
            'read_only', pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean
        ),
        'last_tick_at', tick -> 'ran_at',
        'tick_active', tick -> 'active',
        'tick_failed', tick -> 'failed',
        'rules_version', (select max(rule_versions.version) from public.rule_versions),
        'active_sources', (select count(*) from public.webhook_sources where webhook_sources.enabled),
        'active_channels', (select count(*) from public.channels where channels.is_active),
        'webhooks_last_7_days', webhooks,
        'last_event_at', (select events_raw.received_at from public.events_raw order by events_raw.id desc limit 1),
        'oldest_pending_event_at', (
            select min(events_raw.received_at) from public.events_raw
            where events_raw.state = 'waiting'
        ),
        'parked_events', (select count(*) from public.events_raw where events_raw.state = 'parked'),
        'oldest_due_job_at', jobs -> 'oldest_due',
        'held_jobs', jobs -> 'held',
        'held_channels', jobs -> 'held_channels',
        'dead_jobs', (select count(*) from public.outbox where outbox.status = 'dead'),
        'failed_runs', (select count(*) from public.job_runs where job_runs.outcome = 'failed'),
        'realtime_published', exists (
            select
            from pg_publication_rel
            join pg_publication on pg_publication.oid = pg_publication_rel.prpubid
            where pg_publication.pubname = 'supabase_realtime'
                and pg_publication_rel.prrelid = 'public.outbox'::regclass
        ),
        'workers', workers
    );
end
$$;

revoke all on function pathfinder.health_checks() from public, anon, authenticated, service_role;

comment on function pathfinder.health_checks() is 'The figures behind health().';
