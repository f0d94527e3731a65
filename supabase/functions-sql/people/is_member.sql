-- Whether anything is known of a member.
-- Returns: true or false.
-- Example: select pathfinder.is_member('main', '2000');
create or replace function pathfinder.is_member(community text, user_id text)
returns boolean
language sql
stable
set search_path = ''
as $$
    select exists (
            select from public.user_state as state
            where state.community = is_member.community and state.user_id = is_member.user_id
        )
        or exists (
            select from public.detections as detection
            where detection.community = is_member.community and detection.user_id = is_member.user_id
        )
        or exists (
            select from public.events_raw as stored
            where stored.community = is_member.community and stored.user_id = is_member.user_id
        )
        or exists (
            select from pathfinder.registrations as registration
            where registration.community = is_member.community and registration.user_id = is_member.user_id
        )
$$;

revoke all on function pathfinder.is_member(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.is_member(text, text) is 'Whether anything is known of a member.';
