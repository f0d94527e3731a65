-- Brings what was corrected of a member into the messages of digests that are built and not sent yet: whoever is told
-- of there is what they are by the correction, and whoever has nothing left to tell, or nothing that the channel is
-- told of, stands there no more. What happened to them after the cut-off is for the next digest, and then so is the
-- correction. Of whom a part of the digest that was sent tells it has told: its other parts and its link do not say
-- otherwise, and no later digest tells it again.
-- Returns: nothing.
-- Example: select pathfinder.correct_digests('main', '2000');
create or replace function pathfinder.correct_digests(community text, user_id text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    member constant jsonb := jsonb_build_object(
        'community', correct_digests.community, 'user_id', correct_digests.user_id
    );
    told record;
    entry jsonb;
    new_kind text;
begin
    for told in
        select entered.channel, entered.detection_id, entered.digest_id, entered.kind, newest.id as newest_id
        from (
            select max(change.id) as id, max(change.id) filter (where change.origin <> 'correction') as stated_id
            from public.detections as change
            where change.community = correct_digests.community and change.user_id = correct_digests.user_id
        ) as newest
        join public.detections as change
            on change.community = correct_digests.community and change.user_id = correct_digests.user_id
        join pathfinder.digest_ledger as entered on entered.detection_id = change.id
        where entered.outcome = 'told'
            and (newest.stated_id is null or newest.stated_id <= entered.latest_id)
            and exists (
                select from public.digests
                where digests.channel = entered.channel
                    and digests.payload -> 'digest_id' = to_jsonb(entered.digest_id)
                    and not digests.sent
            )
            and not exists (
                select from public.digests
                where digests.channel = entered.channel
                    and digests.payload -> 'digest_id' = to_jsonb(entered.digest_id)
                    and digests.sent
                    and digests.payload -> 'people' @> jsonb_build_array(member)
            )
    loop
        select shown.person || jsonb_build_object('detection_id', told.detection_id), shown.person ->> 'kind'
        into entry, new_kind
        from pathfinder.people_json(
            array(
                select judged.change
                from pathfinder.told_changes(
                    array(
                        select covered.detection_id
                        from pathfinder.digest_ledger as covered
                        join public.detections as change on change.id = covered.detection_id
                        where covered.channel = told.channel
                            and covered.digest_id = told.digest_id
                            and change.community = correct_digests.community
                            and change.user_id = correct_digests.user_id
                    ) || told.newest_id,
                    told.channel,
                    'digest',
                    '-infinity'
                ) as judged
                where judged.outcome = 'told'
            )
        ) as shown;

        update public.digests
        set payload = digests.payload || jsonb_build_object(
            'people', coalesce(
                (
                    select jsonb_agg(
                        case when known.person @> member then entry else known.person end order by known.place
                    )
                    from jsonb_array_elements(digests.payload -> 'people') with ordinality as known (person, place)
                    where new_kind is not null or not known.person @> member
                ),
                '[]'
            ),
            'counts', digests.payload -> 'counts'
                || case
                    when new_kind is distinct from told.kind then jsonb_build_object(
                        told.kind, greatest((digests.payload #>> array['counts', told.kind])::integer - 1, 0)
                    )
                    else '{}'
                end
                || case
                    when new_kind is null then jsonb_build_object(
                        'people', greatest((digests.payload #>> '{counts,people}')::integer - 1, 0)
                    )
                    when new_kind <> told.kind then jsonb_build_object(
                        new_kind, coalesce((digests.payload #>> array['counts', new_kind])::integer, 0) + 1
                    )
                    else '{}'
                end,
            'rest', (digests.payload ->> 'rest')::integer - case
                when new_kind is not null or exists (
                    select
                    from public.digests as shown
                    where shown.channel = digests.channel
                        and shown.payload -> 'digest_id' = digests.payload -> 'digest_id'
                        and shown.payload -> 'people' @> jsonb_build_array(member)
                ) then 0
                else 1
            end
        )
        where digests.channel = told.channel
            and digests.payload -> 'digest_id' = to_jsonb(told.digest_id)
            and not digests.sent;

        if new_kind is null then
            -- The next digest looks at it anew: the correction may be undone until then.
            delete from pathfinder.digest_ledger
            using public.detections as change
            where digest_ledger.channel = told.channel
                and digest_ledger.digest_id = told.digest_id
                and change.id = digest_ledger.detection_id
                and change.community = correct_digests.community
                and change.user_id = correct_digests.user_id;
            -- A message of nobody says nothing; its job ends silently.
            delete from public.digests
            where digests.channel = told.channel
                and digests.payload -> 'digest_id' = to_jsonb(told.digest_id)
                and digests.payload #> '{counts,people}' = '0'
                and not digests.sent;
        else
            update pathfinder.digest_ledger
            set kind = new_kind, latest_id = told.newest_id
            where digest_ledger.channel = told.channel and digest_ledger.detection_id = told.detection_id;
        end if;
    end loop;
end
$$;

revoke all on function pathfinder.correct_digests(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.correct_digests(text, text) is
    'Brings what was corrected of a member into digests that are built and not sent yet.';
