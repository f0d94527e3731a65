-- Makes the events of one member take turns, until the transaction ends.
-- Returns: nothing.
-- Raises: 55P03 when the lock is not free within lock_timeout.
-- Example: select pathfinder.lock_member('main', '2000');
create or replace function pathfinder.lock_member(community text, user_id text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    perform pg_advisory_xact_lock(pathfinder.member_lock_key(community, user_id));
end
$$;

revoke all on function pathfinder.lock_member(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.lock_member(text, text) is 'Makes the events of one member take turns, until the transaction ends.';
