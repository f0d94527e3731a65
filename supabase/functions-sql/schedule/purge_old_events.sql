-- Delete what is past its retention: processed webhooks and the history of finished work.
--
-- Called by the owner, in SQL; the schedule does it each night. Stops after about a minute; call it again while
-- the answer has "complete": false. Returns how many rows went from which table.
-- Example: select public.purge_old_events();
create or replace function public.purge_old_events(now timestamptz default now())
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.purge(purge_old_events.now, interval '1 minute');
$$;
revoke all on function public.purge_old_events(timestamptz) from public, anon, authenticated, service_role;
comment on function public.purge_old_events(timestamptz) is
    'Deletes what is past its retention: processed webhooks and the history of finished work.';
