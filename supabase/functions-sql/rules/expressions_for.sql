-- Those of the expressions in force that a title with these words may match.
-- Returns: an array of rows of rule_expressions; empty for none.
-- Example: select cardinality(pathfinder.expressions_for('{vice,president,of,sales}'));
create or replace function pathfinder.expressions_for(words text[])
returns pathfinder.rule_expressions[]
language plpgsql
stable
set search_path = ''
as $$
begin
    return array(
        select expression
        from pathfinder.rule_expressions as expression
        where expression.number = any (array(
                select clue.number from pathfinder.rule_clues as clue where clue.word = any (words)
            ))
            or expression.clues is null
    );
end
$$;

revoke all on function pathfinder.expressions_for(text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.expressions_for(text[]) is 'The expressions in force that a title with these words may match.';
