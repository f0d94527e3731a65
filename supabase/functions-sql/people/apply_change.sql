-- Applies what a stored webhook says to what is known of the member, who was not forgotten.
-- Returns: the member's level after it.
-- Raises: whatever classification raises.
-- Example: select (pathfinder.apply_change(change)).level;
create or replace function pathfinder.apply_change(change pathfinder.profile_change)
returns pathfinder.change_verdict
language plpgsql
volatile
set search_path = ''
as $$
declare
    known public.user_state;
    person public.user_state;
    judgement record;
    charges text[];
    stated text;
    is_over boolean := false;
    has_corrections boolean;
    has_set_aside boolean;
    verdict pathfinder.change_verdict;
begin
    if change.details ? 'joined_at' then
        perform pathfinder.remember_registration(
            change.community, change.user_id, (change.details ->> 'joined_at')::timestamptz
        );
    end if;
    if change.attribute = 'title' then
        judgement := pathfinder.classify(change.value);
    end if;

    perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
    -- Most projects have corrected nobody and put nobody aside, and pay one look for both.
    select exists (select from pathfinder.corrections), exists (select from pathfinder.set_aside)
    into has_corrections, has_set_aside;
    if has_set_aside then
        known := pathfinder.known_executive(change.community, change.user_id);
    else
        select state.* into known
        from public.user_state as state
        where state.community = change.community and state.user_id = change.user_id;
    end if;
    if change.attribute = 'title' and known.title_field is not null then
        if pathfinder.is_lesser_title(change.profile_field, judgement.level, known) then
            change.attribute := null;
        end if;
    end if;
    -- Only now, as a lesser title is no statement that could end a correction.
    if has_corrections then
        stated := change.value;
        change := pathfinder.hold_corrections(change);
        if change.attribute = 'title' and change.value is distinct from stated then
            judgement := pathfinder.classify(change.value);
        end if;
    end if;
    if change.attribute = 'title' then
        is_over := judgement.level is null;
    end if;
    if is_over then
        if known.user_id is not null then
            perform pathfinder.depart(known, 'webhook', true);
        end if;
        if has_set_aside then
            delete from pathfinder.set_aside
            where set_aside.community = change.community and set_aside.user_id = change.user_id;
        end if;
        return verdict;
    end if;
    person := known;
    if known.user_id is null and has_set_aside then
        select (jsonb_populate_record(null::public.user_state, to_jsonb(set_aside))).*
        into person
        from pathfinder.set_aside
        where set_aside.community = change.community and set_aside.user_id = change.user_id;
    end if;
    if person.user_id is null and change.attribute is distinct from 'title' then
        return verdict;
    elsif known.user_id is null and change.attribute is distinct from 'title' then
        -- The rules may have been edited since somebody was put aside.
        judgement := pathfinder.classify(person.title);
        if judgement.level is null then
            delete from pathfinder.set_aside
            where set_aside.community = person.community and set_aside.user_id = person.user_id;
            return verdict;
        end if;
    end if;

    person := pathfinder.describe_member(change, person);
    if known.user_id is null or change.attribute = 'title' then
        person.seniority_level := judgement.level;
        person.matched_rule := judgement.matched_rule;
        person.rules_version := judgement.rules_version;
        charges := judgement.charges;
    end if;
    verdict.level := pathfinder.settle_executive(known, person, 'webhook', true, charges);
    return verdict;
end
$$;

revoke all on function pathfinder.apply_change(pathfinder.profile_change)
    from public, anon, authenticated, service_role;

comment on function pathfinder.apply_change(pathfinder.profile_change) is
    'Applies what a stored webhook says to what is known of the member.';
