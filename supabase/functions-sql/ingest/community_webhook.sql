-- The front door: what the community platform posts to, over /rest/v1/rpc/community_webhook. The parameter has no name,
-- so the whole body of the request arrives in it, untouched.
-- Returns: 200 {"status": "accepted", "result": {"status": "processed", "user_id": "2000", "is_senior": true,
--   "seniority_level": "vp", "event_id": 12345}}. Other result statuses: duplicate, stale, held (with until), skipped
--   (with reason), and queued, which answers 202. Refused: 400 malformed, 401 not authorised, 413 too large, each as
--   {"code", "details", "hint", "message"}. Refusals are answered, not raised: they are counted, and a raised error
--   would roll the count back.
-- Example: curl -u community:SECRET -H 'Content-Type: application/json' \
--   -d '{"userId": "2000", "username": "John Doe", "profileField": "Job Title", "value": "VP Sales", "oldValue": ""}' \
--   'https://PROJECT.supabase.co/rest/v1/rpc/community_webhook?apikey=sb_publishable_…'
create or replace function public.community_webhook(json)
returns json
language plpgsql
volatile
set search_path = ''
as $$
begin
    return pathfinder.receive_webhook($1);
end
$$;

revoke all on function public.community_webhook(json) from public, anon, authenticated, service_role;
grant execute on function public.community_webhook(json) to anon, service_role;

comment on function public.community_webhook(json) is
    'Where the community platform posts its webhooks. Authenticated by the rows of webhook_sources.';
