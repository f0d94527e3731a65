-- Finds anew to which account they belong: the executives who belong to an account now, and those whom its keys find;
-- and the changes of those for whom that is another one.
-- Returns: how many executives belong elsewhere than before.
-- Example: select pathfinder.match_executives(7);
create or replace function pathfinder.match_executives(account_id bigint)
returns bigint
language sql
set search_path = ''
as $$
    with candidate as (
        select user_state.community, user_state.user_id
        from public.user_state
        where user_state.account_id = match_executives.account_id
        union
        select executive.community, executive.user_id
        from pathfinder.account_keys
        cross join lateral pathfinder.find_executives(account_keys.kind, account_keys.key, null) as executive
        where account_keys.account_id = match_executives.account_id
    ),
    moved as (
        update public.user_state
        set account_id = pathfinder.find_account(user_state.email_domain, user_state.company)
        from candidate
        where user_state.community = candidate.community
            and user_state.user_id = candidate.user_id
            and user_state.account_id
                is distinct from pathfinder.find_account(user_state.email_domain, user_state.company)
        returning user_state.community, user_state.user_id
    ),
    told as (
        update public.detections
        set account_id = pathfinder.find_account(
            detections.email_domain,
            case when detections.kind = 'left' then detections.previous_company else detections.company end
        )
        from moved
        where detections.community = moved.community and detections.user_id = moved.user_id
    )
    select count(*) from moved
$$;

revoke all on function pathfinder.match_executives(bigint) from public, anon, authenticated, service_role;

comment on function pathfinder.match_executives(bigint) is 'Finds anew who belongs to an account.';
