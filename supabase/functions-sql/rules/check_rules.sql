-- Lists the examples that the rules in force get wrong, each with the rule to blame; nothing if all is well.
--
-- For service_role, over rpc/check_rules, and for people in the SQL editor. `rule_id` and `rule` are the rule that gave
-- the wrong level or the exclusion that kept the title out, and null where no rule finds it. A level without any active
-- rule is a row without a title.
--
--     select * from public.check_rules();
create or replace function public.check_rules()
returns table (title text, expected text, actual text, rule_id bigint, rule text, reason text, note text)
language sql
stable
set search_path = ''
as $$
    select checked.* from pathfinder.check_examples() as checked
$$;

revoke all on function public.check_rules() from public, anon, authenticated, service_role;
grant execute on function public.check_rules() to service_role;

comment on function public.check_rules() is 'The examples that the rules in force get wrong, with the rule to blame.';
