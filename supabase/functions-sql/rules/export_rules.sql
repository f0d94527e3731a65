-- What export_rules() answers, with its owner's rights.
-- Returns: as export_rules().
-- Example: select pathfinder.export_rule_set();
create or replace function pathfinder.export_rule_set()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    with written as (
        select
            rule.category,
            rule.id,
            case
                when rule.kind = 'regex' and rule.scope = 'segment' and rule.is_active and rule.description is null
                    then to_jsonb(rule.pattern)
                else jsonb_strip_nulls(jsonb_build_object(
                    'pattern', rule.pattern,
                    'kind', nullif(rule.kind, 'regex'),
                    'scope', nullif(rule.scope, 'segment'),
                    'description', rule.description,
                    'is_active', nullif(rule.is_active, true)
                ))
            end as entry
        from public.classification_rules as rule
    )
    select jsonb_build_object('version', (
        select coalesce(newest.label, newest.version::text)
        from public.rule_versions as newest
        order by newest.version desc
        limit 1
    )) || (
        select jsonb_object_agg(list.category || '_patterns', coalesce((
            select jsonb_agg(written.entry order by written.id) from written where written.category = list.category
        ), '[]'))
        from (
            select known.level as category from public.levels as known where known.is_on
            union all
            select 'exclusion'
        ) as list
    )
$$;

revoke all on function pathfinder.export_rule_set() from public, anon, authenticated, service_role;
grant execute on function pathfinder.export_rule_set() to service_role;

comment on function pathfinder.export_rule_set() is 'What export_rules() answers.';

-- The rules in the seed format that import_rules() takes: the exclusions, and those of every level that is on.
-- Returns: {"version", "exclusion_patterns", "csuite_patterns", …}; a rule that is a plain active regex without a
--   description is a string, any other an object; "version" is the label that an import brought along, or the
--   version's number.
-- Example: select jsonb_pretty(public.export_rules());
create or replace function public.export_rules()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.export_rule_set()
$$;

revoke all on function public.export_rules() from public, anon, authenticated, service_role;
grant execute on function public.export_rules() to service_role;

comment on function public.export_rules() is 'The rules in the seed format that import_rules() takes.';
