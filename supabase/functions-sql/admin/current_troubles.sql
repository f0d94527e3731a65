-- What is wrong at a moment, one row a trouble: health down or degraded, jobs that were given up (by channel and
-- error), a digest or report that is overdue, no webhook for settings.silence_alarm.
-- Returns: rows (key, kind, title, details, advice).
-- Example: select * from pathfinder.current_troubles(now());
create or replace function pathfinder.current_troubles(moment timestamptz)
returns table (key text, kind text, title text, details jsonb, advice text)
language sql
stable
set search_path = ''
as $$
    select
        'health:' || open.status,
        'health',
        case open.status when 'down' then 'CaptPathfinder is down' else 'CaptPathfinder needs somebody' end,
        to_jsonb(health.reasons),
        'captpathfinder doctor says more.'
    from (
        -- Jobs and runs that failed are troubles of their own.
        select case when reasons.down <> '{}' then 'down' else 'degraded' end as status, reasons.down || reasons.degraded as reasons
        from pathfinder.health_reasons(pathfinder.health_checks() || '{"dead_jobs": 0, "failed_runs": 0}') as reasons
        where reasons.down || reasons.degraded <> '{}'
    ) as health
    -- While it is down, what needed somebody before still does.
    cross join lateral (
        select health.status
        union
        select 'degraded'
        from pathfinder.incidents
        where incidents.key = 'health:degraded' and incidents.ended_at is null
    ) as open (status)

    union all
    select
        format('dead_jobs:%s:%s', coalesce(dead.channel, ''), md5(dead.error)),
        'dead_jobs',
        format(
            '%s given up%s', case dead.count when 1 then 'A job was' else dead.count || ' jobs were' end,
            ', of channel ' || dead.channel
        ),
        jsonb_build_array(dead.error),
        'Mend the cause, then run captpathfinder redrive.'
    from (
        select
            outbox.channel,
            -- The same error about another person, time or number is the same error.
            regexp_replace(left(coalesce(outbox.last_error, 'no error was noted'), 300), '[0-9]+', '…', 'g') as error,
            count(*) as count
        from public.outbox
        where outbox.status = 'dead'
            -- What tells of incidents is no incident: it would tell of itself.
            and outbox.kind <> 'incident'
        group by 1, 2
    ) as dead

    union all
    select
        'overdue:' || owed.job || ':' || owed.period,
        'overdue',
        format('The %s of %s is overdue', case when owed.job like 'digest%' then 'digest' else 'report' end, owed.period),
        jsonb_build_array(
            format('It was due %s ago.', pathfinder.age_in_words(moment - owed.due_at)),
            coalesce('It failed: ' || owed.error, 'The schedule has not come to it.')
        ),
        'See job_runs.error, and the newest rows of cron.job_run_details.'
    from (
        select next_run.job, next_run.period, next_run.due_at, job_runs.error
        from pathfinder.next_run(moment) as next_run
        left join public.job_runs on job_runs.job = next_run.job and job_runs.period = next_run.period
        union
        select
            job_runs.job,
            job_runs.period,
            pathfinder.due_at(job_runs.job, job_runs.period, pathfinder.job_settings(job_runs.job)),
            job_runs.error
        from public.job_runs
        where job_runs.outcome = 'failed' and (job_runs.job like 'digest%' or job_runs.job like 'report')
    ) as owed
    where owed.job <> 'housekeeping'
        and owed.due_at < moment - interval '30 minutes'
        and isfinite(owed.due_at)

    union all
    select
        'silence',
        'silence',
        format('No webhook for %s', pathfinder.age_in_words(moment - latest.received_at)),
        '[]',
        'Does the platform still post? Its settings and its own log of webhooks say so; webhook_sources says who may.'
    from public.settings
    cross join lateral (
        select events_raw.received_at from public.events_raw order by events_raw.id desc limit 1
    ) as latest
    where latest.received_at < moment - settings.silence_alarm
$$;

revoke all on function pathfinder.current_troubles(timestamptz) from public, anon, authenticated, service_role;

comment on function pathfinder.current_troubles(timestamptz) is 'What is wrong at a moment, one row a trouble.';
