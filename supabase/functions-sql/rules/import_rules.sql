-- What import_rules() does, with its owner's rights.
-- Returns: as import_rules().
-- Example: select pathfinder.import_rule_set('{"version": "1", "vp_patterns": ["\\bvp\\b"]}');
create or replace function pathfinder.import_rule_set(config jsonb)
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
    select pathfinder.replace_rules(
        coalesce((
            select jsonb_agg(to_jsonb(listed) order by listed.place)
            from pathfinder.read_rule_config(document.config)
                with ordinality as listed (category, kind, scope, pattern, description, is_active, place)
        ), '[]'),
        'import',
        document.config ->> 'version',
        array(
            select left(list.name, -length('_patterns'))
            from jsonb_object_keys(document.config) as list (name)
            where list.name like '%\_patterns'
        )
    )
    from (select pathfinder.read_rule_document(import_rule_set.config) as config) as document
$$;

revoke all on function pathfinder.import_rule_set(jsonb) from public, anon, authenticated, service_role;
grant execute on function pathfinder.import_rule_set(jsonb) to service_role;

comment on function pathfinder.import_rule_set(jsonb) is 'What import_rules() does.';

-- Replaces the rules by those of a file in the seed format: of the categories that it names, and of no others.
-- `config` is {"version", "exclusion_patterns", "csuite_patterns", "vp_patterns", …}; a pattern is a string (a regex
-- for one part of the title) or an object {"pattern", "kind", "scope", "description", "is_active"}.
-- Returns: {"version": the new version of the rules, "change": what changed, or null if nothing did, "counts"}.
-- Raises: 22023 (400) for a config or a rule that is not accepted; then nothing has changed.
-- Example: select public.import_rules('{"version": "7", "exclusion_patterns": [], "csuite_patterns": ["\\bceo\\b"],
--   "vp_patterns": []}');
create or replace function public.import_rules(config jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.import_rule_set(import_rules.config)
$$;

revoke all on function public.import_rules(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.import_rules(jsonb) to service_role;

comment on function public.import_rules(jsonb) is
    'Replaces the rules of the categories that a file names: {"version", "exclusion_patterns", "csuite_patterns", "vp_patterns"}.';
