-- Deletes what is past its retention, in bounded batches, for at most about the given time: processed events, finished
-- jobs with their attempts (never pending or dead ones, nor the notes that a report was announced), runs (except each
-- job's newest, which says what is owed no more), changes, feedback and sent digests if detection_retention is set,
-- corrections of whom nothing else is kept, workers not seen for 30 days, counters older than 400 days.
-- Returns: {"events_raw": n, …, "complete": false if time was up}.
-- Example: select pathfinder.purge(now(), interval '10 seconds');
create or replace function pathfinder.purge(moment timestamptz, budget interval)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    stop_at constant timestamptz := clock_timestamp() + budget;
    configured public.settings;
    result jsonb := '{}';
    complete boolean := true;
    target record;
    purged record;
begin
    select * into strict configured from public.settings;
    for target in
        select candidates.*
        from (
            values
                (
                    'public.events_raw'::regclass,
                    'state in (''processed'', ''stale'') and received_at < $1',
                    moment - greatest(configured.event_retention, configured.dedup_window)
                ),
                (
                    'public.outbox',
                    'status = ''done'' and kind <> ''report_message'' and finished_at < $1',
                    moment - configured.history_retention
                ),
                (
                    'public.job_runs',
                    'outcome = ''done'' and finished_at < $1 and period <> (select max(newest.period)'
                    ' from public.job_runs as newest where newest.job = job_runs.job)',
                    moment - configured.history_retention
                ),
                (
                    'public.detections',
                    'detected_at < $1 and (not is_told or report_id is not null and (exists (select from'
                    ' pathfinder.digest_ledger where digest_ledger.detection_id = detections.id) or not exists'
                    ' (select from public.channels where is_active and ''digest'' = any (sends))))',
                    moment - configured.detection_retention
                ),
                (
                    'public.feedback_proposals',
                    'created_at < $1',
                    moment - configured.detection_retention
                ),
                (
                    'public.digests',
                    'sent and week_end < $1',
                    moment - configured.detection_retention
                )
        ) as candidates (relation, condition, cut_off)
        where candidates.cut_off is not null
    loop
        purged := pathfinder.purge_rows(target.relation, target.condition, target.cut_off, stop_at);
        complete := complete and purged.complete;
        if purged.deleted > 0 then
            result := result || jsonb_build_object(
                (select relname from pg_class where pg_class.oid = target.relation), purged.deleted
            );
        end if;
    end loop;

    perform pathfinder.expire_digest_files(moment - configured.link_lifetime);
    perform pathfinder.expire_reports(moment - configured.detection_retention);
    delete from pathfinder.registrations
    where registrations.ctid = any (array(
        select old.ctid
        from pathfinder.registrations as old
        where old.recorded_at < moment - configured.registration_retention
        limit 50000
    ));
    perform pathfinder.release_corrections();
    delete from pathfinder.corrections
    where not exists (
            select from public.user_state
            where user_state.community = corrections.community and user_state.user_id = corrections.user_id
        )
        and not exists (
            select from pathfinder.set_aside
            where set_aside.community = corrections.community and set_aside.user_id = corrections.user_id
        )
        and not exists (
            select from public.detections
            where detections.community = corrections.community and detections.user_id = corrections.user_id
        )
        -- Whose webhooks are retained may count again with the next one, as corrected.
        and not exists (
            select from public.events_raw
            where events_raw.community = corrections.community and events_raw.user_id = corrections.user_id
        )
        and not pathfinder.is_suppressing(corrections);
    delete from public.worker_heartbeats where worker_heartbeats.seen_at < moment - interval '30 days';
    delete from pathfinder.webhook_counters where webhook_counters.day < (moment - interval '400 days')::date;
    delete from pathfinder.counters
    where isfinite(counters.day) and counters.day < (moment - interval '400 days')::date;
    return result || jsonb_build_object('complete', complete);
end
$$;
revoke all on function pathfinder.purge(timestamptz, interval) from public, anon, authenticated, service_role;
comment on function pathfinder.purge(timestamptz, interval) is
    'Deletes what is past its retention, in bounded batches, for at most about the given time.';

create or replace function public.purge_old_events(now timestamptz default now())
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.purge(purge_old_events.now, interval '1 minute');
$$;
revoke all on function public.purge_old_events(timestamptz) from public, anon, authenticated, service_role;
comment on function public.purge_old_events(timestamptz) is
    'Deletes what is past its retention: processed webhooks and the history of finished work.';
