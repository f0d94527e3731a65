-- Brings the rules of an earlier version back, as a new version.
--
-- For service_role, over rpc/restore_rules. Returns {"version": now in force, "restored", "change": what changed, or
-- null if nothing did, "counts"}. Raises 22023 (400) if there is no such version.
--
--     select public.restore_rules(1);
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
