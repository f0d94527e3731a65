-- What check_rules() answers, with its owner's rights.
-- Returns: as check_rules().
-- Example: select * from pathfinder.check_examples();
create or replace function pathfinder.check_examples()
returns table (title text, expected text, actual text, rule_id bigint, rule text, reason text, note text)
language sql
stable
security definer
set search_path = ''
as $$
    with failing as materialized (
        select *
        from pathfinder.failing_examples(array(select expression from pathfinder.rule_expressions as expression))
    )
    select
        failing.title, failing.expected, failing.actual,
        explained.rule_id, rule.pattern, explained.reason,
        failing.note
    from failing
    join pathfinder.explain_titles(array(select listed.title from failing as listed)) as explained
        on explained.title = failing.title
    left join public.classification_rules as rule on rule.id = explained.rule_id
    union all
    select null, known.level, 'none', null, null, format('No active rule finds the level %s.', known.level), null
    from public.levels as known
    where known.is_on
        and not exists (
            select from public.classification_rules as rule where rule.level = known.level and rule.is_active
        )
$$;

revoke all on function pathfinder.check_examples() from public, anon, authenticated, service_role;
grant execute on function pathfinder.check_examples() to service_role;

comment on function pathfinder.check_examples() is 'What check_rules() answers.';

-- Lists the examples that the rules in force get wrong, each with the rule to blame; nothing if all is well.
-- Returns: `rule_id` and `rule` are the rule that gave the wrong level or the exclusion that kept the title out, null
--   where no rule finds it. A level that is on and has no active rule is a row without a title.
-- Example: select * from public.check_rules();
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
