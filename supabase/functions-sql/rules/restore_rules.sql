-- What restore_rules() does, with its owner's rights.
-- Returns: as restore_rules().
-- Example: select pathfinder.restore_rule_set(1);
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
            message = format('There is no version %s of the rules.', version),
            hint = 'The versions are the rows of rule_versions.';
    end if;
    return pathfinder.replace_rules(
        wanted.rules, format('restore of version %s', wanted.version), wanted.label
    ) || jsonb_build_object('restored', wanted.version);
end
$$;

revoke all on function pathfinder.restore_rule_set(bigint) from public, anon, authenticated, service_role;
grant execute on function pathfinder.restore_rule_set(bigint) to service_role;

comment on function pathfinder.restore_rule_set(bigint) is 'What restore_rules() does.';

-- Brings the rules of an earlier version back, as a new version.
-- Returns: {"version": now in force, "restored", "change": what changed, or null if nothing did, "counts"}.
-- Raises: 22023 (400) if there is no such version.
-- Example: select public.restore_rules(1);
create or replace function public.restore_rules(version bigint)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.restore_rule_set(restore_rules.version)
$$;

revoke all on function public.restore_rules(bigint) from public, anon, authenticated, service_role;
grant execute on function public.restore_rules(bigint) to service_role;

comment on function public.restore_rules(bigint) is 'Brings the rules of an earlier version back, as a new version.';
