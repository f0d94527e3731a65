-- Decides what an event of a locked member is (new, duplicate, stale, to be queued), stores it and applies it.
-- Called by: accept_event, within its error boundary.
-- Returns: the answer's result. Raises: whatever classifying or storing raises.
-- Example: select pathfinder.settle_event(event);
create or replace function pathfinder.settle_event(event public.events_raw)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
    latest public.events_raw := pathfinder.latest_event(event.user_id, event.attribute, false);
    known_id bigint := pathfinder.find_duplicate(event, latest);
    verdict text;
    level text;
begin
    if known_id is not null then
        return json_build_object('status', 'duplicate', 'user_id', event.user_id, 'event_id', known_id);
    end if;
    if pathfinder.has_pending_events(event.user_id) then
        return pathfinder.queue_event(event, null);
    end if;

    if latest.outcome <> 'processed' then
        latest := pathfinder.latest_event(event.user_id, event.attribute, true);
    end if;
    verdict := pathfinder.judge_order(event, latest);
    event := pathfinder.store_event(event, verdict);
    if verdict <> 'apply' then
        return json_build_object(
            'status', 'stale',
            'user_id', event.user_id,
            'event_id', event.id,
            'reason', 'A later change of this member is already known.'
        );
    end if;

    level := pathfinder.apply_event(event);
    if pathfinder.apply_held_events(event) > 0 then
        level := pathfinder.member_level(event.user_id);
    end if;
    return json_build_object(
        'status', 'processed',
        'user_id', event.user_id,
        'is_senior', level is not null,
        'seniority_level', level,
        'event_id', event.id
    );
end
$$;

revoke all on function pathfinder.settle_event(public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.settle_event(public.events_raw) is
    'Decides what an event of a locked member is, stores it and applies it.';
