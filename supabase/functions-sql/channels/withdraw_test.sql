-- Removes what announce_test() put into the outbox, so that a check leaves nothing behind and counts nowhere.
-- Returns: whether it was there.
-- Example: select public.withdraw_test(17);
create or replace function pathfinder.withdraw_test(job_id bigint)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
    delete from public.outbox where outbox.id = withdraw_test.job_id and outbox.kind = 'realtime_test';
    return found;
end
$$;

revoke all on function pathfinder.withdraw_test(bigint) from public, anon, authenticated, service_role;
grant execute on function pathfinder.withdraw_test(bigint) to service_role;

comment on function pathfinder.withdraw_test(bigint) is 'Removes what announce_test() put into the outbox.';

create or replace function public.withdraw_test(job_id bigint)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select pathfinder.withdraw_test(withdraw_test.job_id)
$$;

revoke all on function public.withdraw_test(bigint) from public, anon, authenticated, service_role;
grant execute on function public.withdraw_test(bigint) to service_role;

comment on function public.withdraw_test(bigint) is
    'For captpathfinder doctor: removes what announce_test() put into the outbox.';
