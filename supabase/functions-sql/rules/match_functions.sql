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
begin
    return array(
        select known.function
        from (
            -- A backend keeps 32 expressions compiled: no other is tried than those that the text has a clue of.
            select expression.function, expression.pattern, listed.place
            from (
                select distinct clue.number
                from pathfinder.function_clues as clue
                where clue.word = any (pathfinder.title_words(charge) || ''::text)
            ) as hinted
            join pathfinder.function_expressions as expression on expression.number = hinted.number
            join public.functions as listed on listed.function = expression.function
            offset 0
        ) as known
        where charge ~ known.pattern
        group by known.function, known.place
        order by known.place
    );
end
$$;

revoke all on function pathfinder.match_functions(text) from public, anon, authenticated, service_role;

comment on function pathfinder.match_functions(text) is 'Which functions the rules find in a text.';
