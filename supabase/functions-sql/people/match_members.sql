-- Finds anew to which account some executives belong; and the changes of those for whom that is another one.
-- Returns: how many of them belong elsewhere than before.
-- Example: select pathfinder.match_members('{main}', '{2000}');
create or replace function pathfinder.match_members(communities text[], user_ids text[])
returns bigint
language sql
volatile
set search_path = ''
as $$
    with placed as materialized (
        select
            user_state.community,
            user_state.user_id,
            user_state.account_id as before,
            pathfinder.find_account(user_state.email_domain, user_state.company) as after
        from unnest(match_members.communities, match_members.user_ids) as member (community, user_id)
        join public.user_state
            on user_state.community = member.community and user_state.user_id = member.user_id
    ),
    moved as (
        update public.user_state
        set account_id = placed.after
        from placed
        where user_state.community = placed.community
            and user_state.user_id = placed.user_id
            and placed.before is distinct from placed.after
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

revoke all on function pathfinder.match_members(text[], text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.match_members(text[], text[]) is
    'Finds anew to which account some executives belong.';
