-- The examples that compiled rules get wrong, with what they make of them. An example of a level that is off expects
-- none.
-- Returns: a row each.
-- Example: select * from pathfinder.failing_examples(array(select e from pathfinder.rule_expressions as e));
create or replace function pathfinder.failing_examples(expressions pathfinder.rule_expressions[])
returns table (title text, expected text, actual text, note text)
language sql
stable
set search_path = ''
as $$
    select example.title, wanted.level, coalesce(judged.level, 'none'), example.note
    from public.rule_examples as example
    left join public.levels as known on known.level = example.level
    cross join lateral (select case when known.is_on then known.level else 'none' end) as wanted (level)
    left join pathfinder.judge_titles(
        array(select listed.title from public.rule_examples as listed), failing_examples.expressions
    ) as judged on judged.title = example.title
    where coalesce(judged.level, 'none') <> wanted.level
    order by example.id
$$;

revoke all on function pathfinder.failing_examples(pathfinder.rule_expressions[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.failing_examples(pathfinder.rule_expressions[]) is 'The examples that compiled rules get wrong.';
