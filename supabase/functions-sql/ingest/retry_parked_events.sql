-- Puts the parked events back into the queue, once their cause is mended.
-- Returns: how many.
-- Example: select public.retry_parked_events();
create or replace function pathfinder.retry_parked_events()
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    retried integer;
begin
    update public.events_raw
    set state = 'waiting',
        settled_at = null,
        attempts = 0,
        due_at = now()
    where state = 'parked';
    get diagnostics retried = row_count;
    return retried;
end
$$;

revoke all on function pathfinder.retry_parked_events() from public, anon, authenticated, service_role;
grant execute on function pathfinder.retry_parked_events() to service_role;

comment on function pathfinder.retry_parked_events() is 'Puts the parked events back into the queue.';

create or replace function public.retry_parked_events()
returns integer
language sql
volatile
set search_path = ''
as $$
    select pathfinder.retry_parked_events()
$$;

revoke all on function public.retry_parked_events() from public, anon, authenticated, service_role;
grant execute on function public.retry_parked_events() to service_role;

comment on function public.retry_parked_events() is
    'Puts webhooks that failed too often back into the queue, once their cause is mended.';
