-- Which functions the rules find in a text, normalised as parts of a title are, one in a line.
-- Returns: their names in order.
-- Example: select pathfinder.match_functions(E'vp sales\nmarketing');  -- {marketing,sales}
create or replace function pathfinder.match_functions(charge text)
returns text[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
-- Its tables are in memory.
set random_page_cost = 1
as $$
declare
    candidate record;
    found text[] := '{}';
begin
    -- A backend keeps 32 regular expressions compiled: no other is tried than those that the text has a clue of.
    for candidate in
        select expression.function, expression.pattern
        from (
            select distinct clue.function
            from pathfinder.function_clues as clue
            where clue.word = any (pathfinder.title_words(charge) || ''::text)
        ) as known
        join pathfinder.function_expressions as expression on expression.function = known.function
    loop
        if charge ~ candidate.pattern then
            found := found || candidate.function;
        end if;
    end loop;
    if cardinality(found) > 1 then
        found := array(
            select known.function from public.functions as known where known.function = any (found) order by known.place
        );
    end if;
    return found;
end
$$;

revoke all on function pathfinder.match_functions(text) from public, anon, authenticated, service_role;

comment on function pathfinder.match_functions(text) is 'Which functions the rules find in a text.';
