-- A worker says that it is alive.
-- Returns: the database's clock, so that the worker can tell how far its own is off.
-- Example: select public.heartbeat('worker-1', '0.1.0', 4, 1, 'listening', now());
create or replace function pathfinder.heartbeat(
    worker text,
    version text,
    concurrency integer,
    in_flight integer,
    realtime_state text,
    realtime_message_at timestamptz,
    details jsonb
)
returns timestamptz
language sql
volatile
security definer
set search_path = ''
as $$
    insert into public.worker_heartbeats (
        worker, version, concurrency, in_flight, realtime_state, realtime_message_at, details
    )
    values (
        heartbeat.worker, heartbeat.version, heartbeat.concurrency, heartbeat.in_flight,
        heartbeat.realtime_state, heartbeat.realtime_message_at, pathfinder.json_object(heartbeat.details)
    )
    on conflict on constraint worker_heartbeats_pkey do update
    set version = excluded.version,
        concurrency = excluded.concurrency,
        in_flight = excluded.in_flight,
        realtime_state = excluded.realtime_state,
        realtime_message_at = excluded.realtime_message_at,
        details = excluded.details,
        seen_at = now();
    select clock_timestamp()
$$;

revoke all on function pathfinder.heartbeat(text, text, integer, integer, text, timestamptz, jsonb)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.heartbeat(text, text, integer, integer, text, timestamptz, jsonb) to service_role;

comment on function pathfinder.heartbeat(text, text, integer, integer, text, timestamptz, jsonb) is
    'A worker says that it is alive.';

create or replace function public.heartbeat(
    worker text,
    version text default null,
    concurrency integer default null,
    in_flight integer default null,
    realtime_state text default null,
    realtime_message_at timestamptz default null,
    details jsonb default '{}'
)
returns timestamptz
language sql
volatile
set search_path = ''
as $$
    select pathfinder.heartbeat(worker, version, concurrency, in_flight, realtime_state, realtime_message_at, details)
$$;

revoke all on function public.heartbeat(text, text, integer, integer, text, timestamptz, jsonb)
    from public, anon, authenticated, service_role;
grant execute on function public.heartbeat(text, text, integer, integer, text, timestamptz, jsonb) to service_role;

comment on function public.heartbeat(text, text, integer, integer, text, timestamptz, jsonb) is
    'For the worker: says that it is alive; returns the database''s clock.';
