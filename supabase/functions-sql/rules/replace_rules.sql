-- Replaces all rules, or those of some categories, by the given ones ({"id" or null, "category", "kind", "scope",
-- "pattern", "description", "is_active"} each) in one statement, and so in one version. `operation` and `label` are
-- recorded with it.
-- Returns: {"version", "change", "counts"} of the version now in force.
-- Raises: what a refused rule raises; then nothing has changed.
-- Example: select pathfinder.replace_rules('[]', 'import', null, '{vp}');
create or replace function pathfinder.replace_rules(
    rules jsonb,
    operation text,
    label text,
    categories text[] default null
)
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
    update pathfinder.rule_edits set edited_at = clock_timestamp();
    select max(rule_versions.version) into known_version from public.rule_versions;
    perform set_config('pathfinder.rules_operation', operation, true);
    perform set_config('pathfinder.rules_label', coalesce(label, ''), true);

    -- What stays as it is, by its id, is left alone: checking a pattern takes a hundred times as long as comparing it.
    with wanted as (
        select entry.value, entry.position
        from jsonb_array_elements(replace_rules.rules) with ordinality as entry (value, position)
    ),
    kept as (
        select rule.id
        from public.classification_rules as rule
        join wanted on (wanted.value ->> 'id')::bigint = rule.id
        where to_jsonb(rule) @> (wanted.value - 'id')
    ),
    removed as (
        delete from public.classification_rules as rule
        where (replace_rules.categories is null or rule.category = any (replace_rules.categories))
            and not exists (select from kept where kept.id = rule.id)
        returning rule.id
    ),
    emptied as (
        -- Read to its end first, so that the rules' unique wordings are free.
        select count(*) as rules from removed
    )
    insert into public.classification_rules (id, category, kind, scope, pattern, description, is_active)
    select
        coalesce((wanted.value ->> 'id')::bigint,
            nextval(pg_get_serial_sequence('public.classification_rules', 'id'))),
        wanted.value ->> 'category', wanted.value ->> 'kind', wanted.value ->> 'scope', wanted.value ->> 'pattern',
        wanted.value ->> 'description', (wanted.value ->> 'is_active')::boolean
    from emptied
    cross join wanted
    where not exists (select from kept where kept.id = (wanted.value ->> 'id')::bigint)
    order by wanted.position;

    perform set_config('pathfinder.rules_operation', '', true);
    perform set_config('pathfinder.rules_label', '', true);
    select jsonb_build_object(
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

revoke all on function pathfinder.replace_rules(jsonb, text, text, text[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.replace_rules(jsonb, text, text, text[]) is 'Replaces all rules in one version.';
