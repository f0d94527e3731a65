-- One tick: run what is owed at a moment, each period once, oldest first. Two never run at once: the second returns
-- {"status": "busy"}. At most ten periods a tick, and none begins after half a minute, so that a year's arrears never
-- meet the statement timeout (2 minutes on hosted); what is left is owed at the next tick. The tick is one
-- transaction: if its backend dies, nothing has happened, and the next one does it.
-- Returns: {"status": "idle" | "done" | "busy", "runs": [{"job", "period", "outcome", …}], "more": true if it
--   stopped at its bound, "events": number of queued webhooks processed, "people": number of members
--   looked at because a suppression ended or the rules changed, and of reports counted anew, "links": number of
--   links being renewed}.
-- Example: select pathfinder.run_tick(now());
create or replace function pathfinder.run_tick(moment timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    most_runs constant integer := 10;
    stop_at constant timestamptz := clock_timestamp() + interval '30 seconds';
    runs jsonb := '[]';
    events jsonb;
    people jsonb;
    links jsonb;
    owed record;
    more boolean := false;
    run jsonb;
begin
    if not pg_try_advisory_xact_lock(pathfinder.schedule_lock()) then
        return jsonb_build_object('status', 'busy', 'runs', runs, 'more', false);
    end if;

    perform pathfinder.mend_time_zone();
    if exists (
        select
        from unnest(pathfinder.scheduled_jobs()) as scheduled (job)
        where not exists (select from public.job_runs where job_runs.job = scheduled.job)
    ) then
        perform pathfinder.start_schedule(moment);
    end if;

    -- Waiting webhooks first, so that what they reveal is in what is built next.
    events := pathfinder.run_each_tick('pending_events', moment);
    people := case when events ? 'interrupted' then events else pathfinder.run_each_tick('people', moment) end;
    links := case when people ? 'interrupted' then people else pathfinder.run_each_tick('report_links', moment) end;

    if not links ? 'interrupted' then
        loop
            select * into owed from pathfinder.next_run(moment);
            exit when owed.job is null;
            more := jsonb_array_length(runs) >= most_runs or clock_timestamp() >= stop_at;
            exit when more;
            run := pathfinder.run_period(owed.job, owed.period, owed.due_at, moment);
            runs := runs || run;
            exit when run ? 'interrupted';
        end loop;
    end if;

    return jsonb_build_object(
        'status', case when runs = '[]' and events = '0' and people = '0' and links = '0' then 'idle' else 'done' end,
        'runs', runs,
        'more', more,
        'events', events,
        'people', people,
        'links', links
    );
end
$$;
revoke all on function pathfinder.run_tick(timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.run_tick(timestamptz) is
    'One tick of the schedule: runs what is owed, each period once, oldest first.';

create or replace function public.tick(now timestamptz default now())
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.run_tick(tick.now);
$$;
revoke all on function public.tick(timestamptz) from public, anon, authenticated, service_role;
comment on function public.tick(timestamptz) is
    'Runs what the schedule owes: digests, reports, housekeeping. Called each minute by pg_cron.';
