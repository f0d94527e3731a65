-- Puts together what is known about a member with a senior title: from the event, from the state, from the events that
-- are still retained, and from the registration, in this order.
-- Returns: a row for user_state, without the level. Raises: nothing.
-- Example: select (pathfinder.describe_executive(events_raw)).company from public.events_raw where id = 7;
create or replace function pathfinder.describe_executive(event public.events_raw)
returns public.user_state
language plpgsql
stable
set search_path = ''
as $$
declare
    person public.user_state;
begin
    select state.* into person from public.user_state as state where state.user_id = event.user_id;

    if person.user_id is null then
        person.user_id := event.user_id;
        person.first_detected_at := now();
        person.company := pathfinder.retained_value(event.user_id, 'company');
        person.country := pathfinder.retained_value(event.user_id, 'country');
    end if;
    person.title := event.value;
    person.title_occurred_at := event.occurred_at;
    person.username := coalesce(event.username, person.username);
    person.company := coalesce(event.details ->> 'company', person.company);
    person.country := coalesce(event.details ->> 'country', person.country);
    person.joined_at := coalesce(
        (
            select registration.joined_at
            from pathfinder.registrations as registration
            where registration.user_id = event.user_id
        ),
        person.joined_at
    );
    person.last_seen_at := now();
    return person;
end
$$;

revoke all on function pathfinder.describe_executive(public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.describe_executive(public.events_raw) is
    'Puts together what is known about a member with a senior title.';
