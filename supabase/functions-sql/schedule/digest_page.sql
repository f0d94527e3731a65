-- Some of the people that a digest tells of, as they were at its cut-off; what was learned of them since (a company, a
-- country) is there too.
-- Returns: rows (place, person): the place in the digest's order of importance, from 1.
-- Example: select * from pathfinder.digest_page(7, '{101, 102}');
create or replace function pathfinder.digest_page(digest_id bigint, entries bigint[])
returns table (place integer, person jsonb)
language sql
stable
rows 1000
set search_path = ''
as $$
    with changes as materialized (
        select digest_ledger.detection_id, digest_ledger.latest_id, digest_ledger.place
        from public.detections as entry
        join public.detections
            on detections.community = entry.community
            and detections.user_id = entry.user_id
            and detections.id <= entry.id
        join pathfinder.digest_ledger
            on digest_ledger.detection_id = detections.id and digest_ledger.digest_id = digest_page.digest_id
        where entry.id = any (digest_page.entries)
    )
    select entry.place, shown.person || jsonb_build_object('detection_id', entry.detection_id)
    from pathfinder.people_json(
        array(
            select change
            from pathfinder.net_changes(
                array(select changes.detection_id from changes union select changes.latest_id from changes), '-infinity'
            ) as change
        )
    ) as shown
    join changes as entry on entry.latest_id = shown.detection_id
    order by entry.place
$$;

revoke all on function pathfinder.digest_page(bigint, bigint[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.digest_page(bigint, bigint[]) is
    'Some of the people that a digest tells of.';
