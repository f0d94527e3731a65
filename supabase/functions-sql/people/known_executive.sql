-- What is known of a member who is an executive. Whoever was set aside, and whose suppression has just ended, is one
-- again from now on.
-- Returns: the row of user_state; null for anybody else.
-- Example: select (pathfinder.known_executive('main', '2000')).seniority_level;
create or replace function pathfinder.known_executive(community text, user_id text)
returns public.user_state
language plpgsql
volatile
set search_path = ''
as $$
declare
    known public.user_state;
begin
    select state.* into known
    from public.user_state as state
    where state.community = known_executive.community and state.user_id = known_executive.user_id;
    if known.user_id is null and exists (
        select from pathfinder.set_aside
        where set_aside.community = known_executive.community
            and set_aside.user_id = known_executive.user_id
            and set_aside.ends_at <= now()
    ) then
        perform pathfinder.bring_back(known_executive.community, known_executive.user_id);
        select state.* into known
        from public.user_state as state
        where state.community = known_executive.community and state.user_id = known_executive.user_id;
    end if;
    return known;
end
$$;

revoke all on function pathfinder.known_executive(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.known_executive(text, text) is 'What is known of a member who is an executive.';
