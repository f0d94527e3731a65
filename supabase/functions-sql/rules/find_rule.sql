-- Which of the rules in force decided: the first of its level and scope that matches the text which decided.
-- Returns: its id and its name (the description, or else the pattern); null for none.
-- Example: select * from pathfinder.find_rule('chief executive', 'csuite', 'segment');  -- 2 | Chief executive
create or replace function pathfinder.find_rule(decisive text, level text, scope text, out id bigint, out name text)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
    words constant text[] := pathfinder.title_words(decisive);
begin
    select rule.id, coalesce(nullif(btrim(rule.description), ''), rule.pattern)
    into find_rule.id, find_rule.name
    from (
        select listed.*
        from public.classification_rules as listed
        where listed.id = any (array(
                select unnest(clue.rules)
                from pathfinder.rule_clues as clue
                where clue.word = any (words || ''::text) and clue.finds_people
            ))
            and listed.category = find_rule.level
            and listed.scope = find_rule.scope
        order by listed.id
        -- One after the other: a rule's expression may have to be compiled.
        offset 0
    ) as rule
    where find_rule.decisive ~ ('(?w)' || array_to_string(rule.matcher, '|'))
    limit 1;
end
$$;

revoke all on function pathfinder.find_rule(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.find_rule(text, text, text) is 'Which of the rules in force decided a title''s level.';
