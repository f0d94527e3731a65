-- Switches a rule on or off.
-- Returns: whether there is such a rule.
-- Raises: what an edit of classification_rules raises.
-- Example: select public.switch_rule(7, false);
create or replace function public.switch_rule(rule_id bigint, is_active boolean)
returns boolean
language sql
volatile
set search_path = ''
as $$
    with switched as (
        update public.classification_rules
        set is_active = switch_rule.is_active
        where classification_rules.id = switch_rule.rule_id
        returning classification_rules.id
    )
    select exists (select from switched)
$$;

revoke all on function public.switch_rule(bigint, boolean) from public, anon, authenticated, service_role;
grant execute on function public.switch_rule(bigint, boolean) to service_role;

comment on function public.switch_rule(bigint, boolean) is 'Switches a rule on or off; says whether there is one.';
