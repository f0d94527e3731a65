-- Judges whether a change is newer than what is known of the member's attribute (`latest`: applied last; `own_id`: of
-- one stored before). Times that differ decide; else the old value, within one field and the window. If it is not the
-- latest value known, the change comes from before (it was stored, or a later one replaced its value): stale; or one
-- between the two is on its way or lost: held, until that comes or settings.hold_window ends. An empty old value of a
-- source that never sent another says nothing. A registration is older than any change, but for a departure; and what
-- replaced a title comes from before that.
-- Returns: apply, stale or held.
-- Example: select pathfinder.judge_order(reading, null, latest);
create or replace function pathfinder.judge_order(reading pathfinder.reading, own_id bigint, latest public.events_raw)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
    replaced_value constant text := case
        when reading.old_value <> '' or reading.sends_old_values then reading.old_value
    end;
    known_time timestamptz;
    since timestamptz;
begin
    if reading.attribute is null then
        return 'apply';
    end if;
    if reading.occurred_at is not null then
        known_time := greatest(
            case when reading.attribute = 'title' then (
                select state.title_occurred_at
                from public.user_state as state
                where state.community = reading.community and state.user_id = reading.user_id
            ) end,
            pathfinder.known_time(reading.community, reading.user_id, reading.attribute, own_id)
        );
        if reading.occurred_at < known_time then
            return 'stale';
        end if;
    end if;
    if latest.id is null then
        return 'apply';
    end if;
    if reading.kind = 'registration' then
        return case
            when latest.kind = 'departure' and (reading.details ->> 'joined_at')::timestamptz
                > coalesce(latest.occurred_at, latest.received_at) - interval '1 day' then 'apply'
            else 'stale'
        end;
    end if;
    if reading.occurred_at > latest.occurred_at then
        return 'apply';
    end if;

    select now() - settings.dedup_window into since from public.settings;
    if replaced_value is null
        or pathfinder.same_value(replaced_value, latest.value)
        or latest.settled_at <= since
        or latest.profile_field <> reading.profile_field then
        -- One that failed, and was overtaken by later ones before it was tried again.
        return case when latest.id > own_id and replaced_value is null then 'stale' else 'apply' end;
    end if;
    if latest.kind = 'departure' or exists (
        select
        from public.events_raw as earlier
        where earlier.community = reading.community
            and earlier.user_id = reading.user_id
            and earlier.attribute = reading.attribute
            and earlier.settled_at > since
            and earlier.id is distinct from own_id
            and earlier.old_value is not null
            and (
                (earlier.state = 'processed' and pathfinder.same_value(earlier.old_value, reading.value))
                or (
                    earlier.value is not distinct from reading.value
                    and pathfinder.same_value(earlier.old_value, replaced_value)
                )
            )
    ) then
        return 'stale';
    end if;
    return 'held';
end
$$;

revoke all on function pathfinder.judge_order(pathfinder.reading, bigint, public.events_raw)
    from public, anon, authenticated, service_role;

comment on function pathfinder.judge_order(pathfinder.reading, bigint, public.events_raw) is
    'Whether a change is newer than what is known of the member''s attribute: apply, stale or held.';
