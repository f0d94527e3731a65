-- What an executive is in charge of: found in what exclusions leave of the title, from "|" to "|" where an office
-- stands, else in the rest of it, else in the department.
-- Returns: names of functions in their order; empty where nothing says it. To be asked of executives only.
-- Example: select pathfinder.find_functions('EVP & CFO | Speaker', null);  -- {finance}
create or replace function pathfinder.find_functions(title text, department text)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
    texts constant record := pathfinder.charged_texts(pathfinder.read_title(title));
    found text[] := pathfinder.match_functions(texts.offices);
begin
    if found = '{}' then
        found := pathfinder.match_functions(texts.others);
    end if;
    if found = '{}' then
        found := pathfinder.match_functions(pathfinder.segment_title(department));
    end if;
    return found;
end
$$;

revoke all on function pathfinder.find_functions(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.find_functions(text, text) is 'What an executive is in charge of, by title or else department.';
