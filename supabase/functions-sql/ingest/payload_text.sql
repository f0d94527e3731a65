-- Reads a text from a webhook's body and makes it fit for storing.
--
-- Control characters become spaces, the ends are trimmed, and composed and decomposed accents become the same (NFC),
-- so that values can be compared. Right-to-left marks and emoji stay. A number is taken as its digits.
-- Returns: text; null for absent, null, or nothing but white space.
-- Raises: PT400 for a boolean, an object or an array, and for more than `maximum` characters.
-- Example: select pathfinder.payload_text('"  CEO\n"', 'value', 4000);  -- CEO
create or replace function pathfinder.payload_text(payload_value jsonb, name text, maximum integer)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
    kind text := coalesce(jsonb_typeof(payload_value), 'null');
    content text;
begin
    if kind = 'null' then
        return null;
    end if;
    if kind not in ('string', 'number') then
        raise sqlstate 'PT400' using
            message = format('"%s" must be text, not a JSON %s.', name, kind),
            hint = format('Send "%s" as a JSON string, or tell where it is in the payload_paths of the source.', name);
    end if;
    content := payload_value #>> '{}';
    if length(content) > maximum then
        raise sqlstate 'PT400' using
            message = format('"%s" is longer than %s characters.', name, maximum),
            hint = format('Shorten "%s".', name);
    end if;
    return nullif(btrim(pathfinder.clean_text(content)), '');
end
$$;

revoke all on function pathfinder.payload_text(jsonb, text, integer) from public, anon, authenticated, service_role;

comment on function pathfinder.payload_text(jsonb, text, integer) is
    'Reads a text from a webhook''s body and makes it fit for storing.';
