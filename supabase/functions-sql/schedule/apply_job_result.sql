-- What follows from a finished job: a digest is sent; a report has its files and its channels are told; links are
-- new; people were alerted about; a person is completed.
-- Returns: nothing.
-- Example: select pathfinder.apply_job_result(outbox) from public.outbox where id = 7;
create or replace function pathfinder.apply_job_result(job public.outbox)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    if job.kind = 'digest' then
        if job.payload ? 'is_copy' then
            return;
        end if;
        update public.digests
        set sent = true, sent_at = now()
        where digests.id = (job.payload ->> 'digest_id')::bigint and not digests.sent;
        -- Once all its messages are.
        perform pathfinder.publish_event(
            'digest.sent', jsonb_build_object('digest_id', digests.id), digests.payload ->> 'digest_id'
        )
        from public.digests
        where digests.id = (job.payload ->> 'digest_id')::bigint
            and not exists (
                select
                from public.digests as other
                where other.channel = digests.channel and other.week_end = digests.week_end and not other.sent
            );
        -- Somebody was erased from its file while it was made.
        perform pathfinder.remove_digest_files((digests.payload ->> 'digest_id')::bigint, digests.week_end)
        from public.digests
        join public.outbox_attempts
            on outbox_attempts.outbox_id = job.id and outbox_attempts.attempt = job.attempts
        join public.outbox as removal
            on removal.kind = 'file_removal'
            and removal.payload ->> 'ending' = format('-%s.csv', digests.payload ->> 'digest_id')
            and removal.created_at >= outbox_attempts.started_at
        where digests.id = (job.payload ->> 'digest_id')::bigint and job.result ? 'csv_uri';

    elsif job.kind in ('report', 'report_links') then
        update public.reports
        set file_uri = coalesce(job.result ->> 'file_uri', reports.file_uri),
            csv_uri = coalesce(job.result ->> 'csv_uri', reports.csv_uri),
            html_uri = coalesce(job.result ->> 'html_uri', reports.html_uri),
            pdf_uri = coalesce(job.result ->> 'pdf_uri', reports.pdf_uri),
            links = coalesce(job.result -> 'links', reports.links),
            links_expire_at = coalesce((job.result ->> 'links_expire_at')::timestamptz, reports.links_expire_at),
            published_at = coalesce(reports.published_at, now())
        where reports.id = (job.payload ->> 'report_id')::bigint;

        if job.kind = 'report' then
            perform pathfinder.enqueue(
                'report_message',
                channels.name,
                jsonb_build_object('report_id', job.payload -> 'report_id'),
                format('report_message:%s:%s', job.payload ->> 'report_id', channels.name)
            )
            from public.channels
            where channels.is_active and 'report' = any (channels.sends);
            perform pathfinder.publish_event(
                'report.published', jsonb_build_object('report_id', job.payload -> 'report_id'), job.payload ->> 'report_id'
            );

            -- Somebody was erased from it while it was made: once more, without them.
            perform pathfinder.enqueue(
                'report',
                null,
                jsonb_build_object('report_id', reports.id),
                format('report:%s:erased:%s', reports.id, job.id),
                70
            )
            from public.reports
            join public.outbox_attempts
                on outbox_attempts.outbox_id = job.id and outbox_attempts.attempt = job.attempts
            where reports.id = (job.payload ->> 'report_id')::bigint
                and reports.erased_at >= outbox_attempts.started_at;
        end if;

    elsif job.kind = 'alert' then
        update public.detections
        set alerted_at = now()
        from pathfinder.alerts
        where alerts.job_id = job.id and detections.id = alerts.detection_id and detections.alerted_at is null;

    elsif job.kind = 'event' and job.payload ->> 'event' = 'executive.forgotten' then
        -- Nothing of them stays, now that whoever listens knows.
        delete from public.outbox where outbox.id = job.id;

    elsif job.kind = 'enrichment' then
        perform pathfinder.apply_enrichment(job);
    end if;
end
$$;

revoke all on function pathfinder.apply_job_result(public.outbox) from public, anon, authenticated, service_role;

comment on function pathfinder.apply_job_result(public.outbox) is 'What follows from a finished job.';
