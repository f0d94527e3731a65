-- Whether nothing is known of an executive of a backfill: no state, no webhook about a title, no suppression, and they
-- were not forgotten.
-- Returns: true or false.
-- Example: select pathfinder.is_unheard_of(executive);
create or replace function pathfinder.is_unheard_of(executive public.user_state)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    return not exists (
            select from public.user_state
            where user_state.community = executive.community and user_state.user_id = executive.user_id
        )
        and not exists (
            select from pathfinder.set_aside
            where set_aside.community = executive.community and set_aside.user_id = executive.user_id
        )
        and not exists (
            select from public.events_raw
            where events_raw.community = executive.community
                and events_raw.user_id = executive.user_id
                and events_raw.attribute = 'title'
        )
        and not pathfinder.is_forgotten(executive.community, executive.user_id)
        and pathfinder.suppressed_until(
            executive.community, executive.user_id, executive.email_domain, executive.company
        ) is null;
end
$$;

revoke all on function pathfinder.is_unheard_of(public.user_state) from public, anon, authenticated, service_role;

comment on function pathfinder.is_unheard_of(public.user_state) is 'Whether nothing is known of an executive of a backfill.';
