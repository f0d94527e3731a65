-- The executives who belong to an account.
-- Returns: their rows, in no order.
-- Example: select * from pathfinder.account_executives(7);
create or replace function pathfinder.account_executives(account_id bigint)
returns setof public.user_state
language sql
stable
set search_path = ''
as $$
    select distinct executive.*
    from pathfinder.account_keys
    cross join lateral pathfinder.find_executives(account_keys.kind, account_keys.key) as executive
    where account_keys.account_id = account_executives.account_id
        -- Whose domain is another account's belongs there, whatever the company is called.
        and pathfinder.find_account(executive.email_domain, executive.company) = account_executives.account_id
$$;

revoke all on function pathfinder.account_executives(bigint) from public, anon, authenticated, service_role;

comment on function pathfinder.account_executives(bigint) is 'The executives who belong to an account.';
