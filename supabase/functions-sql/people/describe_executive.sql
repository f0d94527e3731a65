-- Puts together what is known about a member with a senior title: from the event, from the state, from the events that
-- are still retained, and from the registration, in this order.
-- Returns: a row for user_state, without the level. Raises: nothing.
-- Example: select (pathfinder.describe_executive(change)).company …;
create or replace function pathfinder.describe_executive(change pathfinder.profile_change)
returns public.user_state
language plpgsql
stable
set search_path = ''
as $$
declare
    person public.user_state;
begin
    select state.* into person from public.user_state as state 
    where state.community = change.community and state.user_id = change.user_id;

    if person.user_id is null then
        person.community := change.community;
        person.user_id := change.user_id;
        person.functions := '{}';
        person.first_detected_at := now();
        person.company := pathfinder.retained_value(change.community, change.user_id, 'company');
        person.country := pathfinder.retained_value(change.community, change.user_id, 'country');
    end if;
    person.title := change.value;
    person.title_occurred_at := change.occurred_at;
    person.username := coalesce(change.username, person.username);
    person.company := coalesce(change.details ->> 'company', person.company);
    person.country := coalesce(change.details ->> 'country', person.country);
    person.joined_at := coalesce(
        (
            select registration.joined_at
            from pathfinder.registrations as registration
            where registration.community = change.community
                and registration.user_id = change.user_id
        ),
        person.joined_at
    );
    person.functions := coalesce(person.functions, '{}');
    person.last_seen_at := now();
    return person;
end
$$;

revoke all on function pathfinder.describe_executive(pathfinder.profile_change) from public, anon, authenticated, service_role;

comment on function pathfinder.describe_executive(pathfinder.profile_change) is
    'Puts together what is known about a member with a senior title.';
