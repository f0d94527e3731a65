-- Which of the rules in force decided: the first of its level and scope that matches the text which decided.
--
-- Called by classify(), for senior titles only. Returns the rule's description, or else its pattern; null for none.
--
--     select pathfinder.find_rule('chief executive', 'csuite', 'segment');   -- Chief executive
create or replace function pathfinder.find_rule(decisive text, level text, scope text)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
    words constant text[] := pathfinder.title_words(decisive);
begin
    return (
        select coalesce(nullif(pg_catalog.btrim(rule.description), ''), rule.pattern)
        from public.classification_rules as rule
        where rule.is_active
            and rule.category = find_rule.level
            and rule.scope = find_rule.scope
            and coalesce(rule.clues && words, true)
            and find_rule.decisive ~ ('(?w)' || pg_catalog.array_to_string(rule.matcher, '|'))
        order by rule.id
        limit 1
    );
end
$$;

revoke all on function pathfinder.find_rule(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.find_rule(text, text, text) is 'Which of the rules in force decided a title''s level.';
