-- Puts a finished job into the outbox, so that whoever listens over Realtime can see whether rows are announced.
-- Nobody works on it. It stays until withdraw_test(): Realtime looks at the row before it tells of it. What somebody
-- left who was interrupted goes with the next one.
-- Returns: the job.
-- Example: select public.announce_test();
create or replace function pathfinder.announce_test()
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    job bigint;
begin
    delete from public.outbox
    where outbox.kind = 'realtime_test' and outbox.status = 'done' and outbox.finished_at < now() - interval '1 minute';

    insert into public.outbox (kind, dedupe_key, status, finished_at)
    values ('realtime_test', 'doctor:' || gen_random_uuid(), 'done', now())
    returning outbox.id into job;
    return job;
end
$$;

revoke all on function pathfinder.announce_test() from public, anon, authenticated, service_role;
grant execute on function pathfinder.announce_test() to service_role;

comment on function pathfinder.announce_test() is 'Puts a finished job into the outbox, for Realtime to announce.';

create or replace function public.announce_test()
returns bigint
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
