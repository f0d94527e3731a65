-- Stores one event and applies it, or says why not. Whatever fails, the event is stored.
--
-- Events of one member take turns; those of different members do not wait for each other. While earlier events of the
-- member are still queued, this one queues behind them, since applying it first would let them overwrite it.
-- Returns: {"status": processed|duplicate|stale|skipped|queued, "user_id", "event_id", …}. Raises: nothing it can help.
-- Example: select pathfinder.accept_event(pathfinder.read_event(…));
create or replace function pathfinder.accept_event(event public.events_raw)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
    state text;
    fault text;
begin
    if event.state = 'skipped' then
        return json_build_object('status', 'skipped', 'reason', event.error);
    end if;

    begin
        perform pg_advisory_xact_lock(pathfinder.member_lock_key(event.community, event.user_id));
        return pathfinder.settle_event(event);
    exception
        -- The statement timeout is a query_canceled, which `others` leaves out.
        when query_canceled or others then
            get stacked diagnostics
                state = returned_sqlstate,
                fault = message_text;
    end;
    return pathfinder.queue_event(event, format('%s: %s', state, fault));
end
$$;

revoke all on function pathfinder.accept_event(public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.accept_event(public.events_raw) is 'Stores one event and applies it, or says why not.';
