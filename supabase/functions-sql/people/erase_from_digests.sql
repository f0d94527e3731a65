-- Takes a member out of all digests, sent or not, and out of their counts, also where only the link names them: its
-- file goes. An unsent digest of nobody else is deleted, and its job ends silently. Comes before the member's changes
-- are deleted.
-- Returns: how many digests told of the member.
-- Example: select pathfinder.erase_from_digests('main', '2000');
create or replace function pathfinder.erase_from_digests(community text, user_id text)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    member constant jsonb := jsonb_build_object(
        'community', erase_from_digests.community, 'user_id', erase_from_digests.user_id
    );
    told record;
    touched integer := 0;
    orphaned integer;
begin
    for told in
        select digest_ledger.channel, digest_ledger.detection_id, digest_ledger.digest_id, digest_ledger.kind
        from public.detections
        join pathfinder.digest_ledger on digest_ledger.detection_id = detections.id
        where detections.community = erase_from_digests.community
            and detections.user_id = erase_from_digests.user_id
            and digest_ledger.outcome = 'told'
    loop
        touched := touched + 1;
        perform pathfinder.remove_digest_files(told.digest_id, min(digests.week_end))
        from public.digests
        where digests.channel = told.channel
            and digests.payload -> 'digest_id' = to_jsonb(told.digest_id)
        having bool_or((digests.payload ->> 'rest')::integer > 0);
        update public.digests
        set payload = digests.payload || jsonb_build_object(
            'people', coalesce(
                (
                    select jsonb_agg(entry.person order by entry.place)
                    from jsonb_array_elements(digests.payload -> 'people') with ordinality as entry (person, place)
                    where not entry.person @> member
                ),
                '[]'
            ),
            'counts', digests.payload -> 'counts' || jsonb_build_object(
                told.kind, greatest((digests.payload #>> array['counts', told.kind])::integer - 1, 0),
                'people', greatest((digests.payload #>> '{counts,people}')::integer - 1, 0)
            ),
            'rest', (digests.payload ->> 'rest')::integer - case
                when exists (
                    select
                    from public.digests as shown
                    where shown.channel = digests.channel
                        and shown.payload -> 'digest_id' = digests.payload -> 'digest_id'
                        and shown.payload -> 'people' @> jsonb_build_array(member)
                ) then 0
                else 1
            end
        )
        where digests.channel = told.channel and digests.payload -> 'digest_id' = to_jsonb(told.digest_id);

        -- Counted out once, however often it is asked for.
        delete from pathfinder.digest_ledger
        where digest_ledger.channel = told.channel and digest_ledger.detection_id = told.detection_id;

        delete from public.digests
        where digests.channel = told.channel
            and digests.payload -> 'digest_id' = to_jsonb(told.digest_id)
            and digests.payload #> '{counts,people}' = '0'
            and not digests.sent;
    end loop;

    -- The changes that a digest told of may have gone before it; its counts stay, as those of a month do.
    update public.digests
    set payload = digests.payload || jsonb_build_object(
        'people', (
            select coalesce(jsonb_agg(entry.person order by entry.place), '[]')
            from jsonb_array_elements(digests.payload -> 'people') with ordinality as entry (person, place)
            where not entry.person @> member
        )
    )
    where digests.payload -> 'people' @> jsonb_build_array(member);
    get diagnostics orphaned = row_count;
    return touched + orphaned;
end
$$;

revoke all on function pathfinder.erase_from_digests(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.erase_from_digests(text, text) is
    'Takes a member out of all digests, and out of their counts.';
