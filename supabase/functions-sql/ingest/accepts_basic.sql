-- Tells whether the Authorization header holds a source's user name and secret, as RFC 7617 writes them.
--
-- The bytes are compared undecoded, so that nothing in the header can make this fail.
-- Called by: authenticate_webhook() as it was before 20261127000200: a webhook that is
-- under way while that migration commits must still find it. To be dropped one release later.
-- Returns: true or false. Raises: nothing.
-- Example: select pathfinder.accepts_basic(source, '{"authorization": "Basic …"}') from public.webhook_sources as source;
create or replace function pathfinder.accepts_basic(source public.webhook_sources, headers jsonb)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
    authorization_header text := headers ->> 'authorization';
    encoded text := rtrim(btrim(substring(authorization_header from 7)), '=');
    credentials bytea;
    colon integer;
begin
    if lower(left(authorization_header, 6)) is distinct from 'basic '
        or encoded !~ '^[A-Za-z0-9+/]+$'
        or length(encoded) % 4 = 1 then
        return false;
    end if;
    credentials := decode(rpad(encoded, (length(encoded) + 3) / 4 * 4, '='), 'base64');
    colon := position('\x3a'::bytea in credentials);
    return colon > 0
        and substring(credentials from 1 for colon - 1) = convert_to(source.username, 'UTF8')
        and pathfinder.accepts_secret(source.name, substring(credentials from colon + 1));
end
$$;

revoke all on function pathfinder.accepts_basic(public.webhook_sources, jsonb)
    from public, anon, authenticated, service_role;

comment on function pathfinder.accepts_basic(public.webhook_sources, jsonb) is
    'Whether the Authorization header holds a source''s user name and secret.';
