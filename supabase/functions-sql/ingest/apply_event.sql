-- Hands a stored event on to those who know the members.
-- Returns: the member's level after it; null for no executive. Raises: whatever classification raises.
-- Example: select pathfinder.apply_event(events_raw) from public.events_raw where id = 7;
create or replace function pathfinder.apply_event(event public.events_raw)
returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
    verdict pathfinder.change_verdict;
begin
    verdict := pathfinder.apply_change(row(
        event.id, event.community, event.user_id, event.username, event.attribute, event.value, event.details,
        event.occurred_at, event.received_at
    ));
    return verdict.level;
end
$$;

revoke all on function pathfinder.apply_event(public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.apply_event(public.events_raw) is
    'Hands a stored event on to those who know the members.';
