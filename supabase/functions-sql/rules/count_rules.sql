-- Counts the active rules of a rule set by category, and those that are inactive.
-- Returns: {"exclusion": n, "csuite": n, …, "inactive": n}, a key for every level that is on or has rules.
-- Example: select pathfinder.count_rules('[]');
create or replace function pathfinder.count_rules(rules jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
    with listed as (
        select
            case when (rule.value ->> 'is_active')::boolean then rule.value ->> 'category' else 'inactive' end as category,
            1 as rules
        from jsonb_array_elements(count_rules.rules) as rule
        union all
        select category, 0 from unnest('{exclusion,inactive}'::text[]) as category
        union all
        select known.level, 0 from public.levels as known where known.is_on
    ),
    counted as (
        select listed.category, sum(listed.rules) as rules from listed group by listed.category
    )
    select jsonb_object_agg(counted.category, counted.rules) from counted
$$;

revoke all on function pathfinder.count_rules(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.count_rules(jsonb) is 'Counts the active rules of a rule set by category.';
