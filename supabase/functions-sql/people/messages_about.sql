-- The messages about a member that were sent, and cannot be called back: those that name the member, and the others of
-- the same digest, which may have a link to everybody of it.
-- Returns: a JSON array of {"kind": digest or alert, "channel", "sent_at", "part" and "parts" (of a digest),
--   "is_named"}, the oldest first.
-- Example: select pathfinder.messages_about('main', '2000');
create or replace function pathfinder.messages_about(community text, user_id text)
returns jsonb
language sql
stable
set search_path = ''
as $$
    with told as (
        select jsonb_build_array(
            jsonb_build_object('community', messages_about.community, 'user_id', messages_about.user_id)
        ) as people
    )
    select coalesce(jsonb_agg(to_jsonb(sent) order by sent.sent_at, sent.channel, sent.part), '[]')
    from (
        select
            'digest' as kind,
            digests.channel,
            digests.sent_at,
            digests.part,
            digests.parts,
            digests.payload -> 'people' @> told.people as is_named
        from public.digests
        cross join told
        where digests.sent
            and (
                digests.payload -> 'people' @> told.people
                or digests.payload -> 'digest_id' in (
                    select to_jsonb(digest_ledger.digest_id)
                    from public.detections
                    join pathfinder.digest_ledger on digest_ledger.detection_id = detections.id
                    where detections.community = messages_about.community
                        and detections.user_id = messages_about.user_id
                        and digest_ledger.outcome = 'told'
                )
            )
        union
        select 'alert', alerts.channel, outbox.finished_at, null, null, true
        from public.detections
        join pathfinder.alerts on alerts.detection_id = detections.id
        join public.outbox on outbox.id = alerts.job_id and outbox.status = 'done'
        where detections.community = messages_about.community and detections.user_id = messages_about.user_id
    ) as sent
$$;

revoke all on function pathfinder.messages_about(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.messages_about(text, text) is 'The messages about a member that were sent.';
