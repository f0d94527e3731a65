-- The heartbeat of the schedule: runs what is owed in the time zone of the settings, each period once.
--
-- Called each minute by pg_cron; only the owner may call it (a wrong `now` would build what is not due yet).
-- Returns what it did: see pathfinder.run_tick(). Failures are in job_runs; nothing is raised.
-- Example: select public.tick();
create or replace function public.tick(now timestamptz default now())
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.run_tick(tick.now);
$$;
revoke all on function public.tick(timestamptz) from public, anon, authenticated, service_role;
comment on function public.tick(timestamptz) is
    'Runs what the schedule owes: digests, reports, housekeeping. Called each minute by pg_cron.';
