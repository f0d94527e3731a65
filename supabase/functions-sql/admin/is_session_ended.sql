-- Whether a session of the dashboard was ended before its time.
-- Returns: true or false.
-- Example: select public.is_session_ended('4f5c…');
create or replace function pathfinder.is_session_ended(session text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
    select exists (select from pathfinder.ended_sessions where ended_sessions.session = is_session_ended.session)
$$;

create or replace function public.is_session_ended(session text)
returns boolean
language sql
stable
set search_path = ''
as $$
    select pathfinder.is_session_ended(is_session_ended.session)
$$;

revoke all on function pathfinder.is_session_ended(text) from public, anon, authenticated, service_role;
revoke all on function public.is_session_ended(text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.is_session_ended(text) to service_role;
grant execute on function public.is_session_ended(text) to service_role;

comment on function pathfinder.is_session_ended(text) is 'Whether a session of the dashboard was ended.';
comment on function public.is_session_ended(text) is 'Whether a session of the dashboard was ended before its time.';
