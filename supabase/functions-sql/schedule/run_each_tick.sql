-- Run what every tick does, inside an error boundary of its own. While all is well it writes nothing; a failure
-- gets the row "latest" of the job in job_runs and is tried again after a growing delay.
-- Returns: how many it handled, as a JSON number, or {"error": …} with "interrupted" if a time limit ended it.
-- Example: select pathfinder.run_each_tick('report_links', now());
create or replace function pathfinder.run_each_tick(job text, moment timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    failed public.job_runs;
    handled integer;
    failure text;
    interrupted boolean := false;
begin
    select * into failed
    from public.job_runs
    where job_runs.job = run_each_tick.job and job_runs.period = 'latest' and job_runs.outcome = 'failed';
    if failed.next_attempt_at > moment then
        return jsonb_build_object('error', failed.error);
    end if;

    begin
        handled := case run_each_tick.job
            when 'pending_events' then pathfinder.process_pending_events()
            when 'people' then pathfinder.end_suppressions(moment)
                + pathfinder.reclassify_when_due(moment)
                + pathfinder.recount_reports()
            when 'report_links' then pathfinder.renew_report_links(moment)
        end;
    exception
        when query_canceled then
            failure := sqlerrm;
            interrupted := true;
        when assert_failure or others then
            failure := sqlerrm || ' (' || sqlstate || ')';
    end;

    if failure is null then
        if failed.id is not null then
            update public.job_runs
            set outcome = 'done', finished_at = moment, next_attempt_at = null, error = null
            where job_runs.id = failed.id;
        end if;
        return to_jsonb(handled);
    end if;

    insert into public.job_runs as ledger (job, period, started_at, finished_at, outcome, next_attempt_at, error)
    values (
        run_each_tick.job, 'latest', moment, moment, 'failed', moment + pathfinder.period_retry_delay(1), failure
    )
    on conflict on constraint job_runs_job_period_key do update
    set
        started_at = excluded.started_at,
        finished_at = excluded.finished_at,
        outcome = 'failed',
        attempts = case when ledger.outcome = 'failed' then ledger.attempts + 1 else 1 end,
        next_attempt_at = moment
            + pathfinder.period_retry_delay(case when ledger.outcome = 'failed' then ledger.attempts + 1 else 1 end),
        error = excluded.error;
    return jsonb_strip_nulls(
        jsonb_build_object('error', failure, 'interrupted', case when interrupted then true end)
    );
end
$$;
revoke all on function pathfinder.run_each_tick(text, timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.run_each_tick(text, timestamptz) is
    'Runs what every tick does, inside an error boundary; only failures are written down.';
