-- Which functions the rules find in the given texts, normalised as parts of a title are.
-- Returns: their names in order.
-- Example: select pathfinder.match_functions('{vp sales,marketing}');  -- {marketing,sales}
create or replace function pathfinder.match_functions(texts text[])
returns text[]
language sql
stable
set search_path = ''
as $$
    select coalesce(array_agg(known.function order by known.place), '{}')
    from (
        select array_to_string(match_functions.texts, E'\n') as whole
    ) as joined
    cross join lateral (select pathfinder.title_words(joined.whole) as words) as split
    join pathfinder.function_expressions as expression on expression.clues is null or expression.clues && split.words
    join public.functions as known on known.function = expression.function
    where joined.whole ~ expression.pattern
$$;

revoke all on function pathfinder.match_functions(text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.match_functions(text[]) is 'Which functions the rules find in the given texts.';
