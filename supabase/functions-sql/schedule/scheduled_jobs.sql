-- The jobs that recur: the common ones, and the digest of each active channel with a schedule of its own.
-- Returns: text[].
-- Example: select pathfinder.scheduled_jobs();  -- {digest,housekeeping,report,digest:sales}
create or replace function pathfinder.scheduled_jobs()
returns text[]
language sql
stable
set search_path = ''
as $$
    select '{digest,housekeeping,report}' || array(
        select 'digest:' || channels.name
        from public.channels
        where channels.is_active and 'digest' = any (channels.sends) and channels.schedule <> '{}'
        order by channels.name
    )
$$;

revoke all on function pathfinder.scheduled_jobs() from public, anon, authenticated, service_role;

comment on function pathfinder.scheduled_jobs() is 'The jobs that recur.';
