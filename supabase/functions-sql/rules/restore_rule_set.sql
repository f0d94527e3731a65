-- What restore_rules() does, with its owner's rights.
create or replace function pathfinder.restore_rule_set(version bigint)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    wanted public.rule_versions;
begin
    select * into wanted from public.rule_versions as known where known.version = restore_rule_set.version;
    if not found then
        raise exception using
            errcode = '22023',
            message = pg_catalog.format('There is no version %s of the rules.', version),
            hint = 'The versions are the rows of rule_versions.';
    end if;
    return pathfinder.replace_rules(
        wanted.rules, pg_catalog.format('restore of version %s', wanted.version), wanted.label
    ) || pg_catalog.jsonb_build_object('restored', wanted.version);
end
$$;

revoke all on function pathfinder.restore_rule_set(bigint) from public, anon, authenticated, service_role;
grant execute on function pathfinder.restore_rule_set(bigint) to service_role;

comment on function pathfinder.restore_rule_set(bigint) is 'What restore_rules() does.';
