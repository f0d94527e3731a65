-- Whether a JSON value is a whole number, and no smaller than a given one.
-- Returns: true or false, never null.
-- Example: select pathfinder.is_whole_number('101', 1);
create or replace function pathfinder.is_whole_number(value jsonb, minimum numeric)
returns boolean
language sql
immutable
set search_path = ''
as $$
    select case jsonb_typeof(is_whole_number.value)
        when 'number' then
            (is_whole_number.value #>> '{}')::numeric % 1 = 0
            and (is_whole_number.value #>> '{}')::numeric >= is_whole_number.minimum
        else false
    end
$$;

revoke all on function pathfinder.is_whole_number(jsonb, numeric) from public, anon, authenticated, service_role;

comment on function pathfinder.is_whole_number(jsonb, numeric) is 'Whether a JSON value is a whole number.';
