-- Whether one of the compiled expressions of a kind ("csuite", "exclusion", …: see compile_rules()) matches a part of a
-- title. Matching is dear, so each is left out where the part has none of the clues that every match needs.
--
-- Called by match_title() and surviving_parts(). `words` are the part's title_words(), or those of more than the part.
--
--     select pathfinder.finds('chief executive', '{chief,executive}', compiled, 'csuite') from public.rule_versions …;
create or replace function pathfinder.finds(part text, words text[], compiled jsonb, kind text)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    clues constant jsonb := compiled -> 'clues';
    number integer := 1;
    name text := kind || '_1';
begin
    while compiled ? name loop
        if coalesce(clues -> name ?| words, true) and part ~ (compiled ->> name) then
            return true;
        end if;
        number := number + 1;
        name := kind || '_' || number;
    end loop;
    return false;
end
$$;

revoke all on function pathfinder.finds(text, text[], jsonb, text) from public, anon, authenticated, service_role;

comment on function pathfinder.finds(text, text[], jsonb, text) is
    'Whether a compiled expression of a kind matches a part of a title.';
