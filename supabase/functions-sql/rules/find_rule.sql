-- Which rule matched: the first of its category and scope, by the text that decided the title's level. `name` is the
-- entry of rule_versions.origins, such as csuite or title_vp.
--
-- One expression with a group for each rule says it in one match, where trying rules one by one would compile
-- each. Returns its id, or null. Called by classify(), for senior titles only.
create or replace function pathfinder.find_rule(decisive text, origins jsonb, name text)
returns bigint
language sql
immutable
parallel safe
set search_path = ''
return (
    select (half.origin -> 'rules' ->> (found.position - 1)::integer)::bigint
    from (values
        (1, find_rule.origins -> find_rule.name),
        (2, find_rule.origins -> (find_rule.name || '_inner'))
    ) as half (position, origin)
    cross join lateral pg_catalog.unnest(pg_catalog.regexp_match(find_rule.decisive, half.origin ->> 'expression'))
        with ordinality as found (text, position)
    where found.text is not null
    order by half.position, found.position
    limit 1
);

revoke all on function pathfinder.find_rule(text, jsonb, text) from public, anon, authenticated, service_role;

comment on function pathfinder.find_rule(text, jsonb, text) is 'Which rule matched the text that decided a title''s level.';
