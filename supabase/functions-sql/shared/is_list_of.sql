-- Whether a JSON value is a list whose elements are all of one JSON type. Empty texts do not count as texts.
-- Returns: true or false, never null.
-- Example: select pathfinder.is_list_of('[3, 4]', 'number', 1);
create or replace function pathfinder.is_list_of(list jsonb, element_type text, least_length integer)
returns boolean
language sql
immutable
set search_path = ''
as $$
    select case
        when jsonb_typeof(is_list_of.list) = 'array' then
            jsonb_array_length(is_list_of.list) >= is_list_of.least_length
            and not exists (
                select from jsonb_array_elements(is_list_of.list) as element
                where jsonb_typeof(element) <> is_list_of.element_type
                    or element = '""'
                    or (jsonb_typeof(element) = 'number' and (element #>> '{}')::numeric % 1 <> 0)
            )
        else false
    end
$$;

revoke all on function pathfinder.is_list_of(jsonb, text, integer) from public, anon, authenticated, service_role;

comment on function pathfinder.is_list_of(jsonb, text, integer) is 'Whether a JSON value is a list of one type.';
