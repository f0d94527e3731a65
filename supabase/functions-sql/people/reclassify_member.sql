-- Applies the rules in force to one member's retained title: that of an executive, or of the last webhook about it.
-- The member is locked, unless it is a dry run.
-- Returns: what changes, {"community", "user_id", "title", "before", "after"}, with "none" for no level; null when
--   nothing is to be done.
-- Example: select pathfinder.reclassify_member('main', '2000', true, false, 'reclassification');
create or replace function pathfinder.reclassify_member(
    community text,
    user_id text,
    dry_run boolean,
    announce boolean,
    origin text
)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
    known public.user_state;
    person public.user_state;
    judgement record;
begin
    if not dry_run then
        perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
    end if;
    select state.* into known
    from public.user_state as state
    where state.community = reclassify_member.community and state.user_id = reclassify_member.user_id;
    person := known;
    if known.user_id is null then
        person := pathfinder.retained_executive(reclassify_member.community, reclassify_member.user_id);
        if person.user_id is null then
            return null;
        end if;
    end if;
    judgement := pathfinder.classify(person.title);
    person.seniority_level := judgement.level;
    person.matched_rule := judgement.matched_rule;
    person.rules_version := judgement.rules_version;
    if judgement.level is null and known.user_id is null
        or judgement.level = known.seniority_level
            and known.matched_rule is not distinct from judgement.matched_rule
            and known.functions = pathfinder.find_functions(
                known.title, known.department, judgement.charges
            ) then
        return null;
    end if;

    if dry_run then
        null;
    elsif judgement.level is not null then
        perform pathfinder.settle_executive(
            known, person, reclassify_member.origin, announce, judgement.charges
        );
    else
        perform pathfinder.depart(known, reclassify_member.origin, announce);
    end if;
    return jsonb_build_object(
        'community', reclassify_member.community,
        'user_id', reclassify_member.user_id,
        'title', person.title,
        'before', coalesce(known.seniority_level, 'none'),
        'after', coalesce(judgement.level, 'none')
    );
end
$$;

revoke all on function pathfinder.reclassify_member(text, text, boolean, boolean, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.reclassify_member(text, text, boolean, boolean, text) is
    'Applies the rules in force to one member''s retained title.';
