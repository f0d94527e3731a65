-- Gives the level of a member who is a known executive.
-- Returns: the level; null for everybody else.
-- Example: select pathfinder.member_level('main', '2000');
create or replace function pathfinder.member_level(community text, user_id text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
    return (
        select state.seniority_level
        from public.user_state as state
        where state.community = member_level.community
            and state.user_id = member_level.user_id
    );
end
$$;

revoke all on function pathfinder.member_level(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.member_level(text, text) is 'The level of a member who is a known executive.';
