-- Builds a digest now for every active channel that gets digests, of what no digest has told it yet. The next one on
-- schedule begins where this one ends. It goes into the ledger of runs, as digest_by_hand, if anything was built.
-- Returns: {"status": "built", "people", "digests", "channels", "period_start", "period_end"}, {"status": "empty"},
--   or {"status": "no_channel"}.
-- Example: select public.send_digests();
create or replace function pathfinder.send_digests(moment timestamptz)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
set timezone = 'UTC'
as $$
declare
    result jsonb;
begin
    perform pg_advisory_xact_lock(pathfinder.schedule_lock());
    select jsonb_build_object(
        'channels', count(*),
        'people', sum((built.digest ->> 'people')::integer),
        'digests', sum((built.digest ->> 'messages')::integer),
        'period_start', min((built.digest ->> 'period_start')::timestamptz),
        'period_end', moment
    )
    into result
    from (
        select pathfinder.build_digest(
            channels, greatest(moment, pathfinder.digest_window_start(channels.name)), moment, true
        ) as digest
        from public.channels
        where channels.is_active and 'digest' = any (channels.sends)
        order by channels.name
    ) as built;

    if result ->> 'channels' = '0' then
        return jsonb_build_object(
            'status', 'no_channel',
            'channels', 0,
            'hint', 'No active channel gets digests: add a row to channels. It is told what happens from then on.'
        );
    elsif result ->> 'digests' = '0' then
        return result || '{"status": "empty"}';
    end if;

    insert into public.job_runs (job, period, period_start, period_end, started_at, finished_at, outcome, result)
    values (
        'digest_by_hand',
        to_char(moment, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        (result ->> 'period_start')::timestamptz,
        moment,
        moment,
        moment,
        'done',
        result - '{period_start,period_end}'::text[]
    )
    on conflict on constraint job_runs_job_period_key do nothing;
    perform pathfinder.write_audit(
        'digests', 'send',
        jsonb_build_object('channels', result -> 'channels', 'messages', result -> 'digests', 'cut_off', moment)
    );
    return result || '{"status": "built"}';
end
$$;

revoke all on function pathfinder.send_digests(timestamptz) from public, anon, authenticated, service_role;
grant execute on function pathfinder.send_digests(timestamptz) to service_role;

comment on function pathfinder.send_digests(timestamptz) is 'Builds a digest now, of what no digest has told yet.';

create or replace function public.send_digests()
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.send_digests(now());
$$;

revoke all on function public.send_digests() from public, anon, authenticated, service_role;
grant execute on function public.send_digests() to service_role;

comment on function public.send_digests() is
    'Builds and queues a digest now, of what no digest has told yet.';

create or replace function public.build_weekly_digest(now timestamptz default now())
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.send_digests(build_weekly_digest.now);
$$;

revoke all on function public.build_weekly_digest(timestamptz) from public, anon, authenticated, service_role;

comment on function public.build_weekly_digest(timestamptz) is
    'Builds and queues a digest now, of what no digest has told yet.';
