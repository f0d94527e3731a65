-- What a job sends, as a worker would get it now, so that the dashboard can show the message. Nothing is stored or
-- sent: claiming an alert settles whom it tells, so that is done and undone.
-- Returns: {"id", "kind", "channel", "transport", "document"}; null where there is no such job.
-- Example: select public.preview_job(7);
create or replace function pathfinder.preview_job(job_id bigint)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    previewed public.outbox;
    document jsonb;
begin
    select outbox.* into previewed from public.outbox where outbox.id = preview_job.job_id;
    if not found then
        return null;
    end if;
    begin
        document := case previewed.kind
            when 'alert' then case
                -- Whom it told may have been erased since; who waits is for another job.
                when previewed.status = 'done'
                    and not exists (select from pathfinder.alerts where alerts.job_id = previewed.id)
                    then '{"missing": true}'
                else pathfinder.alert_document(previewed.id, previewed.channel)
            end
            when 'event' then pathfinder.event_document(previewed.payload, previewed.channel)
            else pathfinder.outbox_document(previewed.kind, previewed.payload)
        end;
        raise exception using errcode = 'PT000';
    exception when sqlstate 'PT000' then
        null;
    end;
    return jsonb_build_object(
        'id', previewed.id, 'kind', previewed.kind, 'channel', previewed.channel,
        'transport', (select channels.transport from public.channels where channels.name = previewed.channel),
        'document', document
    );
end
$$;

revoke all on function pathfinder.preview_job(bigint) from public, anon, authenticated, service_role;
grant execute on function pathfinder.preview_job(bigint) to service_role;

comment on function pathfinder.preview_job(bigint) is 'What a job sends.';

create or replace function public.preview_job(job_id bigint)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.preview_job(job_id)
$$;

revoke all on function public.preview_job(bigint) from public, anon, authenticated, service_role;
grant execute on function public.preview_job(bigint) to service_role;

comment on function public.preview_job(bigint) is 'What a job sends, as a worker would get it now. Nothing is sent.';
