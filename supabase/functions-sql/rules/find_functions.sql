-- What an executive is in charge of: found in what exclusions leave of the title, from "|" to "|" where an office
-- stands, else in the rest of it, else in the department. `charges` are what match_title() gives of the title; without
-- them it is judged here.
-- Returns: names of functions in their order; empty where nothing says it. To be asked of executives only.
-- Example: select pathfinder.find_functions('EVP & CFO | Speaker', null);  -- {finance}
create or replace function pathfinder.find_functions(title text, department text, charges text[] default null)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
    parts text[];
    charge text;
    found text[] := '{}';
begin
    if charges is null then
        parts := pathfinder.read_title(title);
        charges := (pathfinder.match_title(
            parts, pathfinder.expressions_for(pathfinder.title_words(array_to_string(parts, ' ')))
        )).charges;
    end if;
    if department is not null then
        charges := charges || array_to_string(pathfinder.segment_title(department), E'\n');
    end if;
    foreach charge in array charges loop
        found := pathfinder.match_functions(charge);
        exit when found <> '{}';
    end loop;
    return found;
end
$$;

revoke all on function pathfinder.find_functions(text, text, text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.find_functions(text, text, text[]) is
    'What an executive is in charge of, by title or else department.';
