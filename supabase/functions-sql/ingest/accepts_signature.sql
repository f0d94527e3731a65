-- Tells whether one of several signatures is the HMAC-SHA256 of some content under a valid key of a source.
--
-- Digests of the signatures are compared, not the signatures, so that the time it takes tells nothing about how much
-- of a guess was right.
-- Returns: true or false. Raises: nothing.
-- Example: select pathfinder.accepts_signature('discourse', '{"user": {}}', array['ab12…'], 'hex');
create or replace function pathfinder.accepts_signature(
    source_name text,
    content text,
    signatures text[],
    encoding text
)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    return exists (
        select
        from pathfinder.webhook_secrets as secret
        cross join unnest(accepts_signature.signatures) as candidate (signature)
        where secret.source = accepts_signature.source_name
            and (secret.expires_at is null or secret.expires_at > now())
            and secret.key is not null
            and sha256(convert_to(candidate.signature, 'UTF8')) = sha256(convert_to(
                encode(
                    extensions.hmac(convert_to(accepts_signature.content, 'UTF8'), secret.key, 'sha256'),
                    accepts_signature.encoding
                ),
                'UTF8'
            ))
    );
end
$$;

revoke all on function pathfinder.accepts_signature(text, text, text[], text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.accepts_signature(text, text, text[], text) is
    'Whether one of several signatures is the HMAC-SHA256 of some content under a valid key of a source.';
