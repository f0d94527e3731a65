-- Whether one of the given expressions of a category and scope matches a part of a title. Matching is dear, so each
-- is left out where the part has none of the clues that every match needs.
-- Returns: boolean. `words` are the part's title_words(), or those of more than the part.
-- Example: select pathfinder.finds('ceo', '{ceo}', array(select e from pathfinder.rule_expressions as e), 'csuite',
--   'segment');
create or replace function pathfinder.finds(
    part text,
    words text[],
    expressions pathfinder.rule_expressions[],
    category text,
    scope text
)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    candidate pathfinder.rule_expressions;
begin
    foreach candidate in array expressions loop
        if candidate.category = finds.category
            and candidate.scope = finds.scope
            and (candidate.clues is null or candidate.clues && words)
            and part ~ candidate.pattern
        then
            return true;
        end if;
    end loop;
    return false;
end
$$;

revoke all on function pathfinder.finds(text, text[], pathfinder.rule_expressions[], text, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.finds(text, text[], pathfinder.rule_expressions[], text, text) is
    'Whether a compiled expression of a category and scope matches a part of a title.';
