-- What an event tells a machine: what happened, and the executive, digest or report that it happened to.
-- Returns: {"event", "occurred_at", "person" | "member" | "digest" | "report"}; {"missing": true} when it is gone, or
--   the channel's filter or a mute keeps it back.
-- Example: select pathfinder.event_document('{"event": "executive.detected", "detection_id": 7}', 'crm');
create or replace function pathfinder.event_document(payload jsonb, channel text)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select coalesce(
        jsonb_build_object('event', event_document.payload -> 'event', 'occurred_at', event_document.payload -> 'occurred_at') || case
            when event_document.payload ? 'detection_id' then (
                select jsonb_build_object('person', shown.person)
                from pathfinder.told_changes(
                    array[(event_document.payload ->> 'detection_id')::bigint], event_document.channel, null, '-infinity'
                ) as told
                cross join lateral pathfinder.people_json(array[told.change]) as shown
                where told.outcome = 'told'
            )
            when event_document.payload ? 'digest_id' then (
                select jsonb_build_object('digest', jsonb_build_object(
                    'digest_id', digests.payload -> 'digest_id',
                    'channel', digests.channel,
                    'period', digests.payload -> 'period',
                    'part', digests.part,
                    'parts', digests.parts,
                    'counts', digests.payload -> 'counts'
                ))
                from public.digests
                where digests.id = (event_document.payload ->> 'digest_id')::bigint
            )
            when event_document.payload ? 'report_id' then (
                select jsonb_build_object('report', jsonb_build_object(
                    'report_id', reports.id,
                    'month', reports.month_label,
                    'revision', reports.revision,
                    'total', reports.summary -> 'total',
                    'published_at', reports.published_at
                ))
                from public.reports
                where reports.id = (event_document.payload ->> 'report_id')::bigint
            )
            else jsonb_build_object('member', event_document.payload -> 'member')
        end,
        '{"missing": true}'
    )
$$;

revoke all on function pathfinder.event_document(jsonb, text) from public, anon, authenticated, service_role;

comment on function pathfinder.event_document(jsonb, text) is 'What an event tells a machine.';
