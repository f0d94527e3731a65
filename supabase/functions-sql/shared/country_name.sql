-- What a country is called in English, for messages and pages.
-- Returns: the name; null for null and for what is no code.
-- Example: select pathfinder.country_name('ES');  -- Spain
create or replace function pathfinder.country_name(code text)
returns text
language sql
stable
strict
parallel safe
set search_path = ''
as $$
    select countries.name
    from public.countries
    where countries.code = upper(country_name.code)
$$;

revoke all on function pathfinder.country_name(text) from public, anon, authenticated, service_role;

comment on function pathfinder.country_name(text) is 'What a country is called in English.';
