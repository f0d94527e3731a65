-- Finds the source whose credentials a webhook carries.
--
-- Of several sources of one community the first counts; credentials that are valid in two communities are refused.
-- Whatever is wrong (no source, no header, unknown user name, wrong secret, old timestamp), the refusal is the same
-- to the letter, so that it helps an administrator and tells a stranger nothing. Of secrets that are only compared,
-- salted digests are: the time that takes says nothing that a sender could use, because without the salt it cannot aim
-- at a digest. A slow hash would add nothing: set_webhook_secret wants long secrets.
-- Returns: the row of webhook_sources. Raises: PT401.
-- Example: select (pathfinder.authenticate_webhook('{"authorization": "Basic …"}', '{}')).name;
create or replace function pathfinder.authenticate_webhook(headers jsonb, body text)
returns public.webhook_sources
language plpgsql
stable
set search_path = ''
as $$
declare
    basic constant record := pathfinder.basic_credentials(headers ->> 'authorization');
    accepted public.webhook_sources[];
begin
    select array_agg(source order by source.name)
    into accepted
    from public.webhook_sources as source
    where source.enabled
        and case source.auth_kind
            when 'standard_webhooks' then pathfinder.accepts_standard_webhook(source, headers, body)
            when 'hmac' then pathfinder.accepts_hmac(source, headers, body)
            else
                (source.auth_kind = 'secret_header' or convert_to(source.username, 'UTF8') = basic.username)
                and exists (
                    select
                    from pathfinder.webhook_secrets as valid
                    where valid.source = source.name
                        and (valid.expires_at is null or valid.expires_at > now())
                        and valid.digest = sha256(valid.salt || case source.auth_kind
                            when 'basic' then basic.secret
                            else convert_to(headers ->> source.header_name, 'UTF8')
                        end)
                )
        end;

    if accepted is null then
        raise sqlstate 'PT401' using
            message = 'This webhook is not authorised.',
            hint = 'Send the credentials of an enabled row of webhook_sources (for Basic authentication, its user name'
                ' and the secret given to set_webhook_secret; for signatures, a fresh timestamp as well).';
    end if;
    if accepted[1].community <> any (select source.community from unnest(accepted) as source) then
        raise sqlstate 'PT401' using
            message = 'The credentials of this webhook are valid in several communities.',
            hint = 'Nobody can tell which one it is about. Give each community a secret of its own, with set_webhook_secret.';
    end if;
    return accepted[1];
end
$$;

revoke all on function pathfinder.authenticate_webhook(jsonb, text) from public, anon, authenticated, service_role;

comment on function pathfinder.authenticate_webhook(jsonb, text) is 'The source whose credentials a webhook carries.';
