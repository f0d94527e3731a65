-- What import_rules() does, with its owner's rights.
create or replace function pathfinder.import_rule_set(config jsonb)
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
    select pathfinder.replace_rules(
        coalesce((
            select pg_catalog.jsonb_agg(pg_catalog.to_jsonb(rule) order by rule.place)
            from (
                select listed.*
                from pathfinder.read_rule_config(pathfinder.unwrap_document(import_rule_set.config))
                    with ordinality as listed (category, kind, scope, pattern, description, is_active, place)
            ) as rule
        ), '[]'),
        'import',
        pathfinder.unwrap_document(import_rule_set.config) ->> 'version'
    )
$$;

revoke all on function pathfinder.import_rule_set(jsonb) from public, anon, authenticated, service_role;
grant execute on function pathfinder.import_rule_set(jsonb) to service_role;

comment on function pathfinder.import_rule_set(jsonb) is 'What import_rules() does.';
