-- Whether somebody is the first executive of a watched account: of those who are executives now, nobody else of it was
-- known before them. With the account as it is, also for what was detected earlier.
-- Returns: true or false; false where the account is none, or not watched.
-- Example: select pathfinder.is_first_of_account(7, 'main', '2000');
create or replace function pathfinder.is_first_of_account(account_id bigint, community text, user_id text)
returns boolean
language sql
stable
set search_path = ''
as $$
    select exists (
        select from public.accounts where accounts.id = is_first_of_account.account_id and accounts.is_watched
    )
    and not exists (
        select from public.user_state as other
        where other.account_id = is_first_of_account.account_id
            and (other.community, other.user_id) <> (is_first_of_account.community, is_first_of_account.user_id)
            and other.first_detected_at <= coalesce(
                (
                    select user_state.first_detected_at
                    from public.user_state
                    where user_state.community = is_first_of_account.community
                        and user_state.user_id = is_first_of_account.user_id
                ),
                now()
            )
    )
$$;

revoke all on function pathfinder.is_first_of_account(bigint, text, text)
from public, anon, authenticated, service_role;

comment on function pathfinder.is_first_of_account(bigint, text, text) is
    'Whether a member is the first executive of a watched account.';
