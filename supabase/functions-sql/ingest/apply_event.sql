-- Applies a stored event to what is known of the member.
-- Returns: the member's level after it: csuite, vp, or null. Raises: whatever classification raises.
-- Example: select pathfinder.apply_event(events_raw) from public.events_raw where id = 7;
create or replace function pathfinder.apply_event(event public.events_raw)
returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
    level text;
begin
    if event.kind = 'registration' or event.details ? 'joined_at' then
        perform pathfinder.remember_registration(event.user_id, (event.details ->> 'joined_at')::timestamptz);
    end if;
    if event.attribute = 'title' then
        return pathfinder.apply_title(event);
    end if;
    level := pathfinder.member_level(event.user_id);
    if level is not null then
        perform pathfinder.complete_executive(event);
    end if;
    return level;
end
$$;

revoke all on function pathfinder.apply_event(public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.apply_event(public.events_raw) is 'Applies a stored event to what is known of the member.';
