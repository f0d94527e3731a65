-- Compares two rule sets by what the rules are: category, kind, scope and pattern; a rule with the same id and
-- another wording has changed.
-- Returns: {"added": [rule, …], "removed": [rule, …], "changed": [{"id", "before": {…}, "after": {…}}, …], "counts":
--   {"added": n, "removed": n, "changed": n}}, with at most 100 of each listed and, of a changed rule, only what
--   changed.
-- Example: select pathfinder.compare_rules('[]', '[{"id": 1, "category": "vp", "kind": "phrase", "scope": "segment",
--   "pattern": "vp"}]');
create or replace function pathfinder.compare_rules(before jsonb, after jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
    with old_rules as materialized (
        select
            rule.value - '{matcher,clues,id,place}'::text[] as rule,
            (rule.value ->> 'id')::bigint as id,
            jsonb_build_array(rule.value -> 'category', rule.value -> 'kind', rule.value -> 'scope', rule.value -> 'pattern') as wording
        from jsonb_array_elements(compare_rules.before) as rule
    ),
    new_rules as materialized (
        select
            rule.value - '{matcher,clues,id,place}'::text[] as rule,
            (rule.value ->> 'id')::bigint as id,
            jsonb_build_array(rule.value -> 'category', rule.value -> 'kind', rule.value -> 'scope', rule.value -> 'pattern') as wording
        from jsonb_array_elements(compare_rules.after) as rule
    ),
    paired as (
        select new_rules.id, new_rules.rule, coalesce(same.wording, reworded.wording) as old_wording
        from new_rules
        left join old_rules as same on same.wording = new_rules.wording
        left join old_rules as reworded
            on same.wording is null
            and reworded.id = new_rules.id
            and not exists (select from new_rules as kept where kept.wording = reworded.wording)
    ),
    differences as (
        select
            coalesce(paired.id, old_rules.id) as id,
            old_rules.rule as old_rule,
            paired.rule as new_rule,
            case when old_rules.rule is null then 'added' when paired.rule is null then 'removed' else 'changed' end as kind
        from old_rules
        full join paired on paired.old_wording = old_rules.wording
        where old_rules.rule is distinct from paired.rule
    ),
    listed as (
        select
            differences.kind,
            differences.id,
            case differences.kind
                when 'added' then differences.new_rule || jsonb_build_object('id', differences.id)
                when 'removed' then differences.old_rule || jsonb_build_object('id', differences.id)
                else jsonb_build_object(
                    'id', differences.id,
                    'before', (
                        select jsonb_object_agg(field.key, field.value)
                        from jsonb_each(differences.old_rule) as field
                        where field.value is distinct from differences.new_rule -> field.key
                    ),
                    'after', (
                        select jsonb_object_agg(field.key, field.value)
                        from jsonb_each(differences.new_rule) as field
                        where field.value is distinct from differences.old_rule -> field.key
                    )
                )
            end as entry,
            row_number() over (partition by differences.kind order by differences.id) as position
        from differences
    )
    select jsonb_build_object(
        'added', coalesce(jsonb_agg(listed.entry order by listed.id)
            filter (where listed.kind = 'added' and listed.position <= 100), '[]'),
        'removed', coalesce(jsonb_agg(listed.entry order by listed.id)
            filter (where listed.kind = 'removed' and listed.position <= 100), '[]'),
        'changed', coalesce(jsonb_agg(listed.entry order by listed.id)
            filter (where listed.kind = 'changed' and listed.position <= 100), '[]'),
        'counts', jsonb_build_object(
            'added', count(*) filter (where listed.kind = 'added'),
            'removed', count(*) filter (where listed.kind = 'removed'),
            'changed', count(*) filter (where listed.kind = 'changed')
        )
    )
    from listed
$$;

revoke all on function pathfinder.compare_rules(jsonb, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.compare_rules(jsonb, jsonb) is 'What was added, removed and changed between two rule sets.';
