-- Compiles the active ones of the given rules into what classification matches with.
--
-- `rules` is an array of {"id", "category", "scope", "is_active", "matcher", …}. Returns
--   compiled  {"exclusion": …, "csuite": …, "vp": …, "senior": …, "title_exclusion": …, "title_csuite": …, "title_vp": …}:
--             one expression each, or null without such rules; "senior" is csuite and vp together
--   origins   the same expressions with a group for each rule, and the rules' ids in the order of the groups
--   counts    active rules by category, and how many are inactive
-- Called by record_rule_version() and preview_rules().
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
            element.value as rule,
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
            pg_catalog.array_agg(listed.id order by listed.id) as ids
        from listed
        where listed.is_active
        group by 1
        union all
        select 'senior', pg_catalog.jsonb_agg(listed.matcher order by listed.id), null
        from listed
        where listed.is_active and listed.scope = 'segment' and listed.category in ('csuite', 'vp')
    )
    select
        coalesce(pg_catalog.jsonb_object_agg(grouped.name, joined.expression), '{}'),
        coalesce(
            pg_catalog.jsonb_object_agg(
                grouped.name,
                pg_catalog.jsonb_build_object(
                    'expression', capturing.expression,
                    'rules', (
                        select pg_catalog.jsonb_agg(grouped.ids[numbered.number] order by numbered.position)
                        from pg_catalog.unnest(capturing.numbers) with ordinality as numbered (number, position)
                    )
                )
            ) filter (where grouped.ids is not null),
            '{}'
        ),
        (
            select pg_catalog.jsonb_build_object(
                'exclusion', pg_catalog.count(*) filter (where listed.is_active and listed.category = 'exclusion'),
                'csuite', pg_catalog.count(*) filter (where listed.is_active and listed.category = 'csuite'),
                'vp', pg_catalog.count(*) filter (where listed.is_active and listed.category = 'vp'),
                'inactive', pg_catalog.count(*) filter (where not listed.is_active)
            )
            from listed
        )
    from grouped
    cross join lateral pathfinder.join_branches(grouped.matchers) as joined
    left join lateral pathfinder.join_branches(grouped.matchers, true) as capturing on grouped.ids is not null
$$;

revoke all on function pathfinder.compile_rules(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.compile_rules(jsonb) is
    'Compiles a rule set into the alternations that classification matches with.';
