-- What a job is about, in full, so that the worker needs no second question.
-- Returns: for a digest {"digest": {"id"}, …its payload}; for what concerns a report {"report": {…}, "summary":
--   {…}}; otherwise the job's own payload. {"missing": true} when the thing is gone. An alert's is
--   alert_document().
-- Example: select pathfinder.outbox_document('digest', '{"digest_id": 7}');
create or replace function pathfinder.outbox_document(kind text, payload jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select coalesce(
        case
            when outbox_document.kind = 'digest' then (
                select jsonb_build_object('digest', jsonb_build_object('id', digests.id))
                    || digests.payload
                    || jsonb_build_object(
                        'link_lifetime_seconds', extract(epoch from settings.link_lifetime)::bigint
                    )
                from public.digests
                cross join public.settings
                where digests.id = (outbox_document.payload ->> 'digest_id')::bigint
            )
            when outbox_document.kind in ('report', 'report_message', 'report_links') then (
                select jsonb_build_object(
                    'report', to_jsonb(reports) - 'summary' || jsonb_build_object(
                        'link_lifetime_seconds', (
                            select extract(epoch from settings.link_lifetime)::bigint from public.settings
                        )
                    ),
                    'summary', reports.summary
                )
                from public.reports
                where reports.id = (outbox_document.payload ->> 'report_id')::bigint
            )
            else outbox_document.payload
        end,
        '{"missing": true}'
    )
$$;

revoke all on function pathfinder.outbox_document(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.outbox_document(text, jsonb) is 'What a job is about, in full.';
