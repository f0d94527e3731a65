-- Switches a rule on or off; with anyway also where examples that were right become wrong, which
-- settings.protect_examples refuses otherwise.
-- Returns: whether there is such a rule.
-- Raises: what an edit of classification_rules raises.
-- Example: select public.switch_rule(7, false);
create or replace function public.switch_rule(rule_id bigint, is_active boolean, anyway boolean default false)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select set_config('pathfinder.examples_may_break', case when switch_rule.anyway then 'yes' else '' end, true);
    with switched as (
        update public.classification_rules
        set is_active = switch_rule.is_active
        where classification_rules.id = switch_rule.rule_id
        returning classification_rules.id
    )
    select exists (select from switched)
$$;

revoke all on function public.switch_rule(bigint, boolean, boolean) from public, anon, authenticated, service_role;
grant execute on function public.switch_rule(bigint, boolean, boolean) to service_role;

comment on function public.switch_rule(bigint, boolean, boolean) is
    'Switches a rule on or off; says whether there is one.';
