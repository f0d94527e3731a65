-- Decides what a webhook is (new, duplicate, stale, held, to be queued), stores it and applies it. Those of one member
-- take turns; those of different members do not wait for each other. While earlier ones of the member are queued, this
-- one queues behind them, since applying it first would let them overwrite it. Of most members nothing else is
-- retained; then there is nothing to compare it with. Of somebody who was forgotten nothing is stored.
-- Returns: the answer's result.
-- Raises: whatever classifying or storing raises.
-- Example: select pathfinder.settle_event(reading);
create or replace function pathfinder.settle_event(reading pathfinder.reading)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
    has_forgotten boolean;
    has_history boolean;
    is_behind boolean;
    has_held boolean := false;
    latest public.events_raw;
    known_id bigint;
    verdict text := 'apply';
    held_until timestamptz;
    event_id bigint;
    change pathfinder.profile_change;
    level text;
begin
    perform pg_advisory_xact_lock(pathfinder.member_lock_key(reading.community, reading.user_id));
    select
        exists (select from pathfinder.forgotten),
        exists (
            select
            from public.events_raw as stored
            where stored.community = reading.community and stored.user_id = reading.user_id
        )
    into has_forgotten, has_history;
    if has_forgotten and pathfinder.is_forgotten(reading.community, reading.user_id) then
        return json_build_object(
            'status', 'processed', 'user_id', reading.user_id, 'is_senior', false, 'seniority_level', null, 'event_id', null
        );
    end if;

    if has_history then
        latest := pathfinder.latest_event(reading.community, reading.user_id, reading.attribute, false);
    end if;
    if has_history or reading.event_id is not null or reading.attribute is null then
        known_id := pathfinder.find_duplicate(reading, latest);
        if known_id is not null and not (
            known_id = latest.id
            and latest.state = 'processed'
            and latest.attribute = 'title'
            and pathfinder.is_executive_unknown(reading.community, reading.user_id, latest.value)
        ) then
            return json_build_object('status', 'duplicate', 'user_id', reading.user_id, 'event_id', known_id);
        end if;
    end if;
    if has_history then
        select
            exists (
                -- Parked ones no longer wait.
                select
                from public.events_raw as waiting
                where waiting.community = reading.community
                    and waiting.user_id = reading.user_id
                    and waiting.state = 'waiting'
            ),
            exists (
                select
                from public.events_raw as held
                where held.community = reading.community
                    and held.user_id = reading.user_id
                    and held.attribute = reading.attribute
                    and held.state = 'held'
            )
        into is_behind, has_held;
        if is_behind then
            return pathfinder.queue_event(reading, null);
        end if;
        if latest.state <> 'processed' then
            latest := pathfinder.latest_event(reading.community, reading.user_id, reading.attribute, true);
        end if;
    end if;
    if has_history or reading.occurred_at is not null then
        verdict := pathfinder.judge_order(reading, null, latest);
        if verdict = 'held' then
            select now() + settings.hold_window into held_until from public.settings;
        end if;
    end if;

    event_id := pathfinder.store_event(
        reading, case verdict when 'apply' then 'processed' else verdict end, held_until, null
    );
    if reading.old_value <> '' and not reading.sends_old_values then
        update public.webhook_sources
        set sends_old_values = true
        where webhook_sources.name = reading.source and not webhook_sources.sends_old_values;
    end if;
    if verdict = 'held' then
        return json_build_object(
            'status', 'held',
            'user_id', reading.user_id,
            'event_id', event_id,
            'until', held_until,
            'reason', 'It builds on a change that has not come yet. It counts as soon as that comes, or else from then on.'
        );
    elsif verdict = 'stale' then
        if reading.kind = 'registration' and latest.kind <> 'departure' then
            perform pathfinder.apply_joining(reading.community, reading.user_id, reading.details ->> 'joined_at');
        end if;
        return json_build_object(
            'status', 'stale',
            'user_id', reading.user_id,
            'event_id', event_id,
            'reason', 'A later change of this member is already known.'
        );
    end if;

    change := (
        event_id, reading.community, reading.user_id, reading.username, reading.attribute, reading.value,
        reading.details, reading.occurred_at, reading.profile_field
    );
    level := case reading.kind
        when 'departure' then (pathfinder.apply_departure(change)).level
        else (pathfinder.apply_change(change)).level
    end;
    if has_held and pathfinder.apply_held_events(change) > 0 then
        level := pathfinder.member_level(reading.community, reading.user_id);
    end if;
    return json_build_object(
        'status', 'processed',
        'user_id', reading.user_id,
        'is_senior', level is not null,
        'seniority_level', level,
        'event_id', event_id
    );
end
$$;

revoke all on function pathfinder.settle_event(pathfinder.reading) from public, anon, authenticated, service_role;

comment on function pathfinder.settle_event(pathfinder.reading) is
    'Decides what a webhook is, stores it and applies it.';
