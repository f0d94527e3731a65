-- Build and queue a digest now, of everybody found so far and in no digest yet.
--
-- Called with the secret key (rpc/send_digests) or in SQL; the same as build_weekly_digest() for this moment.
-- Returns {"status": "built" | "empty" | "no_channel", "people": n, "digests": n, …}.
-- Example: select public.send_digests();
create or replace function public.send_digests()
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.digest_by_hand(now());
$$;
revoke all on function public.send_digests() from public, anon, authenticated, service_role;
grant execute on function public.send_digests() to service_role;
comment on function public.send_digests() is
    'Builds and queues a digest now, of everybody found so far and in no digest yet.';
