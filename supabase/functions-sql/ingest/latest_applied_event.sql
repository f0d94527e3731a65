-- Finds the event that was applied last to a member's attribute.
-- Called by: judge_order.
-- Returns: the event; all null when none is retained. Raises: nothing.
-- Example: select (pathfinder.latest_applied_event('2000', 'title')).value;
create or replace function pathfinder.latest_applied_event(user_id text, attribute text)
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
    where stored.user_id = latest_applied_event.user_id
        and stored.attribute = latest_applied_event.attribute
        and stored.outcome = 'processed'
    order by stored.processed_at desc, stored.id desc
    limit 1;

    return latest;
end
$$;

revoke all on function pathfinder.latest_applied_event(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.latest_applied_event(text, text) is
    'The event that was applied last to a member''s attribute.';
