-- Compares two rule sets by id: {"added": [rule, …], "removed": [rule, …], "changed": [{"id", "before": {…}, "after": {…}}, …],
-- "counts": {"added": n, "removed": n, "changed": n}}, with at most 100 of each listed and, of a changed rule, only what
-- changed.
--
-- Called by record_rule_version() and preview_rules().
create or replace function pathfinder.compare_rules(before jsonb, after jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
    with differences as (
        select
            coalesce((old.value ->> 'id')::bigint, (new.value ->> 'id')::bigint) as id,
            old.value - '{matcher,clues}'::text[] as old_rule,
            new.value - '{matcher,clues}'::text[] as new_rule,
            case when old.value is null then 'added' when new.value is null then 'removed' else 'changed' end as kind
        from pg_catalog.jsonb_array_elements(compare_rules.before) as old
        full join pg_catalog.jsonb_array_elements(compare_rules.after) as new
            on old.value ->> 'id' = new.value ->> 'id'
        where old.value - '{matcher,clues}'::text[] is distinct from new.value - '{matcher,clues}'::text[]
    ),
    listed as (
        select
            differences.kind,
            differences.id,
            case differences.kind
                when 'added' then differences.new_rule
                when 'removed' then differences.old_rule
                else pg_catalog.jsonb_build_object(
                    'id', differences.id,
                    'before', (
                        select pg_catalog.jsonb_object_agg(field.key, field.value)
                        from pg_catalog.jsonb_each(differences.old_rule) as field
                        where field.value is distinct from differences.new_rule -> field.key
                    ),
                    'after', (
                        select pg_catalog.jsonb_object_agg(field.key, field.value)
                        from pg_catalog.jsonb_each(differences.new_rule) as field
                        where field.value is distinct from differences.old_rule -> field.key
                    )
                )
            end as entry,
            pg_catalog.row_number() over (partition by differences.kind order by differences.id) as position
        from differences
    )
    select pg_catalog.jsonb_build_object(
        'added', coalesce(pg_catalog.jsonb_agg(listed.entry order by listed.id)
            filter (where listed.kind = 'added' and listed.position <= 100), '[]'),
        'removed', coalesce(pg_catalog.jsonb_agg(listed.entry order by listed.id)
            filter (where listed.kind = 'removed' and listed.position <= 100), '[]'),
        'changed', coalesce(pg_catalog.jsonb_agg(listed.entry order by listed.id)
            filter (where listed.kind = 'changed' and listed.position <= 100), '[]'),
        'counts', pg_catalog.jsonb_build_object(
            'added', pg_catalog.count(*) filter (where listed.kind = 'added'),
            'removed', pg_catalog.count(*) filter (where listed.kind = 'removed'),
            'changed', pg_catalog.count(*) filter (where listed.kind = 'changed')
        )
    )
    from listed
$$;

revoke all on function pathfinder.compare_rules(jsonb, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.compare_rules(jsonb, jsonb) is 'What was added, removed and changed between two rule sets.';
