-- Gives the headers of the current API request, names in lower case.
-- Returns: an object; empty outside of a request, or when what stands there is not an object.
-- Example: select pathfinder.webhook_headers() ->> 'authorization';
create or replace function pathfinder.webhook_headers()
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    headers jsonb;
begin
    headers := nullif(current_setting('request.headers', true), '');
    return case when jsonb_typeof(headers) = 'object' then headers else '{}' end;
exception when data_exception then
    return '{}';
end
$$;

revoke all on function pathfinder.webhook_headers() from public, anon, authenticated, service_role;

comment on function pathfinder.webhook_headers() is 'The headers of the current API request.';
