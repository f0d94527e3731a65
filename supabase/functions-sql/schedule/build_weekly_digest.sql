-- Build and queue a digest now, of everybody found so far and in no digest yet.
--
-- Called by the owner, in SQL; the schedule builds the weekly one itself. Nobody gets into two digests: the next
-- one begins where this one ends. Returns {"status": "built" | "empty" | "no_channel", "people": n, …}.
-- Example: select public.build_weekly_digest();
create or replace function public.build_weekly_digest(now timestamptz default now())
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.digest_by_hand(build_weekly_digest.now);
$$;
revoke all on function public.build_weekly_digest(timestamptz) from public, anon, authenticated, service_role;
comment on function public.build_weekly_digest(timestamptz) is
    'Builds and queues a digest now, of everybody found so far and in no digest yet.';
