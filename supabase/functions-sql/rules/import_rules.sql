-- Replaces the rules by those of a file in the seed format.
--
-- For service_role, over rpc/import_rules. `config` is {"version", "exclusion_patterns", "csuite_patterns",
-- "vp_patterns"}; a pattern is a string (a regex for one part of the title) or an object {"pattern", "kind", "scope",
-- "description", "is_active"}. Returns {"version": the new version of the rules, "change": what changed, or null if
-- nothing did, "counts"}. Raises 22023 (400) for a config or a rule that is not accepted; then nothing has changed.
--
--     select public.import_rules('{"version": "7", "exclusion_patterns": [], "csuite_patterns": ["\\bceo\\b"], "vp_patterns": []}');
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

comment on function public.import_rules(jsonb) is 'Replaces the rules by those of {"version", "exclusion_patterns", "csuite_patterns", "vp_patterns"}.';
