-- Refuses a value that is none of the choices, in words.
-- Returns: nothing.
-- Raises: 22023 with the column, the value and the choices, unless it is one of them.
-- Example: select pathfinder.refuse_choice('expected', 'vice president', '{csuite,vp,none}');
create or replace function pathfinder.refuse_choice(column_name text, given text, choices text[])
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
    if given is null or given <> all (choices) then
        raise exception using
            errcode = '22023',
            message = format('%s cannot be %s.', column_name, coalesce('"' || left(given, 100) || '"', 'empty')),
            hint = format('Choose one of: %s.', array_to_string(choices, ', '));
    end if;
end
$$;

revoke all on function pathfinder.refuse_choice(text, text, text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.refuse_choice(text, text, text[]) is 'Refuses a value that is none of the choices, in words.';
