-- Tells whether a candidate is one of a source's valid secrets.
--
-- What is compared are salted digests: the time a comparison takes says nothing that a sender could use, because
-- without the salt it cannot aim at a digest. A slow hash would add nothing: set_webhook_secret wants long secrets.
-- Called by: authenticate_webhook() as it was before 20261127000200 and accepts_basic(): a webhook that is
-- under way while that migration commits must still find it. To be dropped one release later.
-- Returns: true or false; false for null. Raises: nothing.
-- Example: select pathfinder.accepts_secret('gainsight', 'candidate'::bytea);
create or replace function pathfinder.accepts_secret(source_name text, candidate bytea)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    return exists (
        select
        from pathfinder.webhook_secrets as secret
        where secret.source = accepts_secret.source_name
            and (secret.expires_at is null or secret.expires_at > now())
            and secret.digest = sha256(secret.salt || accepts_secret.candidate)
    );
end
$$;

revoke all on function pathfinder.accepts_secret(text, bytea) from public, anon, authenticated, service_role;

comment on function pathfinder.accepts_secret(text, bytea) is 'Whether a candidate is one of a source''s valid secrets.';
