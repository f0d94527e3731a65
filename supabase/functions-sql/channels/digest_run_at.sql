-- When a digest goes: at once, or, while enrichment of somebody in it is under way, settings.enrichment_wait after
-- that began. apply_enrichment lets it go earlier, as soon as nobody is left to wait for.
-- Returns: timestamptz, not before now.
-- Example: select pathfinder.digest_run_at(digests) from public.digests where id = 7;
create or replace function pathfinder.digest_run_at(digest public.digests)
returns timestamptz
language sql
stable
set search_path = ''
as $$
    select greatest(now(), max(outbox.created_at + settings.enrichment_wait))
    from public.settings
    cross join jsonb_array_elements(digest.payload -> 'people') as person
    join public.outbox
        on outbox.dedupe_key = 'enrichment:' || (person ->> 'detection_id') and outbox.status in ('pending', 'running')
    where settings.enrichment
$$;

revoke all on function pathfinder.digest_run_at(public.digests) from public, anon, authenticated, service_role;

comment on function pathfinder.digest_run_at(public.digests) is 'When a digest goes: at once, or after enrichment, bounded.';
