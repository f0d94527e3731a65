-- A salt that nobody can guess: two random UUIDs, of the server's strong source, hashed.
-- Returns: 32 bytes.
-- Example: select pathfinder.random_salt();
create or replace function pathfinder.random_salt()
returns bytea
language sql
volatile
set search_path = ''
as $$
    select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
$$;

revoke all on function pathfinder.random_salt() from public, anon, authenticated, service_role;

comment on function pathfinder.random_salt() is 'A salt that nobody can guess.';
