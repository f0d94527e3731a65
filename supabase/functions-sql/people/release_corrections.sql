-- Deletes what was corrected of members who are no executives and suppressed for good by what their webhooks say, with
-- what was recorded of them: whom a corrected title had let go no one else finds.
-- Returns: nothing.
-- Example: select pathfinder.release_corrections();
create or replace function pathfinder.release_corrections()
returns void
language sql
volatile
set search_path = ''
as $$
    select
        pathfinder.keep_away(member.community, member.user_id),
        pathfinder.take_back(member.community, member.user_id)
    from (select distinct corrections.community, corrections.user_id from pathfinder.corrections) as member
    cross join lateral pathfinder.retained_values(member.community, member.user_id) as said
    where not exists (
            select from public.user_state
            where user_state.community = member.community and user_state.user_id = member.user_id
        )
        and not exists (
            select from pathfinder.set_aside
            where set_aside.community = member.community and set_aside.user_id = member.user_id
        )
        and pathfinder.suppressed_until(
            member.community,
            member.user_id,
            pathfinder.domain_key(said ->> 'email'),
            said ->> 'company'
        ) = 'infinity'
$$;

revoke all on function pathfinder.release_corrections() from public, anon, authenticated, service_role;

comment on function pathfinder.release_corrections() is
    'Deletes what was corrected of members who are no executives and suppressed for good.';
