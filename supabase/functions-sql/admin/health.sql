-- Whether everything works, and if not, why: what a monitor asks.
--
-- `down`: the schedule does not run, or nothing can be classified. `degraded`: something waits or has failed and
-- needs a person. Each reason is a sentence. All figures come from indexes on what is unfinished, so the answer
-- costs the same however much is stored.
--
-- Called by: a monitor, `captpathfinder doctor` (service_role), over GET or POST.
-- Returns: {"status": "ok" | "degraded" | "down", "reasons": […], "checks": {…}}; over HTTP with status 200, or
--   503 when down.
-- Example: select public.health();
create or replace function pathfinder.health()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    checks jsonb;
    down text[];
    degraded text[];
begin
    select jsonb_build_object(
        'time', now(),
        'last_tick_at', pathfinder.last_tick_at(),
        'rules_version', (select max(rule_versions.version) from public.rule_versions),
        'active_sources', (select count(*) from public.webhook_sources where webhook_sources.enabled),
        'active_channels', (select count(*) from public.channels where channels.is_active),
        'oldest_pending_event_at', (
            select min(events_raw.received_at) from public.events_raw
            where not events_raw.processed and events_raw.outcome is null
        ),
        'parked_events', (
            select count(*) from public.events_raw where not events_raw.processed and events_raw.outcome = 'parked'
        ),
        'oldest_due_job_at', (
            select min(outbox.run_at) from public.outbox where outbox.status = 'pending' and outbox.run_at <= now()
        ),
        'dead_jobs', (select count(*) from public.outbox where outbox.status = 'dead'),
        'failed_runs', (select count(*) from public.job_runs where job_runs.outcome = 'failed'),
        'workers', (
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
            from public.worker_heartbeats
            where worker_heartbeats.seen_at > now() - interval '2 minutes'
        )
    )
    into checks;

    down := array_remove(array[
        case
            when checks ->> 'last_tick_at' is null then
                'The schedule has not run yet. It is to run each minute: is pg_cron enabled, and does cron.job hold the tick?'
            when (checks ->> 'last_tick_at')::timestamptz < now() - interval '5 minutes' then
                format('The schedule has not run since %s. Look at cron.job_run_details.', checks ->> 'last_tick_at')
        end,
        case
            when checks ->> 'rules_version' is null then
                'There are no classification rules. Import a rule set.'
        end
    ], null);

    degraded := array_remove(array[
        case
            when (checks ->> 'active_sources')::integer = 0 then
                'No webhook source is enabled, so every webhook is refused. Add one to webhook_sources and set its secret.'
        end,
        case
            when (checks ->> 'active_channels')::integer = 0 then
                'No channel is active, so nobody is told anything. Add one to channels.'
        end,
        case
            when (checks ->> 'oldest_pending_event_at')::timestamptz < now() - interval '10 minutes' then
                format('A webhook has waited for processing since %s. See events_raw.error.', checks ->> 'oldest_pending_event_at')
        end,
        case
            when (checks ->> 'parked_events')::integer > 0 then
                format('%s webhooks could not be processed and are parked. See events_raw.error.', checks ->> 'parked_events')
        end,
        case
            when (checks ->> 'oldest_due_job_at')::timestamptz < now() - interval '15 minutes' then
                format('A job has waited for a worker since %s. Is a worker running, and the job''s channel active?', checks ->> 'oldest_due_job_at')
        end,
        case
            when (checks ->> 'dead_jobs')::integer > 0 then
                format('%s jobs are dead. See outbox.last_error, mend the cause, then run captpathfinder redrive.', checks ->> 'dead_jobs')
        end,
        case
            when (checks ->> 'failed_runs')::integer > 0 then
                format('%s scheduled runs have failed and are tried again. See job_runs.error.', checks ->> 'failed_runs')
        end,
        case
            when checks -> 'workers' = '[]' then
                'No worker has been seen for two minutes. Start one with captpathfinder run.'
        end,
        case
            when exists (
                select from jsonb_array_elements(checks -> 'workers') as worker
                where worker ->> 'control_room' in ('rejected', 'key_rejected')
            ) then
                'The control room refuses the worker''s key. Give the worker a valid AA_API_KEY.'
        end
    ], null);

    return jsonb_build_object(
        'status', case when down <> '{}' then 'down' when degraded <> '{}' then 'degraded' else 'ok' end,
        'reasons', to_jsonb(down || degraded),
        'checks', checks
    );
end
$$;

revoke all on function pathfinder.health() from public, anon, authenticated, service_role;
grant execute on function pathfinder.health() to service_role;

comment on function pathfinder.health() is 'Whether everything works, and if not, why.';

create or replace function public.health()
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    answer constant jsonb := pathfinder.health();
begin
    if answer ->> 'status' = 'down' then
        perform set_config('response.status', '503', true);
    end if;
    return answer;
end
$$;

revoke all on function public.health() from public, anon, authenticated, service_role;
grant execute on function public.health() to service_role;

comment on function public.health() is
    'Whether everything works: ok, degraded or down, with reasons; HTTP 503 when down.';
