-- Brings a known executive up to date with an event that is not about the title: company, country, name, joining.
--
-- A member who clears the company or the country has none any more.
-- Returns: nothing. Raises: nothing.
-- Example: select pathfinder.complete_executive(events_raw) from public.events_raw where id = 7;
create or replace function pathfinder.complete_executive(event public.events_raw)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    person public.user_state;
begin
    update public.user_state as state
    set username = coalesce(event.username, state.username),
        company = case
            when event.attribute = 'company' then event.value
            else coalesce(event.details ->> 'company', state.company)
        end,
        country = case
            when event.attribute = 'country' then event.value
            else coalesce(event.details ->> 'country', state.country)
        end,
        joined_at = coalesce(
            (
                select registration.joined_at
                from pathfinder.registrations as registration
                where registration.user_id = event.user_id
            ),
            state.joined_at
        ),
        last_seen_at = now()
    where state.user_id = event.user_id
    returning state.* into person;

    perform pathfinder.complete_detections(person);
end
$$;

revoke all on function pathfinder.complete_executive(public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.complete_executive(public.events_raw) is
    'Brings a known executive up to date with an event that is not about the title.';
