-- The rule set that a proposed edit would lead to, checked but not stored: an array like rule_versions.rules.
--
-- `candidate` is a whole rule set in the import format, or {"add": [rule, …], "change": [{"id", …}, …], "remove": [id, …]}
-- over the rules as they are, or a list of rules to add; a rule is {"category", "pattern", "kind", "scope",
-- "description", "is_active"}. Called by preview(). Raises 22023 for what would not be accepted.
create or replace function pathfinder.candidate_rules(candidate jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
    edits jsonb := pathfinder.unwrap_document(candidate);
    proposed jsonb;
    problem text;
begin
    if pg_catalog.jsonb_typeof(edits) = 'array' then
        edits := pg_catalog.jsonb_build_object('add', edits);
    end if;
    if edits ?| '{exclusion_patterns,csuite_patterns,vp_patterns}' then
        select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(listed) || pg_catalog.jsonb_build_object('id', coalesce(known.id, -listed.place))), '[]')
        into proposed
        from pathfinder.read_rule_config(edits)
            with ordinality as listed (category, kind, scope, pattern, description, is_active, place)
        left join public.classification_rules as known using (category, kind, scope, pattern);
    else
        if pg_catalog.jsonb_typeof(edits) is distinct from 'object' or edits - '{add,change,remove}'::text[] <> '{}' or edits = '{}' then
            problem := 'it is neither a rule set nor a list of edits.';
        elsif exists (select from pg_catalog.jsonb_each(edits) as part where pg_catalog.jsonb_typeof(part.value) <> 'array') then
            problem := '"add", "change" and "remove" are lists.';
        else
            select pg_catalog.format('there is no rule %s.', wanted.id)
            into problem
            from (
                select entry.value ->> 'id' as id from pg_catalog.jsonb_array_elements(edits -> 'change') as entry
                union all
                select entry.value from pg_catalog.jsonb_array_elements_text(edits -> 'remove') as entry
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
        select coalesce(pg_catalog.jsonb_agg(listed.rule), '[]')
        into proposed
        from (
            select pg_catalog.to_jsonb(rule) - '{created_at,updated_at,matcher,clues}'::text[] || coalesce(change.value, '{}') as rule
            from public.classification_rules as rule
            left join pg_catalog.jsonb_array_elements(edits -> 'change') as change on change.value ->> 'id' = rule.id::text
            where not coalesce(edits -> 'remove', '[]') @> pg_catalog.to_jsonb(rule.id)
            union all
            select
                '{"kind": "regex", "scope": "segment", "description": null, "is_active": true}'::jsonb || added.value
                || pg_catalog.jsonb_build_object('id', -added.position)
            from pg_catalog.jsonb_array_elements(edits -> 'add') with ordinality as added (value, position)
        ) as listed;
        select pg_catalog.format('the rule %s is not complete.', entry.value - 'id')
        into problem
        from pg_catalog.jsonb_array_elements(proposed) as entry
        where (entry.value ->> 'category' in ('exclusion', 'csuite', 'vp')
            and entry.value ->> 'kind' in ('phrase', 'regex')
            and entry.value ->> 'scope' in ('title', 'segment')
            and pg_catalog.jsonb_typeof(entry.value -> 'pattern') = 'string'
            and pg_catalog.jsonb_typeof(entry.value -> 'is_active') = 'boolean') is not true
        limit 1;
        if problem is not null then
            raise exception using
                errcode = '22023',
                message = 'The preview cannot be made: ' || problem,
                hint = 'A rule has a category (exclusion, csuite, vp), a pattern, and perhaps a kind (phrase, regex) and a scope (segment, title).';
        end if;
    end if;

    -- A rule that is in force already has been checked.
    return (
        select coalesce(pg_catalog.jsonb_agg(
            entry.value || pg_catalog.jsonb_build_object(
                'matcher', checked.matcher,
                'clues', case when known.id is null then pathfinder.clue_words(checked.matcher) else known.clues end
            )
            order by entry.position), '[]')
        from pg_catalog.jsonb_array_elements(proposed) with ordinality as entry (value, position)
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
