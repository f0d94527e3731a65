-- The numbers of the whole system.
--
-- Counts what is current (executives, what waits, what failed) and the last 30 days of what only grows, each from
-- an index; webhooks come from counters. "Day" is a day in GMT.
--
-- Called by: the operator, dashboards (service_role).
-- Returns: {"executives": {level: n}, "detections": {"last_30_days": n, "by_day": [{"day", "csuite", "vp"}]},
--   "digests": {"pending", "sent_last_30_days"}, "reports": {"total", "latest"}, "events": {"pending", "parked"},
--   "outbox": {"pending", "running", "dead", "oldest_pending_at", "by_channel": [{"channel", "status", "count"}]},
--   "webhooks": {"last_30_days": {outcome: n}, "by_source": [{"source", "outcome", "count"}]}}
-- Example: select public.stats();
create or replace function pathfinder.stats()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'executives', (
            select jsonb_object_agg(levels.level, (
                select count(*) from public.user_state where user_state.seniority_level = levels.level
            ))
            from (values ('csuite'), ('vp')) as levels (level)
        ),
        'detections', (
            select jsonb_build_object(
                'last_30_days', coalesce(sum(days.csuite + days.vp), 0),
                'by_day', coalesce(jsonb_agg(to_jsonb(days) order by days.day), '[]')
            )
            from (
                select
                    (detections.detected_at at time zone 'UTC')::date as day,
                    count(*) filter (where detections.seniority_level = 'csuite') as csuite,
                    count(*) filter (where detections.seniority_level = 'vp') as vp
                from public.detections
                where detections.detected_at > now() - interval '30 days'
                group by 1
            ) as days
        ),
        'digests', jsonb_build_object(
            'pending', (select count(*) from public.digests where not digests.sent),
            'sent_last_30_days', (
                select count(*) from public.digests
                where digests.sent and digests.created_at > now() - interval '30 days'
            )
        ),
        'reports', jsonb_build_object(
            'total', (select count(*) from public.reports),
            'latest', (
                select jsonb_build_object(
                    'month_label', reports.month_label, 'revision', reports.revision,
                    'published_at', reports.published_at
                )
                from public.reports
                order by reports.month_label desc, reports.revision desc
                limit 1
            )
        ),
        'events', (
            select jsonb_build_object(
                'pending', count(*) filter (where events_raw.outcome is null),
                'parked', count(*) filter (where events_raw.outcome = 'parked')
            )
            from public.events_raw
            where not events_raw.processed
        ),
        'outbox', jsonb_build_object(
            'pending', (select count(*) from public.outbox where outbox.status = 'pending'),
            'running', (select count(*) from public.outbox where outbox.status = 'running'),
            'dead', (select count(*) from public.outbox where outbox.status = 'dead'),
            'oldest_pending_at', (select min(outbox.created_at) from public.outbox where outbox.status = 'pending'),
            'by_channel', (
                select coalesce(jsonb_agg(to_jsonb(counts) order by counts.channel nulls first, counts.status), '[]')
                from (
                    select outbox.channel, outbox.status, count(*) as count
                    from public.outbox
                    where outbox.status in ('pending', 'running', 'dead')
                        or (outbox.status = 'done' and outbox.finished_at > now() - interval '30 days')
                    group by outbox.channel, outbox.status
                ) as counts
            )
        ),
        'webhooks', (
            select jsonb_build_object(
                'last_30_days', coalesce((
                    select jsonb_object_agg(totals.outcome, totals.count)
                    from (
                        select webhook_counters.outcome, sum(webhook_counters.count) as count
                        from pathfinder.webhook_counters
                        where webhook_counters.day > (now() at time zone 'UTC')::date - 30
                        group by webhook_counters.outcome
                    ) as totals
                ), '{}'),
                'by_source', coalesce((
                    select jsonb_agg(to_jsonb(totals) order by totals.source, totals.outcome)
                    from (
                        select webhook_counters.source, webhook_counters.outcome, sum(webhook_counters.count) as count
                        from pathfinder.webhook_counters
                        where webhook_counters.day > (now() at time zone 'UTC')::date - 30
                        group by webhook_counters.source, webhook_counters.outcome
                    ) as totals
                ), '[]')
            )
        )
    )
$$;

revoke all on function pathfinder.stats() from public, anon, authenticated, service_role;
grant execute on function pathfinder.stats() to service_role;

comment on function pathfinder.stats() is 'The numbers of the whole system.';

create or replace function public.stats()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.stats()
$$;

revoke all on function public.stats() from public, anon, authenticated, service_role;
grant execute on function public.stats() to service_role;

comment on function public.stats() is
    'The numbers of the whole system: executives, detections, digests, reports, queue, webhooks.';
