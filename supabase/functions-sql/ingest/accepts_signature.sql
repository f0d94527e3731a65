-- Tells whether one of several signatures is the HMAC-SHA256 of some content under a key. Digests of the signatures are
-- compared, not the signatures, so that the time it takes tells nothing about how much of a guess was right.
-- Returns: true or false; false for no key.
-- Example: select pathfinder.accepts_signature('\x6b6579', '{"user": {}}', array['ab12…'], 'hex');
create or replace function pathfinder.accepts_signature(key bytea, content text, signatures text[], encoding text)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
    return (
        select coalesce(bool_or(
            sha256(convert_to(candidate.signature, 'UTF8')) = sha256(convert_to(
                encode(pathfinder.hmac_sha256(convert_to(content, 'UTF8'), key), encoding), 'UTF8'
            ))
        ), false)
        from unnest(signatures) as candidate (signature)
    );
end
$$;

revoke all on function pathfinder.accepts_signature(bytea, text, text[], text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.accepts_signature(bytea, text, text[], text) is
    'Whether one of several signatures is the HMAC-SHA256 of some content under a key.';
