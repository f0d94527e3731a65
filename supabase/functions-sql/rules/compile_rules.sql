-- Compiles the active ones of the given rules into what classification matches with.
--
-- `rules` is an array of {"id", "category", "scope", "is_active", "matcher", "clues", …}. Returns
--   compiled  the rules of each kind, "exclusion", "csuite", "vp", "title_exclusion", "title_csuite" and "title_vp", joined
--             into a few expressions, "csuite_1", "csuite_2", …, each with the clues of its rules in "clues":
--             {"csuite_1": {"ceo": null, …}}, unless one of them has none. And "offices", csuite and vp together,
--             loosely: it finds the office in "vice chairman" too.
--   clues     the clues of all rules that find people; null if one of them has none
--   counts    active rules by category, and how many are inactive
-- Matching takes the longer the more is joined, and every title is matched only with what it has a clue of: so a
-- language's rules, written one after the other, mostly make one expression. Apart are those that would make the others
-- slow: patterns that do not begin at a word's edge, letters other than ASCII, rules without clues.
-- Called by record_rule_version() and preview().
create or replace function pathfinder.compile_rules(
    rules jsonb,
    out compiled jsonb,
    out clues jsonb,
    out counts jsonb
)
language sql
immutable
set search_path = ''
as $$
    with listed as (
        select
            (element.value ->> 'id')::bigint as id,
            element.value ->> 'category' as category,
            element.value ->> 'scope' as scope,
            (element.value ->> 'is_active')::boolean as is_active,
            element.value -> 'matcher' as matcher,
            nullif(element.value -> 'clues', 'null') as clues
        from pg_catalog.jsonb_array_elements(compile_rules.rules) as element
    ),
    -- A rule's branches of one manner, at the end of which so many signs have been written.
    parts as (
        select
            listed.id,
            case listed.scope when 'title' then 'title_' else '' end || listed.category as kind,
            listed.clues,
            manner.is_quick,
            pg_catalog.jsonb_agg(branch.value) as matcher,
            pg_catalog.sum(pg_catalog.sum(pg_catalog.length(branch.value))) over (
                partition by listed.scope, listed.category, manner.is_quick
                order by listed.id
            ) as signs
        from listed
        cross join lateral pg_catalog.jsonb_array_elements_text(listed.matcher) as branch
        cross join lateral (
            select branch.value ~ '^\\[ym]' and listed.clues is not null and listed.clues::text !~ '[^ -~]'
        ) as manner (is_quick)
        where listed.is_active
        group by listed.id, listed.scope, listed.category, listed.clues, manner.is_quick
    ),
    numbered as (
        select
            parts.*,
            parts.kind || '_' || pg_catalog.dense_rank() over (
                partition by parts.kind
                order by parts.is_quick desc, pg_catalog.floor(parts.signs / 2500)
            ) as name
        from parts
    ),
    expressions as (
        select
            numbered.name,
            pathfinder.join_branches(pg_catalog.jsonb_agg(numbered.matcher order by numbered.id)) as expression,
            case when pg_catalog.bool_and(numbered.clues is not null) then (
                select pg_catalog.jsonb_object_agg(clue.word, null)
                from pg_catalog.jsonb_array_elements(pg_catalog.jsonb_agg(numbered.clues)) as rule_clues (words)
                cross join lateral pg_catalog.jsonb_array_elements_text(rule_clues.words) as clue (word)
            ) end as clues
        from numbered
        group by numbered.name
    )
    select
        coalesce((select pg_catalog.jsonb_object_agg(expressions.name, expressions.expression) from expressions), '{}')
            || pg_catalog.jsonb_build_object(
                'clues', coalesce(
                    (
                        select pg_catalog.jsonb_object_agg(expressions.name, expressions.clues)
                        from expressions
                        where expressions.clues is not null
                    ),
                    '{}'
                ),
                'offices', (
                    select pathfinder.join_branches(pg_catalog.jsonb_agg(parts.matcher order by parts.id), loosely => true)
                    from parts
                    where parts.kind in ('csuite', 'vp')
                )
            ),
        (
            select case when pg_catalog.bool_and(finding.clues is not null) then
                pg_catalog.jsonb_object_agg(clue.word, null) filter (where clue.word is not null)
            end
            from listed as finding
            left join lateral pg_catalog.jsonb_array_elements_text(finding.clues) as clue (word) on true
            where finding.is_active and finding.category <> 'exclusion'
        ),
        pg_catalog.jsonb_build_object(
            'exclusion', pg_catalog.count(*) filter (where listed.is_active and listed.category = 'exclusion'),
            'csuite', pg_catalog.count(*) filter (where listed.is_active and listed.category = 'csuite'),
            'vp', pg_catalog.count(*) filter (where listed.is_active and listed.category = 'vp'),
            'inactive', pg_catalog.count(*) filter (where not listed.is_active)
        )
    from listed
$$;

revoke all on function pathfinder.compile_rules(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.compile_rules(jsonb) is
    'Compiles a rule set into the alternations that classification matches with.';
