-- Brings a known executive up to date with an event that is not about the title: company, country, name, joining.
--
-- A member who clears the company or the country has none any more.
-- Returns: nothing. Raises: nothing.
-- Example: select pathfinder.complete_executive(change);
create or replace function pathfinder.complete_executive(change pathfinder.profile_change)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    person public.user_state;
begin
    update public.user_state as state
    set username = coalesce(change.username, state.username),
        company = case
            when change.attribute = 'company' then change.value
            else coalesce(change.details ->> 'company', state.company)
        end,
        country = case
            when change.attribute = 'country' then change.value
            else coalesce(change.details ->> 'country', state.country)
        end,
        joined_at = coalesce(
            (
                select registration.joined_at
                from pathfinder.registrations as registration
                where registration.community = change.community
                    and registration.user_id = change.user_id
            ),
            state.joined_at
        ),
        last_seen_at = now()
    where state.community = change.community
        and state.user_id = change.user_id
    returning state.* into person;

    perform pathfinder.complete_detections(person);
end
$$;

revoke all on function pathfinder.complete_executive(pathfinder.profile_change) from public, anon, authenticated, service_role;

comment on function pathfinder.complete_executive(pathfinder.profile_change) is
    'Brings a known executive up to date with an event that is not about the title.';
