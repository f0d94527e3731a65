-- What export_rules() answers, with its owner's rights.
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
                    then pg_catalog.to_jsonb(rule.pattern)
                else pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                    'pattern', rule.pattern,
                    'kind', nullif(rule.kind, 'regex'),
                    'scope', nullif(rule.scope, 'segment'),
                    'description', rule.description,
                    'is_active', nullif(rule.is_active, true)
                ))
            end as entry
        from public.classification_rules as rule
    )
    select pg_catalog.jsonb_build_object(
        'version', (
            select coalesce(newest.label, newest.version::text)
            from public.rule_versions as newest
            order by newest.version desc
            limit 1
        ),
        'exclusion_patterns', coalesce(pg_catalog.jsonb_agg(written.entry order by written.id) filter (where written.category = 'exclusion'), '[]'),
        'csuite_patterns', coalesce(pg_catalog.jsonb_agg(written.entry order by written.id) filter (where written.category = 'csuite'), '[]'),
        'vp_patterns', coalesce(pg_catalog.jsonb_agg(written.entry order by written.id) filter (where written.category = 'vp'), '[]')
    )
    from written
$$;

revoke all on function pathfinder.export_rule_set() from public, anon, authenticated, service_role;
grant execute on function pathfinder.export_rule_set() to service_role;

comment on function pathfinder.export_rule_set() is 'What export_rules() answers.';
