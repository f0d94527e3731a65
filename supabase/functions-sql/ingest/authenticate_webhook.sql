-- Finds the source whose credentials a webhook carries; of several of one community the first by name. Whatever is
-- wrong, the refusal is the same to the letter, so that it helps an administrator and tells a stranger nothing. Of
-- secrets that are only compared, salted digests are: the time that takes says nothing that a sender could use, because
-- without the salt it cannot aim at a digest. A slow hash would add nothing: set_webhook_secret wants long secrets.
-- Returns: the row of webhook_sources.
-- Raises: PT401, also where the credentials are valid in two communities.
-- Example: select (pathfinder.authenticate_webhook('{"authorization": "Basic …"}', '{}')).name;
create or replace function pathfinder.authenticate_webhook(headers jsonb, body text)
returns public.webhook_sources
language plpgsql
stable
set search_path = ''
as $$
declare
    -- "user name:secret" as RFC 7617 writes it; bytes, so that nothing in the header can make this fail.
    encoded constant text := substring(headers ->> 'authorization' from '(?i)^basic +([a-z0-9+/]+)=* *$');
    credentials constant bytea := case
        when length(encoded) % 4 <> 1 then decode(rpad(encoded, (length(encoded) + 3) / 4 * 4, '='), 'base64')
    end;
    candidate public.webhook_sources;
    accepted public.webhook_sources;
begin
    foreach candidate in array array(
        select sender
        from pathfinder.webhook_secrets as valid
        join public.webhook_sources as sender on sender.name = valid.source
        where sender.enabled
            and (valid.expires_at is null or valid.expires_at > now())
            and case sender.auth_kind
                when 'basic' then
                    valid.digest = sha256(valid.salt || substring(credentials from octet_length(sender.username) + 2))
                    and substring(credentials for octet_length(sender.username) + 1)
                        = convert_to(sender.username || ':', 'UTF8')
                when 'secret_header' then
                    valid.digest = sha256(valid.salt || convert_to(headers ->> sender.header_name, 'UTF8'))
                when 'hmac' then pathfinder.accepts_hmac(sender, valid.key, headers, body)
                else pathfinder.accepts_standard_webhook(sender, valid.key, headers, body)
            end
        order by sender.name
    )
    loop
        if accepted.community <> candidate.community then
            raise sqlstate 'PT401' using
                message = 'The credentials of this webhook are valid in several communities.',
                hint = 'Nobody can tell which one it is about. Give each community a secret of its own, with set_webhook_secret.';
        elsif accepted.name is null then
            accepted := candidate;
        end if;
    end loop;
    if accepted.name is null then
        raise sqlstate 'PT401' using
            message = 'This webhook is not authorised.',
            hint = 'Send the credentials of an enabled row of webhook_sources (for Basic authentication, its user name'
                ' and the secret given to set_webhook_secret; for signatures, a fresh timestamp as well).';
    end if;
    return accepted;
end
$$;

revoke all on function pathfinder.authenticate_webhook(jsonb, text) from public, anon, authenticated, service_role;

comment on function pathfinder.authenticate_webhook(jsonb, text) is 'The source whose credentials a webhook carries.';
