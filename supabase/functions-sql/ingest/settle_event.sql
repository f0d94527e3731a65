-- Decides what an event of a locked member is (new, duplicate, stale, to be queued), stores it and applies it.
--
-- Of most members nothing else is retained; then there is nothing to compare the event with.
-- Returns: the answer's result. Raises: whatever classifying or storing raises.
-- Example: select pathfinder.settle_event(event);
create or replace function pathfinder.settle_event(event public.events_raw)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
    has_history constant boolean := exists (
        select from public.events_raw as stored where stored.community = event.community and stored.user_id = event.user_id
    );
    latest public.events_raw;
    known_id bigint;
    is_behind boolean;
    has_held boolean := false;
    verdict text := 'apply';
    level text;
begin
    if has_history then
        latest := pathfinder.latest_event(event.community, event.user_id, event.attribute, false);
    end if;
    if has_history or event.event_id is not null or event.attribute is null then
        known_id := pathfinder.find_duplicate(event, latest);
    end if;
    if known_id is not null then
        return json_build_object('status', 'duplicate', 'user_id', event.user_id, 'event_id', known_id);
    end if;

    if has_history then
        select
            exists (
                -- Parked ones no longer wait.
                select
                from public.events_raw as waiting
                where waiting.community = event.community
                    and waiting.user_id = event.user_id
                    and waiting.state = 'waiting'
            ),
            exists (
                select
                from public.events_raw as held
                where held.community = event.community
                    and held.user_id = event.user_id
                    and held.attribute = event.attribute
                    and held.state = 'held'
            )
        into is_behind, has_held;
        if is_behind then
            return pathfinder.queue_event(event, null);
        end if;
        if latest.state <> 'processed' then
            latest := pathfinder.latest_event(event.community, event.user_id, event.attribute, true);
        end if;
    end if;

    if has_history or event.occurred_at is not null then
        verdict := pathfinder.judge_order(event, latest);
    end if;
    event.id := pathfinder.store_event(event, verdict);
    if verdict <> 'apply' then
        return json_build_object(
            'status', 'stale',
            'user_id', event.user_id,
            'event_id', event.id,
            'reason', 'A later change of this member is already known.'
        );
    end if;

    event.received_at := now();
    level := pathfinder.apply_event(event);
    if has_held and pathfinder.apply_held_events(event) > 0 then
        level := pathfinder.member_level(event.community, event.user_id);
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
