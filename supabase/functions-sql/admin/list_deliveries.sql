-- The digests for the dashboard, newest first: all channels and messages of one cut-off are one.
-- Returns: a JSON array of {"week_start", "week_end", "channels": [{"channel", "people", "parts", "sent", "sent_at",
--   "jobs": [{"digest_id", "job_id", "part", "status"}]}]}, at most max_rows digests.
-- Example: select public.list_deliveries(10);
create or replace function pathfinder.list_deliveries(max_rows integer)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    with cut_off as (
        select digests.week_end, min(digests.week_start) as week_start
        from public.digests
        where digests.id > (select coalesce(max(newest.id), 0) - 5000 from public.digests as newest)
        group by digests.week_end
        order by digests.week_end desc
        limit least(greatest(list_deliveries.max_rows, 1), 200)
    ),
    message as (
        select
            digests.week_end, digests.channel, digests.sent_at, digests.sent,
            digests.payload #>> '{counts,people}' as people,
            jsonb_build_object(
                'digest_id', digests.id, 'job_id', job.id, 'part', digests.part, 'status', job.status
            ) as job
        from cut_off
        join public.digests using (week_end)
        left join public.outbox as job on job.dedupe_key = 'digest:' || digests.id
    ),
    told as (
        select
            message.week_end,
            jsonb_build_object(
                'channel', message.channel, 'people', coalesce(max(message.people::integer), 0), 'parts', count(*),
                'sent', count(*) filter (where message.sent), 'sent_at', max(message.sent_at),
                'jobs', jsonb_agg(message.job order by message.job -> 'part')
            ) as channel
        from message
        group by message.week_end, message.channel
    )
    select coalesce(jsonb_agg(to_jsonb(digest) order by digest.week_end desc), '[]')
    from (
        select cut_off.week_start, cut_off.week_end, jsonb_agg(told.channel order by told.channel ->> 'channel') as channels
        from cut_off
        join told using (week_end)
        group by cut_off.week_start, cut_off.week_end
    ) as digest
$$;

create or replace function public.list_deliveries(max_rows integer default 20)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_deliveries(list_deliveries.max_rows)
$$;

revoke all on function pathfinder.list_deliveries(integer) from public, anon, authenticated, service_role;
revoke all on function public.list_deliveries(integer) from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_deliveries(integer) to service_role;
grant execute on function public.list_deliveries(integer) to service_role;

comment on function pathfinder.list_deliveries(integer) is 'The digests with their channels and messages.';
comment on function public.list_deliveries(integer) is 'The digests, newest first, each with its channels and messages.';
