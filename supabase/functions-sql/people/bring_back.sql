-- Brings back somebody who was set aside, and whom nothing suppresses any more, if their title is still an
-- executive's: recorded as new, and told to nobody.
-- Returns: nothing.
-- Example: select pathfinder.bring_back('main', '2000');
create or replace function pathfinder.bring_back(community text, user_id text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    person public.user_state;
    judgement record;
begin
    select (jsonb_populate_record(null::public.user_state, to_jsonb(set_aside))).*
    into person
    from pathfinder.set_aside
    where set_aside.community = bring_back.community and set_aside.user_id = bring_back.user_id;
    select * into judgement from pathfinder.classify(person.title);
    if judgement.level is null then
        delete from pathfinder.set_aside
        where set_aside.community = bring_back.community and set_aside.user_id = bring_back.user_id;
    else
        person.seniority_level := judgement.level;
        person.matched_rule := judgement.matched_rule;
        person.rules_version := judgement.rules_version;
        perform pathfinder.settle_executive(null, person, 'suppression', false, judgement.charges);
    end if;
end
$$;

revoke all on function pathfinder.bring_back(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.bring_back(text, text) is 'Brings back somebody whom nothing suppresses any more.';
