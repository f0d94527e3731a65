-- Applies a member's new title: an executive is kept and, when new or promoted, detected; anybody else is not kept.
--
-- Detected are a member who was no executive before (new), and a vice president who joins the C-suite (promotion).
-- A C-level who becomes a vice president changes level without being detected again.
-- Whoever was forgotten is not detected, and the event keeps nothing about them.
-- Returns: the title's level: csuite, vp or null. Raises: whatever classification raises.
-- Example: select pathfinder.apply_title(change);
create or replace function pathfinder.apply_title(change pathfinder.profile_change)
returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
    judgement record;
    known_level text;
    person public.user_state;
begin
    judgement := pathfinder.classify(change.value);
    known_level := pathfinder.member_level(change.community, change.user_id);

    if judgement.level is null then
        if known_level is not null then
            delete from public.user_state
            where user_state.community = change.community and user_state.user_id = change.user_id;
        end if;
        return null;
    end if;

    if known_level is null and pathfinder.is_forgotten(change.community, change.user_id) then
        update public.events_raw
        set username = null, value = null, old_value = null, details = null
        where events_raw.id = change.event_id;
        return null;
    end if;
    person := pathfinder.describe_executive(change);
    person.seniority_level := judgement.level;
    person.matched_rule := judgement.matched_rule;
    person.rules_version := judgement.rules_version;
    perform pathfinder.keep_executive(person);

    if known_level is null then
        perform pathfinder.record_detection(person, 'new');
    elsif known_level = 'vp' and judgement.level = 'csuite' then
        perform pathfinder.record_detection(person, 'promotion');
    else
        perform pathfinder.complete_detections(person);
    end if;
    return judgement.level;
end
$$;

revoke all on function pathfinder.apply_title(pathfinder.profile_change) from public, anon, authenticated, service_role;

comment on function pathfinder.apply_title(pathfinder.profile_change) is
    'Applies a member''s new title: keeps and detects executives, forgets others.';
