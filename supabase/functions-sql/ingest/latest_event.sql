-- Finds the event of a member's attribute that was stored last, or the one that was applied last. Those that wait have
-- no time of processing, and are later than all others.
-- Returns: the event; all null when none is retained.
-- Example: select (pathfinder.latest_event('main', '2000', 'title', applied => true)).value;
create or replace function pathfinder.latest_event(community text, user_id text, attribute text, applied boolean)
returns public.events_raw
language plpgsql
stable
set search_path = ''
as $$
declare
    latest public.events_raw;
begin
    select stored.*
    into latest
    from public.events_raw as stored
    where stored.community = latest_event.community
        and stored.user_id = latest_event.user_id
        and stored.attribute = latest_event.attribute
        and (not applied or stored.state = 'processed')
    order by stored.settled_at desc, stored.id desc
    limit 1;

    return latest;
end
$$;

revoke all on function pathfinder.latest_event(text, text, text, boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.latest_event(text, text, text, boolean) is
    'The event of a member''s attribute that was stored, or applied, last.';
