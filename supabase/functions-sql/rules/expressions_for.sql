-- Those of the expressions in force that a title with these words may match, each with no other clues than those
-- that the title holds: parts of it are compared with them again and again.
-- Returns: an array of rows of rule_expressions; empty for none.
-- Example: select cardinality(pathfinder.expressions_for('{vice,president,of,sales}'));
create or replace function pathfinder.expressions_for(words text[])
returns pathfinder.rule_expressions[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
-- Its tables are in memory.
set random_page_cost = 1
as $$
begin
    return array(
        select row(
            expression.number, expression.category, expression.scope, expression.rank, expression.pattern,
            expression.loose, case when expression.clues is not null then found.words end
        )::pathfinder.rule_expressions
        from (
            select clue.number, array_agg(clue.word) as words
            from pathfinder.rule_clues as clue
            where clue.word = any (expressions_for.words || ''::text)
            group by clue.number
            order by clue.number
        ) as found
        join pathfinder.rule_expressions as expression on expression.number = found.number
    );
end
$$;

revoke all on function pathfinder.expressions_for(text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.expressions_for(text[]) is 'The expressions in force that a title with these words may match.';
