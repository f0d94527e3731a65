-- What all messages of a digest have in common: whom it is for, the span, the counts, the trend against the digests
-- before, and how it is laid out.
-- Returns: {"digest_id", "channel", "period": {"start", "end", "time_zone"}, "counts": {kind: n, "people": n}, "trend":
--   {"last_week", "mean_of_eight"} or null, "filter_words", "group_by", "levels"}
-- Example: select pathfinder.digest_payload(7, channels, now() - interval '7 days', now()) from public.channels;
create or replace function pathfinder.digest_payload(
    digest_id bigint,
    channel public.channels,
    window_start timestamptz,
    window_end timestamptz
)
returns jsonb
language sql
stable
set search_path = ''
set timezone = 'UTC'
as $$
    select jsonb_build_object(
        'digest_id', digest_payload.digest_id,
        'channel', channel.name,
        'period', jsonb_build_object(
            'start', window_start,
            'end', window_end,
            'time_zone', (pathfinder.job_settings('digest:' || channel.name)).time_zone
        ),
        'counts', (
            select coalesce(jsonb_object_agg(told.kind, told.count), '{}')
                || jsonb_build_object('people', coalesce(sum(told.count), 0))
            from (
                select digest_ledger.kind, count(*) as count
                from pathfinder.digest_ledger
                where digest_ledger.digest_id = digest_payload.digest_id and digest_ledger.outcome = 'told'
                group by digest_ledger.kind
            ) as told
        ),
        'trend', (
            select jsonb_build_object(
                'last_week', max(earlier.people) filter (where earlier.recency = 1),
                'mean_of_eight', round(avg(earlier.people), 1)
            )
            from (
                select
                    digest_cut_offs.people,
                    row_number() over (order by digest_cut_offs.cut_off desc) as recency
                from pathfinder.digest_cut_offs
                where digest_cut_offs.channel = channel.name
                    and digest_cut_offs.people is not null
                    and digest_cut_offs.cut_off < window_end
                order by digest_cut_offs.cut_off desc
                limit 8
            ) as earlier
            having count(*) > 0
        ),
        'filter_words', pathfinder.filter_words(channel.filter),
        'group_by', coalesce(channel.config ->> 'group_by', 'level'),
        'levels', pathfinder.levels_json()
    )
$$;

revoke all on function pathfinder.digest_payload(bigint, public.channels, timestamptz, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.digest_payload(bigint, public.channels, timestamptz, timestamptz) is
    'What all messages of a digest have in common.';
