-- Puts together what is known about a member: from the event, from what was known, from the events that are still
-- retained if nothing was, from the registration, and from what editors corrected. Who clears the company or the
-- country has none any more.
-- Returns: a row for user_state; without a level for somebody new, without a title for nobody by a correction.
-- Example: select (pathfinder.describe_member(change, known)).company;
create or replace function pathfinder.describe_member(change pathfinder.profile_change, known public.user_state)
returns public.user_state
language plpgsql
stable
set search_path = ''
as $$
declare
    person public.user_state := known;
    details jsonb := change.details;
    retained jsonb;
begin
    -- What comes along with a change that is older than what is known of it is as old.
    if change.occurred_at is not null and details ?| '{company,country,department,email}' then
        select jsonb_object_agg(detail.key, detail.value)
        into details
        from jsonb_each(details) as detail
        where (
            change.occurred_at < pathfinder.known_time(change.community, change.user_id, detail.key, change.event_id)
        ) is not true;
    end if;
    if known.user_id is null then
        person.community := change.community;
        person.user_id := change.user_id;
        person.first_detected_at := now();
        person.functions := '{}';
        retained := pathfinder.retained_values(change.community, change.user_id);
        person.company := retained ->> 'company';
        person.country := retained ->> 'country';
        person.department := retained ->> 'department';
        person.email_domain := pathfinder.domain_key(retained ->> 'email');
    end if;
    if change.attribute = 'title' then
        person.title := change.value;
        person.title_field := change.profile_field;
        -- A change without a time makes nothing younger that came before it.
        person.title_occurred_at := greatest(person.title_occurred_at, change.occurred_at);
    end if;
    person.username := coalesce(change.username, person.username);
    person.company := coalesce(details ->> 'company', person.company);
    person.country := coalesce(details ->> 'country', person.country);
    person.department := coalesce(details ->> 'department', person.department);
    person.email_domain := coalesce(pathfinder.domain_key(details ->> 'email'), person.email_domain);
    case change.attribute
        when 'company' then person.company := change.value;
        when 'country' then person.country := change.value;
        when 'department' then person.department := change.value;
        when 'email' then person.email_domain := pathfinder.domain_key(change.value);
        else null;
    end case;
    person.joined_at := coalesce(
        (
            select registration.joined_at
            from pathfinder.registrations as registration
            where registration.community = change.community
                and registration.user_id = change.user_id
        ),
        person.joined_at
    );
    person.last_seen_at := now();
    return pathfinder.corrected(person);
end
$$;

revoke all on function pathfinder.describe_member(pathfinder.profile_change, public.user_state)
    from public, anon, authenticated, service_role;

comment on function pathfinder.describe_member(pathfinder.profile_change, public.user_state) is
    'Puts together what is known about a member.';
