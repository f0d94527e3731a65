-- Build a digest now, of everybody found so far and in no digest yet. Called through public.build_weekly_digest()
-- and public.send_digests(). The next weekly digest begins where this one ends. It goes into the ledger, as
-- digest_by_hand, if anything was built.
-- Returns: {"status": "built", "people", "digests", …}, {"status": "empty"}, or {"status": "no_channel", "held":
--   n}.
-- Example: select pathfinder.digest_by_hand(now());
create or replace function pathfinder.digest_by_hand(moment timestamptz)
returns jsonb
language plpgsql
security definer
set search_path = ''
set timezone = 'UTC'
as $$
declare
    window_start timestamptz;
    window_end timestamptz;
    result jsonb;
begin
    perform pg_advisory_xact_lock(pathfinder.schedule_lock());
    window_start := pathfinder.digest_window_start(moment);
    window_end := greatest(moment, window_start);
    result := pathfinder.build_digest(window_start, window_end, moment, true);

    if result ? 'held' then
        return result || jsonb_build_object(
            'status', 'no_channel',
            'hint', 'No active channel sends digests: add a row to channels. Nobody found so far is forgotten.'
        );
    elsif (result ->> 'digests')::integer = 0 then
        return result || jsonb_build_object('status', 'empty');
    end if;

    insert into public.job_runs (job, period, period_start, period_end, started_at, finished_at, outcome, result)
    values (
        'digest_by_hand',
        to_char(moment, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        window_start,
        window_end,
        moment,
        moment,
        'done',
        result
    )
    on conflict on constraint job_runs_job_period_key do nothing;
    return result
        || jsonb_build_object('status', 'built', 'period_start', window_start, 'period_end', window_end);
end
$$;
revoke all on function pathfinder.digest_by_hand(timestamptz) from public, anon, authenticated, service_role;
grant execute on function pathfinder.digest_by_hand(timestamptz) to service_role;
comment on function pathfinder.digest_by_hand(timestamptz) is
    'Builds a digest now, of everybody found so far and in no digest yet.';

create or replace function public.send_digests()
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.digest_by_hand(now());
$$;
revoke all on function public.send_digests() from public, anon, authenticated, service_role;
grant execute on function public.send_digests() to service_role;
comment on function public.send_digests() is
    'Builds and queues a digest now, of everybody found so far and in no digest yet.';

create or replace function public.build_weekly_digest(now timestamptz default now())
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.digest_by_hand(build_weekly_digest.now);
$$;
revoke all on function public.build_weekly_digest(timestamptz) from public, anon, authenticated, service_role;
comment on function public.build_weekly_digest(timestamptz) is
    'Builds and queues a digest now, of everybody found so far and in no digest yet.';
