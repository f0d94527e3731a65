-- What is wrong, given the figures: each in plain words, and behind "For the operator:" what to look at or to run.
-- Returns: down: reasons why the system does not do its work; degraded: reasons why it needs somebody. Both may be
--   empty.
-- Example: select * from pathfinder.health_reasons(pathfinder.health_checks());
create or replace function pathfinder.health_reasons(checks jsonb, out down text[], out degraded text[])
language plpgsql
stable
set search_path = ''
as $$
declare
    moment constant timestamptz := (checks ->> 'time')::timestamptz;
    tick_age constant interval := moment - (checks ->> 'last_tick_at')::timestamptz;
    event_age constant interval := moment - (checks ->> 'oldest_pending_event_at')::timestamptz;
    job_age constant interval := moment - (checks ->> 'oldest_due_job_at')::timestamptz;
    webhooks constant jsonb := checks -> 'webhooks_last_7_days';
    workers constant jsonb := checks -> 'workers';
    no_workers constant boolean := workers = '[]';
begin
    down := array_remove(array[
        case
            when (checks -> 'database' ->> 'read_only')::boolean then
                'The database takes no writes, so webhooks are lost and nothing is sent. For the operator: a full disk or a standby is the usual cause; make room, then end the read-only mode.'
        end,
        case
            when not (checks ->> 'tick_active')::boolean then
                'The schedule is not set up, so no digest and no report is made. For the operator: cron.job has no active job captpathfinder-tick. Switch it on with cron.alter_job, or run: select cron.schedule(''captpathfinder-tick'', ''* * * * *'', ''select public.tick()'').'
            when tick_age is null then
                'The schedule has not run yet, so no digest and no report is made. For the operator: it is to run each minute. Is pg_cron running, with cron.database_name naming this database and cron.log_run on? See cron.job_run_details.'
            when tick_age > interval '5 minutes' then
                format(
                    'The schedule has not run for %s, so no digest and no report is made. For the operator: it is to run each minute. See status and return_message of the newest rows in cron.job_run_details.',
                    pathfinder.age_in_words(tick_age)
                )
        end,
        case
            when checks ->> 'rules_version' is null then
                'There are no rules, so nobody is found. For the operator: import a rule set with captpathfinder rules import.'
        end
    ], null);

    degraded := array_remove(array[
        case
            when (checks ->> 'tick_failed')::boolean and tick_age <= interval '5 minutes' then
                'The last run of the schedule failed; what was due then is late. For the operator: see return_message of the newest rows in cron.job_run_details.'
        end,
        case
            when (checks -> 'active_sources')::integer = 0 then
                'Nobody may post webhooks, so every one is refused and nobody new is found. For the operator: add a row to webhook_sources, enable it, and set its secret with set_webhook_secret().'
            when (webhooks -> 'accepted')::bigint = 0 and (webhooks -> 'unauthorised')::bigint > 0 then
                format(
                    'All webhooks of the last 7 days were refused, %s of them as unauthorised, so nobody new is found. For the operator: does the platform have the user name and secret of a row in webhook_sources?',
                    webhooks ->> 'unauthorised'
                )
            when (webhooks -> 'accepted')::bigint = 0 and (webhooks -> 'malformed')::bigint > 0 then
                format(
                    'All webhooks of the last 7 days were refused, %s of them as malformed, so nobody new is found. For the operator: compare the platform''s body with webhook_sources.payload_paths; the answer to a post says what is missing.',
                    webhooks ->> 'malformed'
                )
        end,
        case
            when (checks -> 'active_channels')::integer = 0 then
                'No channel is active, so nobody is told anything. For the operator: add a row to channels, or switch one on (is_active).'
        end,
        case
            when event_age > interval '10 minutes' then
                format(
                    'A webhook has waited for %s to be processed, so what it says is not known yet. For the operator: see events_raw.error of the rows whose state is waiting.',
                    pathfinder.age_in_words(event_age)
                )
        end,
        case
            when (checks #> '{webhooks_last_7_days,unreadable_times}')::integer > 0 then
                format(
                    'Times in webhooks that could not be read, in seven days: %s. Which of two changes came first may be mistaken. For the operator: have the platform send them as 2026-11-27T10:00:00Z.',
                    checks #>> '{webhooks_last_7_days,unreadable_times}'
                )
        end,
        case
            when (checks -> 'parked_events')::integer > 0 then
                format(
                    'Webhooks that could not be processed, and wait for somebody: %s. For the operator: see events_raw.error of the rows whose state is parked, mend the cause, then run: select retry_parked_events().',
                    checks ->> 'parked_events'
                )
        end,
        case
            when job_age > interval '15 minutes' then
                format(
                    'A message or file has been due for %s, and nothing has begun to make it. For the operator: is a worker running, and not stuck? Its log and captpathfinder doctor say more.',
                    pathfinder.age_in_words(job_age)
                )
        end,
        case
            when (checks -> 'held_jobs')::integer > 0 then
                format(
                    'Messages that wait because their channel is switched off: %s, of %s. For the operator: switch it on (channels.is_active), or delete the channel to give them up.',
                    checks ->> 'held_jobs',
                    (select string_agg(name, ', ') from jsonb_array_elements_text(checks -> 'held_channels') as held (name))
                )
        end,
        case
            when (checks -> 'dead_jobs')::integer > 0 then
                format(
                    'Messages or files that were given up after several attempts: %s. The page Queue says why, and tries them again. For the operator: see outbox.last_error, mend the cause, then run captpathfinder redrive.',
                    checks ->> 'dead_jobs'
                )
        end,
        case
            when (checks -> 'failed_runs')::integer > 0 then
                format(
                    'Digests, reports or other scheduled runs that failed and are tried again: %s. For the operator: see job_runs.error.',
                    checks ->> 'failed_runs'
                )
        end,
        case
            when no_workers then
                'The program that sends messages has not been seen for two minutes, so nothing is sent. For the operator: no worker runs. Start one with captpathfinder run.'
        end,
        case
            when not (checks ->> 'realtime_published')::boolean then
                'Messages go out later than they could. For the operator: the table outbox is not in the publication supabase_realtime, so the worker only polls. Run: alter publication supabase_realtime add table public.outbox.'
            when not no_workers and not exists (
                select from jsonb_array_elements(workers) as worker
                -- `off` is a choice.
                where worker ->> 'realtime_state' in ('listening', 'off')
            ) then
                'Messages go out later than they could. For the operator: no worker hears Realtime, so jobs begin at the next poll. Is Realtime enabled for the project? captpathfinder doctor tries it.'
        end,
        case
            when exists (
                select from jsonb_array_elements(workers) as worker where worker ->> 'control_room' = 'key_rejected'
            ) then
                'Automation Anywhere refuses the key, which may have expired, so its bots send nothing. For the operator: give the worker a valid AA_API_KEY and restart it.'
        end
    ], null);
end
$$;

revoke all on function pathfinder.health_reasons(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.health_reasons(jsonb) is 'What is wrong, given the figures of health_checks().';
