-- Tells whether a webhook is signed for a source as Standard Webhooks says (standardwebhooks.com, version 1). Signed is
-- "{webhook-id}.{webhook-timestamp}.{body}"; the header webhook-signature lists "v1,<base64>" signatures, several while
-- the sender rotates its key. Signatures of other versions are passed over.
-- Returns: true or false.
-- Example: select pathfinder.accepts_standard_webhook(source, key, '{"webhook-id": "msg_1", …}', '{}') from …;
create or replace function pathfinder.accepts_standard_webhook(
    source public.webhook_sources,
    key bytea,
    headers jsonb,
    body text
)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
    identifier text := headers ->> 'webhook-id';
    sent_at text := headers ->> 'webhook-timestamp';
    signatures text[];
begin
    if identifier is null or not coalesce(pathfinder.is_recent(sent_at, source.tolerance), false) then
        return false;
    end if;
    signatures := array(
        select substring(part from 4)
        from unnest((string_to_array(headers ->> 'webhook-signature', ' '))[1:16]) as part
        where starts_with(part, 'v1,')
    );
    return pathfinder.accepts_signature(
        key, concat_ws('.', identifier, sent_at, body), signatures, 'base64'
    );
end
$$;

revoke all on function pathfinder.accepts_standard_webhook(public.webhook_sources, bytea, jsonb, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.accepts_standard_webhook(public.webhook_sources, bytea, jsonb, text) is
    'Whether a webhook is signed for a source as Standard Webhooks says.';
