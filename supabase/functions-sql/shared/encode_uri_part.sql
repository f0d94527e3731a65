-- Encodes a text so that it stands for itself within a part of a URL: all but unreserved characters as %XX of UTF-8.
-- Returns: text; null for null.
-- Example: select pathfinder.encode_uri_part('a/b é');  -- a%2Fb%20%C3%A9
create or replace function pathfinder.encode_uri_part(part text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
    if part ~ '^[A-Za-z0-9._~-]*$' then
        return part;
    end if;
    return (
        select string_agg(
            case
                when chr(octet.value) ~ '[A-Za-z0-9._~-]' then chr(octet.value)
                else '%' || upper(lpad(to_hex(octet.value), 2, '0'))
            end,
            '' order by place
        )
        from convert_to(part, 'UTF8') as bytes
        cross join generate_series(0, length(bytes) - 1) as place
        cross join lateral (select get_byte(bytes, place) as value) as octet
    );
end
$$;

revoke all on function pathfinder.encode_uri_part(text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.encode_uri_part(text) is
    'Encodes a text for a part of a URL.';
