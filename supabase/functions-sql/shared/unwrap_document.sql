-- Unwraps JSON that arrives as a JSON string, as some gateways and clients send it.
-- Returns: jsonb.
-- Example: select pathfinder.unwrap_document('"[]"');
create or replace function pathfinder.unwrap_document(document jsonb)
returns jsonb
language sql
immutable
set search_path = ''
return case jsonb_typeof(unwrap_document.document)
    when 'string' then (unwrap_document.document #>> '{}')::jsonb
    else unwrap_document.document
end;

revoke all on function pathfinder.unwrap_document(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.unwrap_document(jsonb) is 'Unwraps JSON that arrives as a JSON string.';
