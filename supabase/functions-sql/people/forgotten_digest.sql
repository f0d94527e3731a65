-- The salted digest under which somebody's wish to be forgotten is remembered. Salted twice, so that none can be made
-- from another; of what every Postgres has, since each webhook asks for one where anybody was forgotten.
-- Returns: 32 bytes that cannot be traced back without the salt.
-- Example: select pathfinder.forgotten_digest('main', '2000');
create or replace function pathfinder.forgotten_digest(community text, user_id text)
returns bytea
language plpgsql
stable
set search_path = ''
as $$
begin
    return (
        select sha256(privacy_salt.salt || sha256(
            privacy_salt.salt || convert_to(forgotten_digest.community || ':' || forgotten_digest.user_id, 'UTF8')
        ))
        from pathfinder.privacy_salt
    );
end
$$;

revoke all on function pathfinder.forgotten_digest(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.forgotten_digest(text, text) is 'The salted digest of the id of a person who was forgotten.';
