-- Checks what set_webhook_secret is given.
-- Returns: what is wrong, without the secret; null when nothing is.
-- Example: select pathfinder.check_webhook_secret('basic', 'short', '1 hour');
create or replace function pathfinder.check_webhook_secret(auth_kind text, secret text, keep_previous_for interval)
returns text
language sql
immutable
set search_path = ''
as $$
    select case
        when auth_kind is null then 'There is no such row in webhook_sources.'
        when keep_previous_for is null or keep_previous_for not between interval '0' and interval '30 days' then
            'keep_previous_for must be between 0 and 30 days.'
        when coalesce(length(secret), 0) not between 16 and 1000 then
            'The secret must have 16 to 1000 characters.'
        when secret ~ '[\u0001-\u001f\u007f]' then
            'The secret must not contain control characters.'
        when auth_kind = 'standard_webhooks'
            and (secret !~ '^whsec_([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$'
                or length(rtrim(substring(secret from 7), '=')) * 6 / 8 not between 24 and 64) then
            'The secret of a standard_webhooks source is whsec_ followed by 24 to 64 bytes in base64.'
    end
$$;

revoke all on function pathfinder.check_webhook_secret(text, text, interval)
    from public, anon, authenticated, service_role;

comment on function pathfinder.check_webhook_secret(text, text, interval) is 'Checks what set_webhook_secret is given.';
