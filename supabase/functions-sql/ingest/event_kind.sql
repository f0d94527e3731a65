-- Tells what an event's name stands for; platforms write it with dots, underscores and prefixes of their own.
-- Returns: profile_update, registration, or other; null for no name. Raises: nothing.
-- Example: select pathfinder.event_kind('IdentityAccess.UserRegistered');  -- registration
create or replace function pathfinder.event_kind(event_name text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
    words text := lower(translate(left(event_name, 200), '._- :/', ''));
begin
    return case
        when words is null then null
        when words ~ '(user|member|profile)(profile)?(updated|changed|edited)$' then 'profile_update'
        when words ~ '(user|member|account)(registered|created|joined)$' then 'registration'
        else 'other'
    end;
end
$$;

revoke all on function pathfinder.event_kind(text) from public, anon, authenticated, service_role;

comment on function pathfinder.event_kind(text) is 'What an event''s name stands for.';
