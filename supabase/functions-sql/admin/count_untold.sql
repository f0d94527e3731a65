-- How many changes a digest built now would look at: those that some active channel with digests has not been told, or
-- settled otherwise, since it was last told. Its filter may leave some out.
-- Returns: the number.
-- Example: select public.count_untold();
create or replace function pathfinder.count_untold()
returns bigint
language sql
stable
security definer
set search_path = ''
as $$
    select count(distinct change.id)
    from public.channels
    cross join lateral (
        select max(known.cut_off) as cut_off
        from pathfinder.digest_cut_offs as known
        where known.channel = channels.name
    ) as told
    join public.detections as change on change.detected_at >= told.cut_off and change.is_told
    where channels.is_active and 'digest' = any (channels.sends)
        and not exists (
            select from pathfinder.digest_ledger as ledger
            where ledger.channel = channels.name and ledger.detection_id = change.id
        )
$$;

create or replace function public.count_untold()
returns bigint
language sql
stable
set search_path = ''
as $$
    select pathfinder.count_untold()
$$;

revoke all on function pathfinder.count_untold() from public, anon, authenticated, service_role;
revoke all on function public.count_untold() from public, anon, authenticated, service_role;
grant execute on function pathfinder.count_untold() to service_role;
grant execute on function public.count_untold() to service_role;

comment on function pathfinder.count_untold() is 'How many changes a digest built now would look at.';
comment on function public.count_untold() is 'How many changes a digest built now would look at.';
