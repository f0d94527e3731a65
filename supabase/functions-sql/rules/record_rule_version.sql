-- Trigger, after each statement on classification_rules: compiles the rules as they are now into a new row of
-- rule_versions, with who, what changed, and a warning when a level has lost its last active rule (which is also
-- raised). A statement that changed nothing leaves no version.
create or replace function pathfinder.record_rule_version()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    previous public.rule_versions;
    current_rules jsonb;
    result record;
    difference jsonb;
    warnings jsonb;
    warning text;
begin
    select * into previous from public.rule_versions order by version desc limit 1;
    select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(rule) - '{created_at,updated_at}'::text[] order by rule.id), '[]')
    into current_rules
    from public.classification_rules as rule;

    if current_rules = previous.rules then
        return null;
    end if;

    difference := pathfinder.compare_rules(coalesce(previous.rules, '[]'), current_rules);
    result := pathfinder.compile_rules(current_rules);
    select coalesce(pg_catalog.jsonb_agg(pg_catalog.format(
            'No active rule finds %s any more.', case level when 'csuite' then 'the C-suite' else 'vice presidents' end)), '[]')
    into warnings
    from pg_catalog.unnest(array['csuite', 'vp']) as level
    where (result.counts ->> level)::integer = 0
        and coalesce((previous.counts ->> level)::integer, 0) > 0;
    for warning in select value from pg_catalog.jsonb_array_elements_text(warnings) loop
        raise warning using message = warning, hint = 'Add one, or bring back an earlier version with restore_rules(version).';
    end loop;

    insert into public.rule_versions (created_by, label, change, rules, compiled, clues, counts)
    values (
        pathfinder.acting_user(),
        nullif(pg_catalog.current_setting('pathfinder.rules_label', true), ''),
        pg_catalog.jsonb_build_object(
            'operation', coalesce(nullif(pg_catalog.current_setting('pathfinder.rules_operation', true), ''), pg_catalog.lower(tg_op)),
            'warnings', warnings
        ) || difference,
        current_rules, result.compiled, result.clues, result.counts
    );
    return null;
end
$$;

revoke all on function pathfinder.record_rule_version() from public, anon, authenticated, service_role;

comment on function pathfinder.record_rule_version() is 'Trigger: compiles the rules into a new version.';
