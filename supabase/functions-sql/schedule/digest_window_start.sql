-- Where the window of the next digest begins: where the last digest ended. Weeks whose people nobody was told
-- about, because no active channel sent digests, do not count, so the digest that tells about them says from when
-- on. Without any earlier digest, a week, or as far back as people wait.
-- Returns: timestamptz.
-- Example: select pathfinder.digest_window_start(now());
create or replace function pathfinder.digest_window_start(window_end timestamptz)
returns timestamptz
language sql
stable
set search_path = ''
as $$
    select coalesce(
        (
            select max(job_runs.period_end)
            from public.job_runs
            where job_runs.job in ('digest', 'digest_by_hand')
                and job_runs.outcome = 'done'
                and coalesce(job_runs.result -> 'held', '0') = '0'
        ),
        least(
            window_end - interval '7 days',
            (select min(detections.detected_at) from public.detections where not detections.included_in_digest)
        )
    );
$$;
revoke all on function pathfinder.digest_window_start(timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.digest_window_start(timestamptz) is
    'Where the window of the next digest begins: where the last digest ended.';
