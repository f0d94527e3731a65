-- Build the digest of everybody found before the end of a window and not yet in a digest; queue its delivery. One
-- row of digests for each active channel that sends digests and each part of settings.digest_size people, newest
-- first, and one outbox job a row. A person found twice is one entry, the newest, which tells the earlier ones
-- under "also". The window is a label: whoever was found before it and has been in no digest (a slow transaction)
-- is in this one. Without such a channel nobody is marked as included; they wait for the first digest that goes
-- anywhere. An empty digest goes, if announce_empty, to channels whose config says {"send_empty": true}.
-- Returns: {"people": n, "detections": n, "digests": rows written, "channels": n} or {"held": waiting, "channels":
--   0}.
-- Example: select pathfinder.build_digest('2026-11-13 22:00+00', '2026-11-20 22:00+00', now(), true);
create or replace function pathfinder.build_digest(
    window_start timestamptz,
    window_end timestamptz,
    moment timestamptz,
    announce_empty boolean
)
returns jsonb
language plpgsql
set search_path = ''
set timezone = 'UTC'
as $$
declare
    configured public.settings;
    recipients text[];
    found_in_window integer;
    people integer;
    built bigint[];
begin
    select * into strict configured from public.settings;
    select array_agg(channels.name order by channels.name) into recipients
    from public.channels
    where channels.is_active and 'digest' = any (channels.sends);

    if recipients is null then
        return jsonb_build_object(
            'channels', 0,
            'held', (
                select count(*)
                from public.detections
                where not detections.included_in_digest and detections.detected_at < window_end
            )
        );
    end if;

    with taken as (
        update public.detections
        set included_in_digest = true
        where not detections.included_in_digest and detections.detected_at < window_end
        returning detections as detection, detections.*
    ),
    ranked as (
        select
            taken.*,
            row_number() over (partition by taken.community, taken.user_id order by taken.detected_at desc, taken.id desc) as recency
        from taken
    ),
    earlier as (
        select
            ranked.community,
            ranked.user_id,
            jsonb_agg(
                jsonb_build_object(
                    'detection_id', ranked.id,
                    'kind', ranked.kind,
                    'title', ranked.title,
                    'seniority_level', ranked.seniority_level,
                    'detected_at', ranked.detected_at
                )
                order by ranked.recency
            ) as detections
        from ranked
        where ranked.recency > 1
        group by ranked.community, ranked.user_id
    ),
    entries as (
        select
            row_number() over (order by ranked.detected_at desc, ranked.id desc) - 1 as place,
            ranked.seniority_level,
            ranked.kind,
            pathfinder.person_json(ranked.detection) || case
                when earlier.user_id is null then '{}'::jsonb
                else jsonb_build_object('also', earlier.detections)
            end as entry
        from ranked
        left join earlier using (community, user_id)
        where ranked.recency = 1
    ),
    totals as (
        select
            count(*) as total,
            jsonb_build_object(
                'total', count(*),
                'csuite', count(*) filter (where entries.seniority_level = 'csuite'),
                'vp', count(*) filter (where entries.seniority_level = 'vp'),
                'new', count(*) filter (where entries.kind = 'new'),
                'promotion', count(*) filter (where entries.kind = 'promotion')
            ) as counts
        from entries
    ),
    parts as (
        select
            entries.place / configured.digest_size + 1 as part,
            jsonb_agg(entries.entry order by entries.place) as people
        from entries
        group by part
        union all
        select 1, '[]'
        from totals
        where totals.total = 0 and announce_empty
    ),
    messages as (
        insert into public.digests (week_start, week_end, channel, part, parts, payload, created_at)
        select
            window_start,
            window_end,
            channels.name,
            parts.part,
            bundle.parts,
            jsonb_build_object(
                'channel', channels.name,
                'week_start', window_start,
                'week_end', window_end,
                'time_zone', configured.time_zone,
                'period', pathfinder.days_in_words(window_start, window_end, configured.time_zone),
                'part', parts.part,
                'parts', bundle.parts,
                'counts', totals.counts,
                'people', parts.people
            ),
            moment
        from totals
        cross join (select count(*) as parts from parts) as bundle
        cross join parts
        join public.channels
            on channels.name = any (recipients)
            and (totals.total > 0 or channels.config ->> 'send_empty' = 'true')
        order by channels.name, parts.part
        returning digests.id
    )
    select
        (select totals.total from totals),
        (select count(*) from taken),
        (select array_agg(messages.id order by messages.id) from messages)
    into people, found_in_window, built;

    perform pathfinder.enqueue(
        'digest',
        digests.channel,
        jsonb_build_object('digest_id', digests.id),
        'digest:' || digests.id,
        50,
        pathfinder.digest_run_at(digests)
    )
    from unnest(built) with ordinality as message (id, place)
    join public.digests using (id)
    order by message.place;

    return jsonb_build_object(
        'people', people,
        'detections', found_in_window,
        'digests', coalesce(cardinality(built), 0),
        'channels', cardinality(recipients)
    );
end
$$;
revoke all on function pathfinder.build_digest(timestamptz, timestamptz, timestamptz, boolean)
    from public, anon, authenticated, service_role;
comment on function pathfinder.build_digest(timestamptz, timestamptz, timestamptz, boolean) is
    'Builds the digest of everybody found before the end of a window and not yet in one, and queues its delivery.';
