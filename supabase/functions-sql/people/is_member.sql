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
        -- Of whoever is put aside, or corrected away, nothing else may be left.
        or exists (
            select from pathfinder.set_aside as aside
            where aside.community = is_member.community and aside.user_id = is_member.user_id
        )
        or exists (
            select from public.suppressions as suppression
            where suppression.kind = 'member'
                and suppression.key = is_member.user_id
                and suppression.community = is_member.community
        )
        or exists (
            select from pathfinder.corrections as correction
            where correction.community = is_member.community and correction.user_id = is_member.user_id
        )
$$;

revoke all on function pathfinder.is_member(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.is_member(text, text) is 'Whether anything is known of a member.';
