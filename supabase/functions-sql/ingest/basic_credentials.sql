-- Reads the user name and the secret from an Authorization header of Basic authentication, as RFC 7617 writes them.
-- They stay undecoded bytes, so that nothing in the header can make this fail.
-- Returns: both, or null for both where the header holds none.
-- Example: select convert_from(username, 'UTF8') from pathfinder.basic_credentials('Basic Y29tbXVuaXR5OnNlY3JldA==');
create or replace function pathfinder.basic_credentials(
    authorization_header text,
    out username bytea,
    out secret bytea
)
language plpgsql
immutable
set search_path = ''
as $$
declare
    encoded text;
    credentials bytea;
    colon integer;
begin
    if lower(left(authorization_header, 6)) is distinct from 'basic ' then
        return;
    end if;
    encoded := rtrim(btrim(substring(authorization_header from 7)), '=');
    if encoded !~ '^[A-Za-z0-9+/]+$' or length(encoded) % 4 = 1 then
        return;
    end if;
    credentials := decode(rpad(encoded, (length(encoded) + 3) / 4 * 4, '='), 'base64');
    colon := position('\x3a'::bytea in credentials);
    if colon > 0 then
        username := substring(credentials from 1 for colon - 1);
        secret := substring(credentials from colon + 1);
    end if;
end
$$;

revoke all on function pathfinder.basic_credentials(text) from public, anon, authenticated, service_role;

comment on function pathfinder.basic_credentials(text) is
    'The user name and the secret in an Authorization header of Basic authentication.';
