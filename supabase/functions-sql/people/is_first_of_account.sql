-- Whether somebody is the first executive of a watched account: of those who are executives now, nobody else of it was
-- known before them.
-- Returns: true or false; false where the account is none, or not watched.
-- Example: select pathfinder.is_first_of_account(pathfinder.find_account('acme.com', null), '2000');
create or replace function pathfinder.is_first_of_account(account_id bigint, user_id text)
returns boolean
language sql
stable
set search_path = ''
as $$
    select exists (
        select from public.accounts where accounts.id = is_first_of_account.account_id and accounts.is_watched
    )
    and not exists (
        select
        from pathfinder.account_executives(is_first_of_account.account_id) as other
        where other.user_id <> is_first_of_account.user_id
            and other.first_detected_at <= coalesce(
                (
                    select user_state.first_detected_at
                    from public.user_state
                    where user_state.user_id = is_first_of_account.user_id
                ),
                now()
            )
    )
$$;

revoke all on function pathfinder.is_first_of_account(bigint, text) from public, anon, authenticated, service_role;

comment on function pathfinder.is_first_of_account(bigint, text) is
    'Whether a member is the first executive of a watched account.';
