-- Gives the key of a member's advisory lock: 64 bits, so that two members hardly ever share one.
-- Returns: bigint.
-- Example: select pg_try_advisory_xact_lock(pathfinder.member_lock_key('main', '2000'));
create or replace function pathfinder.member_lock_key(community text, user_id text)
returns bigint
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
    return hashtextextended('pathfinder.member:' || community || ':' || user_id, 0);
end
$$;

revoke all on function pathfinder.member_lock_key(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.member_lock_key(text, text) is 'The key of a member''s advisory lock.';
