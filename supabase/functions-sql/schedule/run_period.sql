-- Run one period of one job inside an error boundary, and write it into the ledger. A period that fails leaves no
-- trace but its row in job_runs: what went wrong, how often, and when it is tried again. A cancelled statement (a
-- time limit) is a failure too, otherwise it would undo and repeat the whole tick for ever; it is marked
-- "interrupted", and the tick ends there, because its time is up.
-- Returns: {"job", "period", "outcome": "done" | "running" | "failed", "result" | "error"}; "running" goes on
--   later.
-- Example: select pathfinder.run_period('digest', '2026-W47', '2026-11-20 22:00+00', now());
create or replace function pathfinder.run_period(job text, period text, due_at timestamptz, moment timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    started constant timestamptz := clock_timestamp();
    run public.job_runs;
    result jsonb;
    failure text;
    interrupted boolean := false;
begin
    begin
        result := case split_part(run_period.job, ':', 1)
            when 'digest' then pathfinder.run_digest(run_period.job, due_at, moment)
            when 'report' then pathfinder.run_report(period, due_at, moment)
            when 'report_revision' then pathfinder.run_revision(left(period, 7), moment)
            when 'housekeeping' then pathfinder.purge(moment, interval '15 seconds')
        end;
    exception
        when query_canceled then
            failure := sqlerrm;
            interrupted := true;
        when assert_failure or others then
            failure := sqlerrm || ' (' || sqlstate || ')';
    end;

    insert into public.job_runs as ledger (
        job, period, period_start, period_end, started_at, finished_at, outcome, attempts,
        next_attempt_at, result, error
    )
    values (
        run_period.job,
        run_period.period,
        (result ->> 'period_start')::timestamptz,
        (result ->> 'period_end')::timestamptz,
        moment,
        moment + (clock_timestamp() - started),
        case
            when failure is not null then 'failed'
            when result ->> 'complete' = 'false' then 'running'
            else 'done'
        end,
        1,
        case
            when failure is not null then moment + pathfinder.period_retry_delay(1)
            when result ->> 'complete' = 'false' then moment + interval '30 seconds'
        end,
        result - '{period_start,period_end}'::text[],
        failure
    )
    on conflict on constraint job_runs_job_period_key do update
    set
        period_start = excluded.period_start,
        period_end = excluded.period_end,
        started_at = excluded.started_at,
        finished_at = excluded.finished_at,
        outcome = excluded.outcome,
        attempts = ledger.attempts + 1,
        next_attempt_at = case
            when failure is not null then moment + pathfinder.period_retry_delay(ledger.attempts + 1)
            else excluded.next_attempt_at
        end,
        result = excluded.result,
        error = excluded.error
    returning * into run;

    if run.job = 'housekeeping' then
        -- A later night's cleaning does what an earlier one has left.
        update public.job_runs
        set outcome = 'done', next_attempt_at = null
        where job_runs.outcome <> 'done' and job_runs.job = run.job and job_runs.period < run.period;
    end if;

    return jsonb_strip_nulls(jsonb_build_object(
        'job', run.job,
        'period', run.period,
        'outcome', run.outcome,
        'result', run.result,
        'error', run.error,
        'interrupted', case when interrupted then true end
    ));
end
$$;
revoke all on function pathfinder.run_period(text, text, timestamptz, timestamptz)
    from public, anon, authenticated, service_role;
comment on function pathfinder.run_period(text, text, timestamptz, timestamptz) is
    'Runs one period of one job inside an error boundary and writes it into the ledger.';
