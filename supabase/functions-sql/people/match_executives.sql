-- Finds anew to which account they belong: the executives who belong to an account now, and those whom its keys find.
-- Returns: how many executives belong elsewhere than before.
-- Example: select pathfinder.match_executives(7);
create or replace function pathfinder.match_executives(account_id bigint)
returns bigint
language sql
volatile
set search_path = ''
as $$
    select pathfinder.match_members(array_agg(candidate.community), array_agg(candidate.user_id))
    from (
        select user_state.community, user_state.user_id
        from public.user_state
        where user_state.account_id = match_executives.account_id
        union
        select executive.community, executive.user_id
        from pathfinder.account_keys
        cross join lateral pathfinder.find_executives(account_keys.kind, account_keys.key, null) as executive
        where account_keys.account_id = match_executives.account_id
    ) as candidate
$$;

revoke all on function pathfinder.match_executives(bigint) from public, anon, authenticated, service_role;

comment on function pathfinder.match_executives(bigint) is 'Finds anew who belongs to an account.';
