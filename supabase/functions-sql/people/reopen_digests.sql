-- Trigger: what enrichment has just learned of a change gives it another chance in the next digest of the channels
-- that were not told of it, unless they have been told something newer of the member. Whatever else completes a
-- change later (an account that is added) does not: that would be news of long ago.
-- Returns: nothing of use.
-- Example: create trigger … after update of country on public.detections for each row when (…) execute function
--   pathfinder.reopen_digests();
create or replace function pathfinder.reopen_digests()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
    delete from pathfinder.digest_ledger
    where digest_ledger.detection_id = new.id
        and digest_ledger.outcome = 'unmatched'
        and exists (
            select from public.outbox
            where outbox.dedupe_key = 'enrichment:' || new.id and outbox.finished_at = now()
        )
        and not exists (
            select
            from pathfinder.digest_ledger as newer
            join public.detections on detections.id = newer.detection_id
            where newer.channel = digest_ledger.channel
                and newer.outcome = 'told'
                and detections.community = new.community
                and detections.user_id = new.user_id
                and detections.id > new.id
        );
    return null;
end
$$;

revoke all on function pathfinder.reopen_digests() from public, anon, authenticated, service_role;

comment on function pathfinder.reopen_digests() is
    'Trigger: gives a change that enrichment completed another chance in the next digest.';
