-- Tells whether events of a member still wait to be processed. Parked ones no longer wait.
-- Called by: settle_event.
-- Returns: true or false. Raises: nothing.
-- Example: select pathfinder.has_pending_events('2000');
create or replace function pathfinder.has_pending_events(user_id text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    return exists (
        select
        from public.events_raw as waiting
        where waiting.user_id = has_pending_events.user_id
            and not waiting.processed
            and waiting.outcome is null
    );
end
$$;

revoke all on function pathfinder.has_pending_events(text) from public, anon, authenticated, service_role;

comment on function pathfinder.has_pending_events(text) is 'Whether events of a member still wait to be processed.';
