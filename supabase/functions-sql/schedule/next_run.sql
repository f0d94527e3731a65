-- The oldest run that is owed at a moment; all null when none is. Owed are a period that failed, or was not
-- finished, and whose time to go on has come; the period after the newest one of a job (of housekeeping only the
-- latest: nights missed need no cleaning); a later revision of a report. A failed period holds the later ones of
-- its job back, so that they come in order; after five attempts (a quarter of an hour) it no longer does, and is
-- tried on beside them.
-- Returns: one row (job, period, due_at).
-- Example: select * from pathfinder.next_run(now());
create or replace function pathfinder.next_run(
    moment timestamptz, out job text, out period text, out due_at timestamptz
)
language plpgsql
stable
set search_path = ''
as $$
declare
    scheduled constant text[] := pathfinder.scheduled_jobs();
    configured public.settings;
    held_back text[] := '{}';
    unfinished record;
    candidate text;
    newest text;
    following text;
    following_due_at timestamptz;
begin
    for unfinished in
        select job_runs.job, job_runs.period, job_runs.outcome, job_runs.attempts, job_runs.next_attempt_at
        from public.job_runs
        where job_runs.outcome <> 'done' and job_runs.job = any (scheduled || 'report_revision'::text)
    loop
        if unfinished.outcome = 'failed' and unfinished.attempts < 5 then
            held_back := held_back || unfinished.job;
        end if;
        following_due_at
            := pathfinder.due_at(unfinished.job, unfinished.period, pathfinder.job_settings(unfinished.job));
        if greatest(unfinished.next_attempt_at, following_due_at) <= moment
            and (due_at is null or following_due_at < due_at)
        then
            job := unfinished.job;
            period := unfinished.period;
            due_at := following_due_at;
        end if;
    end loop;

    foreach candidate in array scheduled loop
        continue when candidate = any (held_back);
        configured := pathfinder.job_settings(candidate);
        newest := (select max(job_runs.period) from public.job_runs where job_runs.job = candidate);
        following := case candidate
            when 'report' then to_char(to_date(newest, 'YYYY-MM') + interval '1 month', 'YYYY-MM')
            when 'housekeeping' then to_char(to_date(newest, 'YYYY-MM-DD') + 1, 'YYYY-MM-DD')
            else to_char(to_date(newest, 'IYYY-"W"IW') + 7, 'IYYY-"W"IW')
        end;
        following_due_at := pathfinder.due_at(candidate, following, configured);
        if following_due_at <= moment and candidate = 'housekeeping' then
            following := pathfinder.latest_period(candidate, moment, configured);
            following_due_at := pathfinder.due_at(candidate, following, configured);
        end if;
        if following_due_at <= moment and (due_at is null or following_due_at < due_at) then
            job := candidate;
            period := following;
            due_at := following_due_at;
        end if;
    end loop;

    select revision.period, revision.due_at into following, following_due_at
    from pathfinder.next_revision(moment) as revision;
    if following_due_at <= moment and (due_at is null or following_due_at < due_at) then
        job := 'report_revision';
        period := following;
        due_at := following_due_at;
    end if;
end
$$;
revoke all on function pathfinder.next_run(timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.next_run(timestamptz) is 'The oldest run that is owed at a moment; all null when none is.';
