-- Processes one queued event of a locked member within an error boundary. What fails is tried again after a growing
-- delay, and parked in the end, where health() shows it. A parked event no longer keeps the member's later ones
-- waiting.
-- Returns: whether it is done with (applied, stale or held); false when it failed.
-- Example: select pathfinder.process_pending_event(events_raw) from public.events_raw where id = 7;
create or replace function pathfinder.process_pending_event(event public.events_raw)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
    latest public.events_raw;
    verdict text;
    code text;
    fault text;
begin
    begin
        latest := pathfinder.latest_event(event.community, event.user_id, event.attribute, true);
        verdict := pathfinder.judge_order(pathfinder.stored_reading(event), event.id, latest);
        update public.events_raw as stored
        set settled_at = clock_timestamp(),
            attempts = stored.attempts + 1,
            error = null,
            state = case verdict when 'apply' then 'processed' else verdict end,
            due_at = case verdict
                when 'held' then now() + (select settings.hold_window from public.settings)
            end
        where stored.id = event.id
        returning stored.* into event;

        if verdict = 'apply' then
            perform pathfinder.apply_event(event);
        elsif verdict = 'stale' and event.kind = 'registration' and latest.kind <> 'departure' then
            perform pathfinder.apply_joining(event.community, event.user_id, event.details ->> 'joined_at');
        end if;
        return true;
    exception when others then
        get stacked diagnostics
            code = returned_sqlstate,
            fault = message_text;
    end;

    update public.events_raw as stored
    set attempts = stored.attempts + 1,
        error = left(format('%s: %s', code, fault), 1000),
        due_at = now() + pathfinder.event_retry_delay(stored.attempts + 1),
        state = case when pathfinder.event_retry_delay(stored.attempts + 1) is null then 'parked' else 'waiting' end,
        settled_at = case when pathfinder.event_retry_delay(stored.attempts + 1) is null then now() end
    where stored.id = event.id;
    return false;
end
$$;

revoke all on function pathfinder.process_pending_event(public.events_raw)
    from public, anon, authenticated, service_role;

comment on function pathfinder.process_pending_event(public.events_raw) is
    'Processes one queued event of a locked member within an error boundary.';
