-- Which rule matched: the first of its category and scope, by the text that decided the title's level.
--
-- One expression with a group for each rule says it in one match, where trying rules one by one would compile
-- each. Returns its id, or null. Called by classify(), for senior titles only.
create or replace function pathfinder.find_rule(decisive text, origin jsonb)
returns bigint
language sql
immutable
parallel safe
set search_path = ''
return (
    select (find_rule.origin -> 'rules' ->> (found.position - 1)::integer)::bigint
    from pg_catalog.unnest(pg_catalog.regexp_match(find_rule.decisive, find_rule.origin ->> 'expression'))
        with ordinality as found (text, position)
    where found.text is not null
    order by found.position
    limit 1
);

revoke all on function pathfinder.find_rule(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.find_rule(text, jsonb) is 'Which rule matched the text that decided a title''s level.';
