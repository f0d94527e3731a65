-- The rule set that a proposed edit would lead to, checked but not stored. `candidate` is a rule set in the import
-- format, or {"add": [rule, …], "change": [{"id", …}, …], "remove": [id, …]} over the rules as they are, or a list of
-- rules to add; a rule is {"category", "pattern", "kind", "scope", "description", "is_active"}, a phrase and active
-- unless it says otherwise.
-- Returns: an array like rule_versions.rules.
-- Raises: 22023 for what would not be accepted.
-- Example: select pathfinder.candidate_rules('[{"category": "vp", "pattern": "second in command"}]');
create or replace function pathfinder.candidate_rules(candidate jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
    edits jsonb := pathfinder.read_rule_document(candidate);
    proposed jsonb;
    problem text;
begin
    if jsonb_typeof(edits) = 'array' then
        edits := jsonb_build_object('add', edits);
    end if;
    if edits ?| array(select known.level || '_patterns' from public.levels as known) or edits ? 'exclusion_patterns' then
        select coalesce(jsonb_agg(listed.rule), '[]')
        into proposed
        from (
            select to_jsonb(rule) - '{created_at,updated_at,matcher,clues,level}'::text[] as rule
            from public.classification_rules as rule
            where not edits ? (rule.category || '_patterns')
            union all
            select to_jsonb(listed) - 'place' || jsonb_build_object('id', coalesce(known.id, -listed.place))
            from pathfinder.read_rule_config(edits)
                with ordinality as listed (category, kind, scope, pattern, description, is_active, place)
            left join public.classification_rules as known using (category, kind, scope, pattern)
        ) as listed;
    else
        if jsonb_typeof(edits) is distinct from 'object' or edits - '{add,change,remove}'::text[] <> '{}' or edits = '{}' then
            problem := 'it is neither a rule set nor a list of edits.';
        elsif exists (select from jsonb_each(edits) as part where jsonb_typeof(part.value) <> 'array') then
            problem := '"add", "change" and "remove" are lists.';
        else
            select format('there is no rule %s.', wanted.id)
            into problem
            from (
                select entry.value ->> 'id' as id from jsonb_array_elements(edits -> 'change') as entry
                union all
                select entry.value from jsonb_array_elements_text(edits -> 'remove') as entry
            ) as wanted
            where not exists (select from public.classification_rules as rule where rule.id::text = wanted.id)
            limit 1;
        end if;
        if problem is not null then
            raise exception using
                errcode = '22023',
                message = 'The preview cannot be made: ' || problem,
                hint = 'Write {"add": [{"category": "vp", "kind": "phrase", "pattern": "vice president"}], '
                    '"change": [{"id": 7, "is_active": false}], "remove": [8]}, or a whole rule set as export_rules() gives it.';
        end if;
        select coalesce(jsonb_agg(listed.rule), '[]')
        into proposed
        from (
            select to_jsonb(rule) - '{created_at,updated_at,matcher,clues,level}'::text[] || coalesce(change.value, '{}') as rule
            from public.classification_rules as rule
            left join jsonb_array_elements(edits -> 'change') as change on change.value ->> 'id' = rule.id::text
            where not coalesce(edits -> 'remove', '[]') @> to_jsonb(rule.id)
            union all
            select
                '{"kind": "phrase", "scope": "segment", "description": null, "is_active": true}'::jsonb || added.value
                || jsonb_build_object('id', -added.position)
            from jsonb_array_elements(edits -> 'add') with ordinality as added (value, position)
        ) as listed;
        select format('the rule %s is not complete.', entry.value - 'id')
        into problem
        from jsonb_array_elements(proposed) as entry
        where ((entry.value ->> 'category' = 'exclusion' or exists (
                select from public.levels as known where known.level = entry.value ->> 'category'
            ))
            and entry.value ->> 'kind' in ('phrase', 'regex')
            and entry.value ->> 'scope' in ('segment', 'title', case when entry.value ->> 'category' = 'exclusion' then 'person' end)
            and jsonb_typeof(entry.value -> 'pattern') = 'string'
            and jsonb_typeof(entry.value -> 'is_active') = 'boolean') is not true
        limit 1;
        if problem is not null then
            raise exception using
                errcode = '22023',
                message = 'The preview cannot be made: ' || problem,
                hint = format(
                    'A rule has a category (exclusion, %s), a pattern, and perhaps a kind (phrase, regex) and a scope '
                    '(segment, title; exclusions also person).',
                    (select string_agg(known.level, ', ' order by known.rank) from public.levels as known)
                );
        end if;
    end if;

    -- A rule that is in force already has been checked.
    return (
        select coalesce(jsonb_agg(
            entry.value || jsonb_build_object(
                'matcher', checked.matcher,
                'clues', case
                    when known.id is null
                        then pathfinder.clue_words(checked.matcher, entry.value ->> 'category' = 'exclusion')
                    else known.clues
                end
            )
            order by entry.position), '[]')
        from jsonb_array_elements(proposed) with ordinality as entry (value, position)
        left join public.classification_rules as known
            on known.kind = entry.value ->> 'kind'
            and known.pattern = entry.value ->> 'pattern'
            and known.scope = entry.value ->> 'scope'
            and known.category = entry.value ->> 'category'
        cross join lateral (
            select coalesce(
                known.matcher,
                pathfinder.check_pattern(entry.value ->> 'kind', entry.value ->> 'pattern', entry.value ->> 'scope')
            )
        ) as checked (matcher)
    );
end
$$;

revoke all on function pathfinder.candidate_rules(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.candidate_rules(jsonb) is 'The rule set that a proposed edit would lead to.';
