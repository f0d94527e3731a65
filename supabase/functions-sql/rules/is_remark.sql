-- Whether a part of a title says nothing but what an exclusion is about: "(retired)", "former:", "2010 to 2018". Such
-- a part speaks of the parts beside it.
-- Returns: boolean.
-- Example: select pathfinder.is_remark('now retired', '{now,retired}', array(select e from
--   pathfinder.rule_expressions as e));  -- true
create or replace function pathfinder.is_remark(part text, words text[], expressions pathfinder.rule_expressions[])
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    filler constant text := '^[ '']*((now|currently|happily|recently|semi|fully|the|a|my|i|am|since|from|in|as|roles?|positions?|jobs?|titles?|offices?|life|[0-9]+)\M[ '']*)*$';
    candidate pathfinder.rule_expressions;
    left_over text;
    rest text := part;
begin
    if length(part) > 60 then
        return false;
    end if;
    foreach candidate in array expressions loop
        if candidate.category = 'exclusion'
            and candidate.scope = 'segment'
            and (candidate.clues is null or candidate.clues && words)
        then
            -- Matched once: a long expression takes as long to find that it matches as to replace what it does.
            left_over := regexp_replace(part, candidate.pattern, '');
            rest := case when left_over = part then rest else left_over end;
        end if;
        -- "on leave" may be of one expression, "on leave as advisor" of another.
        exit when rest ~ filler;
    end loop;
    return rest ~ filler;
end
$$;

revoke all on function pathfinder.is_remark(text, text[], pathfinder.rule_expressions[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.is_remark(text, text[], pathfinder.rule_expressions[]) is
    'Whether a part of a title says nothing but what an exclusion is about.';
