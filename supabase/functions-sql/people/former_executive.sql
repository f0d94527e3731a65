-- Describes somebody whom a correction may have made no executive: as they are while they are put aside, as they were
-- when a corrected title let them go (`by_title`: it is that one that is undone), else by the webhooks that are still
-- retained.
-- Returns: a row for user_state, whose title is to be judged; null where there is nothing to go by.
-- Example: select (pathfinder.former_executive('main', '2000', true)).company;
create or replace function pathfinder.former_executive(community text, user_id text, by_title boolean)
returns public.user_state
language plpgsql
stable
set search_path = ''
as $$
declare
    departure public.detections;
    person public.user_state;
    retained jsonb;
begin
    select (jsonb_populate_record(null::public.user_state, to_jsonb(set_aside))).*
    into person
    from pathfinder.set_aside
    where set_aside.community = former_executive.community and set_aside.user_id = former_executive.user_id;
    if person.user_id is not null then
        return person;
    end if;
    select change.* into departure
    from public.detections as change
    where change.community = former_executive.community and change.user_id = former_executive.user_id
    order by change.id desc
    limit 1;
    if not by_title or (departure.kind, departure.origin) is distinct from ('left', 'correction') then
        return pathfinder.retained_member(former_executive.community, former_executive.user_id);
    end if;
    -- What they said meanwhile is newer than the change.
    retained := pathfinder.retained_values(departure.community, departure.user_id);
    person := jsonb_populate_record(null::public.user_state, to_jsonb(departure) || jsonb_build_object(
        'title', departure.previous_title,
        'title_field', (
            select stored.profile_field
            from public.events_raw as stored
            where stored.community = departure.community
                and stored.user_id = departure.user_id
                and stored.attribute = 'title'
                and stored.state = 'processed'
            order by stored.settled_at desc, stored.id desc
            limit 1
        ),
        'title_occurred_at', pathfinder.known_time(departure.community, departure.user_id, 'title', null),
        'company', coalesce(retained ->> 'company', departure.previous_company),
        'country', coalesce(retained ->> 'country', departure.country),
        'department', retained ->> 'department',
        'email_domain', coalesce(pathfinder.domain_key(retained ->> 'email'), departure.email_domain),
        'first_detected_at', (
            select min(change.detected_at)
            from public.detections as change
            where change.community = departure.community and change.user_id = departure.user_id
        ),
        'last_seen_at', now()
    ));
    return pathfinder.corrected(person);
end
$$;

revoke all on function pathfinder.former_executive(text, text, boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.former_executive(text, text, boolean) is
    'Describes somebody whom a correction may have made no executive.';
