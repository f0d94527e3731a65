-- Refuses a secret that would be valid in two communities: nobody could tell which one a webhook is about.
-- Returns: what is wrong, or null.
-- Example: select pathfinder.check_secret_is_apart('forum', 'a long random text');
create or replace function pathfinder.check_secret_is_apart(source_name text, secret text)
returns text
language sql
stable
set search_path = ''
as $$
    select format('The source "%s" of the community "%s" has the same secret.', other.name, other.community)
    from public.webhook_sources as own
    join public.webhook_sources as other
        on other.community <> own.community
        and other.auth_kind = own.auth_kind
        and (own.auth_kind <> 'basic' or other.username = own.username)
    join pathfinder.webhook_secrets as taken
        on taken.source = other.name
        and (taken.expires_at is null or taken.expires_at > now())
    where own.name = source_name
        and case own.auth_kind
            when 'standard_webhooks' then 'whsec_' || encode(taken.key, 'base64') = secret
            when 'hmac' then taken.key = convert_to(secret, 'UTF8')
            else taken.digest = sha256(taken.salt || convert_to(secret, 'UTF8'))
        end
    limit 1
$$;

revoke all on function pathfinder.check_secret_is_apart(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.check_secret_is_apart(text, text) is
    'Refuses a secret that would be valid in two communities.';
