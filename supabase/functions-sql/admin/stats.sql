-- The numbers of the whole system. What only grows comes from counters (kept by triggers and by the ingestion),
-- what waits from partial indexes: the answer takes as long with ten million rows as with ten. A "day" is a day in
-- UTC. Levels that are on are counted; csuite and vp are always there, with 0 where they are off. In PL/pgSQL, so
-- that a connection plans it once.
-- Returns: {"executives": {level: n}, "detections": {"last_30_days": n, "by_day": [{"day", level: n}]},
--   "digests": {"pending", "sent_last_30_days"}, "reports": {"total", "latest"}, "events": {"pending", "parked",
--   "oldest_pending_at"}, "outbox": {"pending", "running", "dead", "oldest_pending_at", "oldest_due_at",
--   "by_channel": [{"channel", "status", "count"}]} (of done ones those of the last 30 days), "deliveries":
--   {"last_30_days": {outcome: n}, "by_channel": [{"channel", "kind", "outcome", "count"}]}: attempts, with outcome
--   done | retry | dead | released | lease_expired, "webhooks": {"last_30_days": {outcome: n}, "by_source":
--   [{"source", "outcome", "count"}]}: refused ones too, as unauthorised | malformed | too_large}
-- Example: select public.stats();
create or replace function pathfinder.stats()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    none_found constant jsonb := '{"csuite": 0, "vp": 0}';
    first_day constant date := (now() at time zone 'UTC')::date - 29;
    people jsonb;
    attempts jsonb;
    jobs jsonb;
    webhooks jsonb;
begin
    select jsonb_build_object(
        'last_30_days', coalesce(sum(days.count), 0),
        'by_day', coalesce(
            jsonb_agg(jsonb_build_object('day', days.day) || none_found || days.by_level order by days.day), '[]'
        )
    )
    into people
    from (
        select
            counted.day,
            sum(counted.count) as count,
            jsonb_object_agg(counted.level, counted.count) as by_level
        from (
            select
                counters.day,
                levels.level,
                coalesce(sum(counters.count) filter (where counters.label[1] = levels.level), 0) as count
            from pathfinder.counters
            cross join public.levels
            where counters.subject = 'detections' and counters.day >= first_day and levels.is_on
            group by counters.day, levels.level
        ) as counted
        group by counted.day
        having sum(counted.count) > 0
    ) as days;

    with totals as materialized (
        select
            nullif(counters.label[1], '') as channel,
            counters.label[2] as kind,
            counters.label[3] as outcome,
            sum(counters.count) as count
        from pathfinder.counters
        where counters.subject = 'attempts' and counters.day >= first_day
        group by counters.label
    )
    select jsonb_build_object(
        'last_30_days', coalesce((
            select jsonb_object_agg(outcomes.outcome, outcomes.count)
            from (select totals.outcome, sum(totals.count) as count from totals group by totals.outcome) as outcomes
        ), '{}'),
        'by_channel', coalesce((
            select jsonb_agg(to_jsonb(totals)
                order by totals.channel nulls first, totals.kind, totals.outcome) from totals
        ), '[]')
    )
    into attempts;

    with unfinished as materialized (
        select outbox.channel, outbox.status, count(*) as count
        from public.outbox
        where outbox.status = 'pending'
        group by outbox.channel, outbox.status
        union all
        select outbox.channel, outbox.status, count(*)
        from public.outbox
        where outbox.status = 'running'
        group by outbox.channel, outbox.status
        union all
        select outbox.channel, outbox.status, count(*)
        from public.outbox
        where outbox.status = 'dead'
        group by outbox.channel, outbox.status
    ),
    counts as (
        select unfinished.channel, unfinished.status, unfinished.count from unfinished
        union all
        select done ->> 'channel', 'done', sum((done -> 'count')::bigint)
        from jsonb_array_elements(attempts -> 'by_channel') as done
        where done ->> 'outcome' = 'done'
        group by done ->> 'channel'
    )
    select jsonb_build_object(
        'pending', coalesce((select sum(unfinished.count) from unfinished where unfinished.status = 'pending'), 0),
        'running', coalesce((select sum(unfinished.count) from unfinished where unfinished.status = 'running'), 0),
        'dead', coalesce((select sum(unfinished.count) from unfinished where unfinished.status = 'dead'), 0),
        'oldest_pending_at', (select min(outbox.created_at) from public.outbox where outbox.status = 'pending'),
        'oldest_due_at', (
            select min(outbox.run_at) from public.outbox where outbox.status = 'pending' and outbox.run_at <= now()
        ),
        'by_channel', coalesce((
            select jsonb_agg(to_jsonb(counts) order by counts.channel nulls first, counts.status) from counts
        ), '[]')
    )
    into jobs;

    with totals as materialized (
        select webhook_counters.source, webhook_counters.outcome, sum(webhook_counters.count) as count
        from pathfinder.webhook_counters
        where webhook_counters.day >= first_day
            and webhook_counters.outcome not in ('ignored_fields', 'unreadable_times')
        group by webhook_counters.source, webhook_counters.outcome
    )
    select jsonb_build_object(
        'ignored', (
            select jsonb_build_object(
                'fields', coalesce(sum(ignored.count) filter (where ignored.outcome = 'ignored_fields'), 0),
                'times', coalesce(sum(ignored.count) filter (where ignored.outcome = 'unreadable_times'), 0)
            )
            from pathfinder.webhook_counters as ignored
            where ignored.day >= first_day
        ),
        'last_30_days', coalesce((
            select jsonb_object_agg(outcomes.outcome, outcomes.count)
            from (select totals.outcome, sum(totals.count) as count from totals group by totals.outcome) as outcomes
        ), '{}'),
        'by_source', coalesce((
            select jsonb_agg(to_jsonb(totals) order by totals.source, totals.outcome) from totals
        ), '[]')
    )
    into webhooks;

    return jsonb_build_object(
        'executives', (
            select none_found || coalesce(jsonb_object_agg(levels.level, coalesce((
                select sum(counters.count) from pathfinder.counters
                where counters.subject = 'executives' and counters.day = '-infinity'
                    and counters.label[1] = levels.level
            ), 0)), '{}')
            from public.levels
            where levels.is_on
        ),
        'detections', people,
        'digests', jsonb_build_object(
            'pending', (select count(*) from public.digests where not digests.sent),
            'sent_last_30_days', (
                select count(*) from public.digests
                where digests.sent and digests.sent_at > now() - interval '30 days'
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
                'pending', count(events_raw.received_at),
                'parked', (select count(*) from public.events_raw as parked where parked.state = 'parked'),
                'oldest_pending_at', min(events_raw.received_at)
            )
            from public.events_raw
            where events_raw.state = 'waiting'
        ),
        'outbox', jobs,
        'deliveries', attempts,
        'webhooks', webhooks
    );
end
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
    'The numbers of the whole system: executives, detections, digests, reports, queue, deliveries, webhooks.';
