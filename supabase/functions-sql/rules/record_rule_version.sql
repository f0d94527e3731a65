-- Trigger, after each statement on classification_rules or levels: writes what they have become as a new row of
-- rule_versions, with who, what changed, and a warning when a level that is on has lost its last active rule (which
-- is also raised), and compiles it into rule_expressions. A statement that changed nothing leaves no version.
-- Returns: null.
-- Example: update public.levels set is_on = true where level = 'director';
create or replace function pathfinder.record_rule_version()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    previous public.rule_versions;
    current_rules jsonb;
    current_levels jsonb;
    current_counts jsonb;
    warnings jsonb;
    warning text;
    new_version bigint;
begin
    select * into previous from public.rule_versions order by version desc limit 1;
    select coalesce(jsonb_agg(to_jsonb(rule) - '{created_at,updated_at,level}'::text[] order by rule.id), '[]')
    into current_rules
    from public.classification_rules as rule;
    select jsonb_object_agg(known.level, jsonb_build_object('rank', known.rank, 'is_on', known.is_on))
    into current_levels
    from public.levels as known;
    if current_rules = coalesce(previous.rules, '[]') and current_levels = coalesce(previous.levels, current_levels) then
        return null;
    end if;

    current_counts := pathfinder.count_rules(current_rules);
    select coalesce(jsonb_agg(format('No active rule finds the level %s any more.', known.level)), '[]')
    into warnings
    from public.levels as known
    where known.is_on
        and (current_counts ->> known.level)::integer = 0
        and (previous.counts ->> known.level)::integer > 0;
    for warning in select value from jsonb_array_elements_text(warnings) loop
        raise warning using message = warning, hint = 'Add one, or bring back an earlier version with restore_rules(version).';
    end loop;

    insert into public.rule_versions (created_by, label, change, rules, levels, counts)
    values (
        pathfinder.acting_name(),
        nullif(current_setting('pathfinder.rules_label', true), ''),
        jsonb_build_object(
            'operation', case
                when tg_table_name = 'levels' then 'levels'
                else coalesce(nullif(current_setting('pathfinder.rules_operation', true), ''), lower(tg_op))
            end,
            'warnings', warnings
        ) || pathfinder.compare_rules(coalesce(previous.rules, '[]'), current_rules),
        current_rules, current_levels, current_counts
    )
    returning rule_versions.version into new_version;

    delete from pathfinder.rule_expressions where true;
    insert into pathfinder.rule_expressions
    select * from pathfinder.compile_rules(current_rules, pathfinder.level_ranks());
    with clues as materialized (
        select clue.word, expression.category, expression.scope, expression.number
        from pathfinder.rule_expressions as expression
        cross join lateral unnest(coalesce(expression.clues, '{""}')) as clue (word)
    ),
    rules as materialized (
        select clue.word, rule.category, rule.scope, array_agg(rule.id order by rule.id) as rules
        from public.classification_rules as rule
        cross join lateral unnest(coalesce(rule.clues, '{""}')) as clue (word)
        where rule.is_active
        group by clue.word, rule.category, rule.scope
    )
    insert into pathfinder.rule_clues (word, number, finds_people, rules)
    select clues.word, clues.number, clues.category <> 'exclusion', rules.rules
    from clues
    join rules using (word, category, scope);
    update pathfinder.rule_edits set version = new_version;
    return null;
end
$$;

revoke all on function pathfinder.record_rule_version() from public, anon, authenticated, service_role;

comment on function pathfinder.record_rule_version() is 'Trigger: compiles the rules into a new version.';
