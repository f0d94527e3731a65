-- What happened in the last days, today included: a day is one in UTC, as the counters have it. How long jobs took is
-- of the newest 5000 that were done, from when they were queued.
-- Returns: {"webhooks": {outcome: n}, "changes": {level: n}, "channels": [{"channel", "done", "failed"}: attempts],
--   "seconds": {"jobs", "median", "p95"}, both null where there is none}.
-- Example: select public.count_activity(7);
create or replace function pathfinder.count_activity(days integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    first_day constant date := (now() at time zone 'UTC')::date - least(greatest(count_activity.days, 1), 400) + 1;
begin
    return jsonb_build_object(
        'webhooks', coalesce(
            (
                select jsonb_object_agg(outcomes.outcome, outcomes.count)
                from (
                    select webhook_counters.outcome, sum(webhook_counters.count) as count
                    from pathfinder.webhook_counters
                    where webhook_counters.day >= first_day
                        and webhook_counters.outcome not in ('ignored_fields', 'unreadable_times')
                    group by webhook_counters.outcome
                ) as outcomes
            ),
            '{}'
        ),
        'changes', coalesce(
            (
                select jsonb_object_agg(levels.level, levels.count)
                from (
                    select counters.label[1] as level, sum(counters.count) as count
                    from pathfinder.counters
                    where counters.subject = 'detections' and counters.day >= first_day
                    group by counters.label[1]
                    having sum(counters.count) > 0
                ) as levels
                where levels.level is not null
            ),
            '{}'
        ),
        'channels', coalesce(
            (
                select jsonb_agg(to_jsonb(channels) order by channels.channel)
                from (
                    select
                        counters.label[1] as channel,
                        coalesce(sum(counters.count) filter (where counters.label[3] = 'done'), 0) as done,
                        coalesce(
                            sum(counters.count) filter (where counters.label[3] in ('retry', 'dead', 'lease_expired')), 0
                        ) as failed
                    from pathfinder.counters
                    where counters.subject = 'attempts' and counters.day >= first_day
                    group by counters.label[1]
                ) as channels
                where channels.done + channels.failed > 0
            ),
            '[]'
        ),
        'seconds', (
            select jsonb_build_object(
                'jobs', count(*),
                'median', percentile_cont(0.5) within group (order by job.seconds),
                'p95', percentile_cont(0.95) within group (order by job.seconds)
            )
            from (
                select extract(epoch from outbox.finished_at - outbox.created_at) as seconds
                from public.outbox
                where outbox.status = 'done' and outbox.finished_at >= first_day::timestamp at time zone 'UTC'
                order by outbox.finished_at desc
                limit 5000
            ) as job
        )
    );
end
$$;

create or replace function public.count_activity(days integer default 30)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.count_activity(count_activity.days)
$$;

revoke all on function pathfinder.count_activity(integer) from public, anon, authenticated, service_role;
revoke all on function public.count_activity(integer) from public, anon, authenticated, service_role;
grant execute on function pathfinder.count_activity(integer) to service_role;
grant execute on function public.count_activity(integer) to service_role;

comment on function pathfinder.count_activity(integer) is 'What happened in the last days.';
comment on function public.count_activity(integer) is
    'Webhooks, changes, attempts by channel, and how long jobs took, over the last days, today included.';
