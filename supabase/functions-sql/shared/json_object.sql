-- The JSON object that an argument holds, whichever way the server in front of the database handed it over.
-- PostgREST passes a nested object on as an object, Supabase Lite as a JSON string that holds its text.
-- Returns: the object; {} for null.
-- Raises: 22023 when it is not an object; 22P02 when the text is not JSON.
-- Example: select pathfinder.json_object('"{\"a\": 1}"');  -- {"a": 1}
create or replace function pathfinder.json_object(value jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
    content jsonb := case
        when jsonb_typeof(json_object.value) = 'string' then (json_object.value #>> '{}')::jsonb
        else json_object.value
    end;
begin
    if content is null or jsonb_typeof(content) = 'null' then
        return '{}';
    end if;
    if jsonb_typeof(content) <> 'object' then
        raise exception 'a JSON object is needed, not %', jsonb_typeof(content) using errcode = '22023';
    end if;
    return content;
end
$$;

revoke all on function pathfinder.json_object(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.json_object(jsonb) is 'The JSON object that an argument holds, also as a string.';
