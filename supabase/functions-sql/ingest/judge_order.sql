-- Judges whether an event is newer than what is known of the member's attribute.
--
-- With the sender's times on both, the times decide. Without them, the value that the event says it replaced does: if
-- that is not the latest value known, the event is out of order, in one of two ways. Either it comes from before (its
-- value is what a later change replaced, or it was stored already): stale. Or a change between the two is still on
-- its way or was lost: held. A held event changes nothing now; it is applied as soon as the change it builds on has
-- arrived, or when the dedup window has passed and nothing newer came, since no sender retries for longer. So events
-- that overtake each other end in the right order, and one lost webhook delays a member but silences nobody.
-- After the window a contradiction means a lost webhook, and the event applies at once. Values are compared after
-- trimming and Unicode composition (payload_text), empty and null alike, and only within one profile field, so that two
-- registered fields of one meaning do not contradict each other: between those, the last change counts.
-- A registration is older than any change.
-- `latest` is the event that was applied last to the member's attribute.
-- Returns: apply, stale or held. Raises: nothing.
-- Example: select pathfinder.judge_order(event, pathfinder.latest_event(event.community, event.user_id, event.attribute, true));
create or replace function pathfinder.judge_order(event public.events_raw, latest public.events_raw)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
    replaced_value text := coalesce(event.value, '');
    since timestamptz;
begin
    if event.attribute is null then
        return 'apply';
    end if;
    if event.occurred_at is not null and event.attribute = 'title' and event.occurred_at < (
        select state.title_occurred_at from public.user_state as state 
        where state.community = event.community and state.user_id = event.user_id
    ) then
        return 'stale';
    end if;

    if latest.id is null then
        return 'apply';
    end if;
    if event.kind = 'registration' then
        return 'stale';
    end if;
    if event.occurred_at is not null and latest.occurred_at is not null then
        return case when event.occurred_at < latest.occurred_at then 'stale' else 'apply' end;
    end if;

    since := now() - (select settings.dedup_window from public.settings);
    if event.old_value is null
        or event.old_value = coalesce(latest.value, '')
        or latest.settled_at <= since
        or latest.profile_field <> event.profile_field then
        -- One that failed, and was overtaken by later ones before it was tried again.
        return case when latest.id > event.id and event.old_value is null then 'stale' else 'apply' end;
    end if;

    if exists (
        select
        from public.events_raw as earlier
        where earlier.community = event.community
            and earlier.user_id = event.user_id
            and earlier.attribute = event.attribute
            and earlier.settled_at > since
            and earlier.id is distinct from event.id
            and (
                (earlier.state = 'processed' and earlier.old_value = replaced_value)
                or (earlier.value is not distinct from event.value and earlier.old_value = event.old_value)
            )
    ) then
        return 'stale';
    end if;
    return 'held';
end
$$;

revoke all on function pathfinder.judge_order(public.events_raw, public.events_raw)
    from public, anon, authenticated, service_role;

comment on function pathfinder.judge_order(public.events_raw, public.events_raw) is
    'Whether an event is newer than what is known of the member''s attribute: apply, stale or held.';
