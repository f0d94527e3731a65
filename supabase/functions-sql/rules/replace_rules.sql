-- Replaces all rules by the given ones ({"id" or null, "category", "kind", "scope", "pattern", "description",
-- "is_active"} each) in one statement, and so in one version. `operation` and `label` are recorded with it. Returns
-- {"version", "change", "counts"} of the version now in force.
--
-- Called by import_rule_set() and restore_rule_set(). Raises what a refused rule raises; then nothing has changed.
create or replace function pathfinder.replace_rules(rules jsonb, operation text, label text)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
    known_version bigint;
    answer jsonb;
begin
    -- The trigger's lock, taken before the newest version is read.
    update pathfinder.rule_edits set edited_at = pg_catalog.clock_timestamp();
    select max(rule_versions.version) into known_version from public.rule_versions;
    perform pg_catalog.set_config('pathfinder.rules_operation', operation, true);
    perform pg_catalog.set_config('pathfinder.rules_label', coalesce(label, ''), true);

    with removed as (
        delete from public.classification_rules where true returning id
    ),
    emptied as (
        -- Read to its end first, so that the rules' unique wordings are free.
        select pg_catalog.count(*) as rules from removed
    )
    insert into public.classification_rules (id, category, kind, scope, pattern, description, is_active)
    select
        coalesce((entry.value ->> 'id')::bigint,
            pg_catalog.nextval(pg_catalog.pg_get_serial_sequence('public.classification_rules', 'id'))),
        entry.value ->> 'category', entry.value ->> 'kind', entry.value ->> 'scope', entry.value ->> 'pattern',
        entry.value ->> 'description', (entry.value ->> 'is_active')::boolean
    from emptied
    cross join pg_catalog.jsonb_array_elements(replace_rules.rules) with ordinality as entry (value, position)
    order by entry.position;

    perform pg_catalog.set_config('pathfinder.rules_operation', '', true);
    perform pg_catalog.set_config('pathfinder.rules_label', '', true);
    select pg_catalog.jsonb_build_object(
        'version', newest.version,
        'change', case when newest.version is distinct from known_version then newest.change end,
        'counts', newest.counts
    )
    into answer
    from public.rule_versions as newest
    order by newest.version desc
    limit 1;
    return answer;
end
$$;

revoke all on function pathfinder.replace_rules(jsonb, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.replace_rules(jsonb, text, text) is 'Replaces all rules in one version.';
