-- Sets the secret with which a source authenticates itself. The one before stays valid for a while, so that the
-- platform can be changed over without losing a webhook; anything older ends at once. Of a secret that is only
-- compared, a salted digest is stored; of one that signs, the key, where no API role can read it. A bad argument is
-- answered, not raised: the text of a statement that fails is written to the server's log, and the secret with it.
-- Returns: {"status": "set", "source", "previous_valid_until"}, or {"status": "refused", "message", "hint"} with 400.
-- Example: select public.set_webhook_secret('community', 'a long random text');
create or replace function pathfinder.set_webhook_secret(source text, secret text, keep_previous_for interval)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
    kind text;
    fault text;
    new_salt bytea;
    ends_at timestamptz := now() + set_webhook_secret.keep_previous_for;
begin
    -- Two that set a secret of one source take turns.
    select webhook_sources.auth_kind
    into kind
    from public.webhook_sources
    where webhook_sources.name = set_webhook_secret.source
    for update;

    fault := coalesce(
        pathfinder.check_webhook_secret(kind, set_webhook_secret.secret, set_webhook_secret.keep_previous_for),
        pathfinder.check_secret_is_apart(set_webhook_secret.source, set_webhook_secret.secret)
    );
    if fault is not null then
        perform set_config('response.status', '400', true);
        return json_build_object(
            'status', 'refused',
            'message', fault,
            'hint', 'Nothing was changed. A good secret: openssl rand -hex 32; for standard_webhooks:'
                ' echo "whsec_$(openssl rand -base64 32)"'
        );
    end if;

    delete from pathfinder.webhook_secrets
    where webhook_secrets.source = set_webhook_secret.source
        and (webhook_secrets.expires_at is not null or ends_at <= now());
    update pathfinder.webhook_secrets
    set expires_at = ends_at
    where webhook_secrets.source = set_webhook_secret.source;

    if kind in ('basic', 'secret_header') then
        new_salt := pathfinder.random_salt();
        insert into pathfinder.webhook_secrets (source, salt, digest)
        values (
            set_webhook_secret.source,
            new_salt,
            sha256(new_salt || convert_to(set_webhook_secret.secret, 'UTF8'))
        );
    else
        insert into pathfinder.webhook_secrets (source, key)
        values (
            set_webhook_secret.source,
            case kind
                when 'standard_webhooks' then decode(substring(set_webhook_secret.secret from 7), 'base64')
                else convert_to(set_webhook_secret.secret, 'UTF8')
            end
        );
    end if;

    return json_build_object(
        'status', 'set',
        'source', set_webhook_secret.source,
        'previous_valid_until', (
            select max(webhook_secrets.expires_at)
            from pathfinder.webhook_secrets
            where webhook_secrets.source = set_webhook_secret.source
        )
    );
end
$$;

revoke all on function pathfinder.set_webhook_secret(text, text, interval)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.set_webhook_secret(text, text, interval) to service_role;

comment on function pathfinder.set_webhook_secret(text, text, interval) is
    'Sets the secret with which a source authenticates itself.';

create or replace function public.set_webhook_secret(
    source text,
    secret text,
    keep_previous_for interval default '24 hours'
)
returns json
language sql
volatile
set search_path = ''
as $$
    select pathfinder.set_webhook_secret(source, secret, keep_previous_for)
$$;

revoke all on function public.set_webhook_secret(text, text, interval) from public, anon, authenticated, service_role;
grant execute on function public.set_webhook_secret(text, text, interval) to service_role;

comment on function public.set_webhook_secret(text, text, interval) is
    'Sets the secret with which a source of webhooks authenticates itself; the one before stays valid for a while.';
