-- Puts a finished job into the outbox, so that whoever listens over Realtime can see whether rows are announced.
-- Nobody works on it; the one of the last time is removed.
-- Returns: the time, by the database's clock.
-- Example: select public.announce_test();
create or replace function pathfinder.announce_test()
returns timestamptz
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
    delete from public.outbox
    where outbox.dedupe_key like 'doctor:%' and outbox.status = 'done';

    insert into public.outbox (kind, dedupe_key, status, finished_at, result)
    values ('channel_test', 'doctor:' || gen_random_uuid(), 'done', now(), '{"doctor": true}');
    return clock_timestamp();
end
$$;

revoke all on function pathfinder.announce_test() from public, anon, authenticated, service_role;
grant execute on function pathfinder.announce_test() to service_role;

comment on function pathfinder.announce_test() is 'Puts a finished job into the outbox, for Realtime to announce.';

create or replace function public.announce_test()
returns timestamptz
language sql
volatile
set search_path = ''
as $$
    select pathfinder.announce_test()
$$;

revoke all on function public.announce_test() from public, anon, authenticated, service_role;
grant execute on function public.announce_test() to service_role;

comment on function public.announce_test() is
    'For captpathfinder doctor: puts a finished job into the outbox, for Realtime to announce.';
