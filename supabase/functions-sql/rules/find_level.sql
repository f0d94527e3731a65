-- The highest level that a part of a title names, by the given expressions.
-- Returns: the expression that found it, with its level and rank; all null for none. `scope` is segment, or title for
--   the whole of a title.
-- Example: select category from pathfinder.find_level('evp and cfo', '{evp,and,cfo}', array(select e from
--   pathfinder.rule_expressions as e), 'segment');
create or replace function pathfinder.find_level(
    part text,
    words text[],
    expressions pathfinder.rule_expressions[],
    scope text
)
returns pathfinder.rule_expressions
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    candidate pathfinder.rule_expressions;
    best pathfinder.rule_expressions;
begin
    foreach candidate in array expressions loop
        if candidate.category <> 'exclusion'
            and candidate.scope = find_level.scope
            and (best.rank is null or candidate.rank < best.rank)
            and (candidate.clues is null or candidate.clues && words)
            and part ~ candidate.pattern
        then
            best := candidate;
        end if;
    end loop;
    return best;
end
$$;

revoke all on function pathfinder.find_level(text, text[], pathfinder.rule_expressions[], text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.find_level(text, text[], pathfinder.rule_expressions[], text) is
    'The highest level that a part of a title names.';
