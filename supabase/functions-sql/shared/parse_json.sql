-- Parses JSON that may be none.
-- Returns: the value; null for what is no JSON.
-- Example: select pathfinder.parse_json('[1, 2]');
create or replace function pathfinder.parse_json(content text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
    return content::jsonb;
exception when data_exception or program_limit_exceeded then
    return null;
end
$$;

revoke all on function pathfinder.parse_json(text) from public, anon, authenticated, service_role;

comment on function pathfinder.parse_json(text) is 'Parses JSON that may be none.';
