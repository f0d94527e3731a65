-- Reads a rule set in the import format: {"version", "exclusion_patterns", "csuite_patterns", "vp_patterns"}, each
-- list of patterns (a plain string is a regex for one part of the title) or of objects {"pattern", "kind", "scope",
-- "description", "is_active"}. Returns the rules in order, each wording once.
--
-- Called by import_rule_set() and preview(). Raises 22023 for anything else.
create or replace function pathfinder.read_rule_config(config jsonb)
returns table (category text, kind text, scope text, pattern text, description text, is_active boolean)
language plpgsql
immutable
set search_path = ''
as $$
declare
    problem text;
begin
    if pg_catalog.jsonb_typeof(config) is distinct from 'object' then
        problem := 'it is not an object.';
    else
        select pg_catalog.format('it has "%s", which is none of its parts.', field)
        into problem
        from pg_catalog.jsonb_object_keys(config) as field
        where field not in ('version', 'exclusion_patterns', 'csuite_patterns', 'vp_patterns')
        limit 1;
    end if;
    if problem is null then
        select pg_catalog.format('"%s" is missing, or no list.', name)
        into problem
        from pg_catalog.unnest(array['exclusion_patterns', 'csuite_patterns', 'vp_patterns']) as name
        where pg_catalog.jsonb_typeof(config -> name) is distinct from 'array'
        limit 1;
    end if;
    if problem is null then
        select pg_catalog.format('in "%s", the entry %s is neither a pattern nor an object with "pattern".', name, entry.value)
        into problem
        from pg_catalog.unnest(array['exclusion_patterns', 'csuite_patterns', 'vp_patterns']) as name
        cross join lateral pg_catalog.jsonb_array_elements(config -> name) as entry
        where case pg_catalog.jsonb_typeof(entry.value)
            when 'string' then false
            when 'object' then
                pg_catalog.jsonb_typeof(entry.value -> 'pattern') is distinct from 'string'
                or coalesce(entry.value ->> 'kind', 'regex') not in ('phrase', 'regex')
                or coalesce(entry.value ->> 'scope', 'segment') not in ('title', 'segment')
                or coalesce(pg_catalog.jsonb_typeof(entry.value -> 'is_active'), 'boolean') <> 'boolean'
                or entry.value - '{pattern,kind,scope,description,is_active}'::text[] <> '{}'
            else true
        end
        limit 1;
    end if;
    if problem is not null then
        raise exception using
            errcode = '22023',
            message = 'The rule set was not accepted: ' || problem,
            hint = 'Write {"version": "1", "exclusion_patterns": ["\\bassistant\\b"], "csuite_patterns": ["\\bceo\\b"], '
                '"vp_patterns": [{"pattern": "vice president", "kind": "phrase"}]}';
    end if;

    return query
        select rule.category, rule.kind, rule.scope, rule.pattern, rule.description, rule.is_active
        from (
            select
                list.category,
                coalesce(entry.value ->> 'kind', 'regex') as kind,
                coalesce(entry.value ->> 'scope', 'segment') as scope,
                coalesce(entry.value ->> 'pattern', entry.value #>> '{}') as pattern,
                entry.value ->> 'description' as description,
                coalesce((entry.value ->> 'is_active')::boolean, true) as is_active,
                list.position as list_position,
                entry.position,
                pg_catalog.row_number() over (
                    partition by
                        list.category, coalesce(entry.value ->> 'kind', 'regex'),
                        coalesce(entry.value ->> 'scope', 'segment'),
                        coalesce(entry.value ->> 'pattern', entry.value #>> '{}')
                    order by entry.position
                ) as occurrence
            from (values ('exclusion', 1), ('csuite', 2), ('vp', 3)) as list (category, position)
            cross join lateral pg_catalog.jsonb_array_elements(config -> (list.category || '_patterns'))
                with ordinality as entry (value, position)
        ) as rule
        where rule.occurrence = 1
        order by rule.list_position, rule.position;
end
$$;

revoke all on function pathfinder.read_rule_config(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.read_rule_config(jsonb) is 'Reads a rule set in the import format.';
