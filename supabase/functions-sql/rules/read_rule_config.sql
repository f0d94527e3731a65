-- Reads a rule set in the import format: {"version", "exclusion_patterns", "csuite_patterns", "vp_patterns", …}, a
-- list for each category that is to be replaced, of patterns (a plain string is a regex for one part of the title) or
-- of objects {"pattern", "kind", "scope", "description", "is_active"}.
-- Returns: the rules in order, each wording once.
-- Raises: 22023 for anything else.
-- Example: select * from pathfinder.read_rule_config('{"vp_patterns": ["\\bvp\\b"]}');
create or replace function pathfinder.read_rule_config(config jsonb)
returns table (category text, kind text, scope text, pattern text, description text, is_active boolean)
language plpgsql
stable
set search_path = ''
as $$
declare
    lists constant text[] := array(select known.level || '_patterns' from public.levels as known order by known.rank)
        || 'exclusion_patterns'::text;
    problem text;
begin
    if jsonb_typeof(config) is distinct from 'object' then
        problem := 'it is not an object.';
    else
        select format('it has "%s", which is none of its parts.', field)
        into problem
        from jsonb_object_keys(config) as field
        where field <> 'version' and field <> all (lists)
        limit 1;
    end if;
    if problem is null then
        select format('"%s" is no list.', name)
        into problem
        from unnest(lists) as name
        where config ? name and jsonb_typeof(config -> name) <> 'array'
        limit 1;
        if not config ?| lists then
            problem := format('it has none of the lists %s.', array_to_string(lists, ', '));
        end if;
    end if;
    if problem is null then
        select format('in "%s", the entry %s is neither a pattern nor an object with "pattern".', name, entry.value)
        into problem
        from unnest(lists) as name
        cross join lateral jsonb_array_elements(config -> name) as entry
        where case jsonb_typeof(entry.value)
            when 'string' then false
            when 'object' then
                jsonb_typeof(entry.value -> 'pattern') is distinct from 'string'
                or coalesce(entry.value ->> 'kind', 'regex') not in ('phrase', 'regex')
                or coalesce(entry.value ->> 'scope', 'segment') not in ('segment', 'person', 'title')
                or coalesce(jsonb_typeof(entry.value -> 'is_active'), 'boolean') <> 'boolean'
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
                row_number() over (
                    partition by
                        list.category, coalesce(entry.value ->> 'kind', 'regex'),
                        coalesce(entry.value ->> 'scope', 'segment'),
                        coalesce(entry.value ->> 'pattern', entry.value #>> '{}')
                    order by entry.position
                ) as occurrence
            from (
                select known.level, known.rank from public.levels as known
                union all
                select 'exclusion', 0
            ) as list (category, position)
            cross join lateral jsonb_array_elements(config -> (list.category || '_patterns'))
                with ordinality as entry (value, position)
        ) as rule
        where rule.occurrence = 1
        order by rule.list_position, rule.position;
end
$$;

revoke all on function pathfinder.read_rule_config(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.read_rule_config(jsonb) is 'Reads a rule set in the import format.';
