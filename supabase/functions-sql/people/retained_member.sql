-- Describes a member who is no executive by the last webhook about the title that is still retained, also whoever is
-- suppressed. Whoever left the community since, or was forgotten, stays what they are.
-- Returns: a row for user_state, without a level; null where there is nothing to go by.
-- Example: select (pathfinder.retained_member('main', '2000')).title;
create or replace function pathfinder.retained_member(community text, user_id text)
returns public.user_state
language plpgsql
stable
set search_path = ''
as $$
declare
    event public.events_raw;
    person public.user_state;
begin
    -- Ordered as webhooks were applied; events of one member take turns.
    select stored.* into event
    from public.events_raw as stored
    where stored.community = retained_member.community
        and stored.user_id = retained_member.user_id
        and (stored.attribute = 'title' or stored.kind = 'departure')
        and stored.state = 'processed'
    order by stored.settled_at desc, stored.id desc
    limit 1;
    if event.id is null or event.kind = 'departure' or event.value is null
        or pathfinder.is_forgotten(event.community, event.user_id) then
        return null;
    end if;
    person := pathfinder.describe_member(
        row(
            event.id, event.community, event.user_id, event.username, event.attribute, event.value, event.details,
            event.occurred_at, event.profile_field
        ),
        null
    );
    return case when person.title is not null then person end;
end
$$;

revoke all on function pathfinder.retained_member(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.retained_member(text, text) is
    'Describes a member who is no executive by the last webhook about the title.';
