-- Ends a session of the dashboard before its time, so that its cookie opens nothing any more, wherever it was copied.
-- Returns: nothing.
-- Example: select public.end_session('4f5c…', now() + interval '12 hours');
create or replace function pathfinder.end_session(session text, until timestamptz)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
    delete from pathfinder.ended_sessions where ended_sessions.until < now();
    insert into pathfinder.ended_sessions (session, until)
    values (end_session.session, least(end_session.until, now() + interval '2 days'))
    on conflict do nothing;
$$;

create or replace function public.end_session(session text, until timestamptz)
returns void
language sql
volatile
set search_path = ''
as $$
    select pathfinder.end_session(end_session.session, end_session.until)
$$;

revoke all on function pathfinder.end_session(text, timestamptz) from public, anon, authenticated, service_role;
revoke all on function public.end_session(text, timestamptz) from public, anon, authenticated, service_role;
grant execute on function pathfinder.end_session(text, timestamptz) to service_role;
grant execute on function public.end_session(text, timestamptz) to service_role;

comment on function pathfinder.end_session(text, timestamptz) is 'Ends a session of the dashboard.';
comment on function public.end_session(text, timestamptz) is 'Ends a session of the dashboard before its time.';
