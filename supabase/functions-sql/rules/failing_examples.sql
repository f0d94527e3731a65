-- The examples that a compiled rule set gets wrong, with what it makes of them.
--
-- Called by check_examples(), protect_examples() and preview().
create or replace function pathfinder.failing_examples(compiled jsonb)
returns table (title text, expected text, actual text, note text)
language sql
stable
set search_path = ''
as $$
    select example.title, example.expected, coalesce(verdict.level, 'none'), example.note
    from public.rule_examples as example
    cross join lateral pathfinder.match_title(pathfinder.segment_title(example.title), failing_examples.compiled) as verdict
    where coalesce(verdict.level, 'none') <> example.expected
    order by example.id
$$;

revoke all on function pathfinder.failing_examples(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.failing_examples(jsonb) is 'The examples that a compiled rule set gets wrong.';
