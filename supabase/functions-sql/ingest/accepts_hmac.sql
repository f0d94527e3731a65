-- Tells whether a header holds the hexadecimal HMAC-SHA256 of a webhook under a source's key. What is signed is the
-- source's template signed_content: {body}, {timestamp} (of timestamp_header) and {id} (of event_id_header) stand for
-- what was sent. The HMAC is over the body's exact text, which Supabase Lite does not hand over: see webhook_body.
-- Returns: true or false.
-- Example: select pathfinder.accepts_hmac(source, key, '{"x-signature": "sha256=ab12…"}', '{}') from …;
create or replace function pathfinder.accepts_hmac(
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
    signature text := headers ->> source.header_name;
    sent_at text := headers ->> source.timestamp_header;
    before_body text := split_part(source.signed_content, '{body}', 1);
    after_body text := substring(source.signed_content from length(before_body) + length('{body}') + 1);
begin
    if signature is null or not starts_with(signature, source.signature_prefix) then
        return false;
    end if;
    if source.timestamp_header is not null
        and not coalesce(pathfinder.is_recent(sent_at, source.tolerance), false) then
        return false;
    end if;
    return pathfinder.accepts_signature(
        key,
        pathfinder.fill_signed_content(before_body, sent_at, headers ->> source.event_id_header)
            || body
            || pathfinder.fill_signed_content(after_body, sent_at, headers ->> source.event_id_header),
        array[lower(substring(signature from length(source.signature_prefix) + 1))],
        'hex'
    );
end
$$;

revoke all on function pathfinder.accepts_hmac(public.webhook_sources, bytea, jsonb, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.accepts_hmac(public.webhook_sources, bytea, jsonb, text) is
    'Whether a header holds the hexadecimal HMAC-SHA256 of a webhook under a source''s key.';
