-- Reads a member's id, which platforms send as a string or as an integer.
-- Returns: text. Raises: PT400 when it is missing, no text and no integer, or over 500 characters.
-- Example: select pathfinder.payload_id('12');  -- 12
create or replace function pathfinder.payload_id(payload_value jsonb)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
    identifier text := pathfinder.payload_text(payload_value, 'userId', 500);
begin
    if identifier is null then
        raise sqlstate 'PT400' using
            message = 'The webhook does not say which member it is about: "userId" is missing or empty.',
            hint = 'Send the member''s id as "userId", or tell where it is in the payload_paths of the source.';
    end if;
    if jsonb_typeof(payload_value) = 'number' then
        if identifier !~ '^-?[0-9]+(\.0+)?$' then
            raise sqlstate 'PT400' using
                message = '"userId" is a number that is not whole.',
                hint = 'Send "userId" as a string or as an integer.';
        end if;
        return split_part(identifier, '.', 1);
    end if;
    return identifier;
end
$$;

revoke all on function pathfinder.payload_id(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.payload_id(jsonb) is 'Reads a member''s id, sent as a string or as an integer.';
