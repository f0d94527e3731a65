-- Compiles the active ones of the given rules into what classification matches with.
--
-- `rules` is an array of {"id", "category", "scope", "is_active", "matcher", …}. Returns
--   compiled  one expression for each of "exclusion", "csuite", "vp", "title_exclusion", "title_csuite", "title_vp", and
--             "senior" (csuite and vp together, loosely: what it does not match is no office); each in two halves, of
--             which "…_inner" has the patterns that do not begin at a word's edge; without such rules, no entry
--   origins   the same expressions with a group for each rule, and the rules' ids in the order of the groups
--   counts    active rules by category, and how many are inactive
-- Called by record_rule_version() and preview().
create or replace function pathfinder.compile_rules(
    rules jsonb,
    out compiled jsonb,
    out origins jsonb,
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
            element.value -> 'matcher' as matcher
        from pg_catalog.jsonb_array_elements(compile_rules.rules) as element
    ),
    grouped as (
        select
            case listed.scope when 'title' then 'title_' else '' end || listed.category as name,
            pg_catalog.jsonb_agg(listed.matcher order by listed.id) as matchers,
            pg_catalog.array_agg(listed.id order by listed.id) as ids,
            false as loosely
        from listed
        where listed.is_active
        group by 1
        union all
        select 'senior', pg_catalog.jsonb_agg(listed.matcher order by listed.id), null, true
        from listed
        where listed.is_active and listed.scope = 'segment' and listed.category in ('csuite', 'vp')
    ),
    halves as (
        select
            grouped.name || half.suffix as name,
            joined.expression,
            case when grouped.name ~ 'csuite|vp' then pg_catalog.jsonb_build_object(
                'expression', capturing.expression,
                'rules', (
                    select pg_catalog.jsonb_agg(grouped.ids[numbered.number] order by numbered.position)
                    from pg_catalog.unnest(capturing.numbers) with ordinality as numbered (number, position)
                )
            ) end as origin
        from grouped
        cross join (values (true, ''), (false, '_inner')) as half (word_led, suffix)
        cross join lateral pathfinder.join_branches(grouped.matchers, half.word_led, false, grouped.loosely) as joined
        cross join lateral pathfinder.join_branches(grouped.matchers, half.word_led, true) as capturing
        where joined.expression is not null
    )
    select
        coalesce((select pg_catalog.jsonb_object_agg(halves.name, halves.expression) from halves), '{}'),
        coalesce(
            (select pg_catalog.jsonb_object_agg(halves.name, halves.origin) from halves where halves.origin is not null),
            '{}'
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
