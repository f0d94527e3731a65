-- Builds a channel's digest up to a cut-off: the difference for each member between the cut-off before and this one,
-- of the changes that no digest of the channel has covered yet (a late transaction's too). Each of them is entered
-- into the ledger, whatever becomes of it. The first settings.digest_messages messages of digest_size people are
-- stored and queued; all others stand behind the link (digest_people), and are counted. An empty digest goes, if
-- announce_empty, to a channel whose config says {"send_empty": true}.
-- Returns: {"people": n, "messages": n, "period_start"}.
-- Example: select pathfinder.build_digest(channels, now(), now(), true) from public.channels where name = 'sales';
create or replace function pathfinder.build_digest(
    channel public.channels,
    cut_off timestamptz,
    moment timestamptz,
    announce_empty boolean
)
returns jsonb
language plpgsql
volatile
set search_path = ''
set jit = off
set timezone = 'UTC'
as $$
declare
    configured public.settings;
    began constant timestamptz
        := (select min(known.cut_off) from pathfinder.digest_cut_offs as known where known.channel = channel.name);
    window_start constant timestamptz := pathfinder.digest_window_start(channel.name);
    first_id constant bigint := nextval(pg_get_serial_sequence('public.digests', 'id'));
    changes bigint[];
    people integer;
    messages integer;
begin
    select * into strict configured from public.settings;
    changes := array(
        select detections.id
        from public.detections
        where detections.is_told
            and detections.detected_at >= began
            and detections.detected_at < build_digest.cut_off
            and not exists (
                select from pathfinder.digest_ledger
                where digest_ledger.channel = build_digest.channel.name and digest_ledger.detection_id = detections.id
            )
    );

    insert into pathfinder.digest_ledger (channel, detection_id, outcome, digest_id, place, kind, latest_id)
    select
        channel.name,
        detections.id,
        case when detections.id < (told.change).detection_id and told.outcome = 'told' then 'merged' else told.outcome end,
        case when told.outcome = 'told' then first_id end,
        case when detections.id = (told.change).detection_id then told.place end,
        (told.change).kind,
        case when detections.id = (told.change).detection_id and told.outcome = 'told' then (told.change).latest_id end
    from pathfinder.told_changes(changes, channel.name, 'digest', cut_off) as told
    join public.detections
        on detections.community = (told.change).community and detections.user_id = (told.change).user_id
    where detections.id = any (changes);

    update public.detections
    set included_in_digest = true
    where detections.id = any (changes) and not detections.included_in_digest;

    select count(*) into people
    from pathfinder.digest_ledger
    where digest_ledger.digest_id = first_id and digest_ledger.outcome = 'told';
    messages := least(ceil(people::numeric / configured.digest_size), configured.digest_messages);
    if people = 0 and announce_empty and channel.config ->> 'send_empty' = 'true' then
        messages := 1;
    end if;

    insert into public.digests (id, week_start, week_end, channel, part, parts, payload, created_at)
    select
        case when part = 1 then first_id else nextval(pg_get_serial_sequence('public.digests', 'id')) end,
        window_start,
        cut_off,
        channel.name,
        part,
        messages,
        pathfinder.digest_payload(first_id, channel, window_start, cut_off) || jsonb_build_object(
            'part', part,
            'parts', messages,
            'people', coalesce(
                (
                    select jsonb_agg(page.person order by page.place)
                    from pathfinder.digest_page(
                        first_id,
                        array(
                            select digest_ledger.detection_id
                            from pathfinder.digest_ledger
                            where digest_ledger.digest_id = first_id
                                and digest_ledger.place > (part - 1) * configured.digest_size
                                and digest_ledger.place <= part * configured.digest_size
                        )
                    ) as page
                ),
                '[]'
            ),
            'rest', greatest(people - messages * configured.digest_size, 0)
        ),
        moment
    from generate_series(1, messages) as part;

    perform pathfinder.enqueue(
        'digest',
        digests.channel,
        jsonb_build_object('digest_id', digests.id),
        'digest:' || digests.id,
        50,
        pathfinder.digest_run_at(digests)
    )
    from public.digests
    where digests.channel = build_digest.channel.name
        and digests.week_end = build_digest.cut_off
        and digests.id >= first_id
    order by digests.part;

    insert into pathfinder.digest_cut_offs (channel, cut_off, people)
    values (channel.name, cut_off, people)
    on conflict on constraint digest_cut_offs_pkey do update
    set people = coalesce(digest_cut_offs.people, 0) + excluded.people;
    return jsonb_build_object('people', people, 'messages', messages, 'period_start', window_start);
end
$$;

revoke all on function pathfinder.build_digest(public.channels, timestamptz, timestamptz, boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.build_digest(public.channels, timestamptz, timestamptz, boolean) is
    'Builds a channel''s digest up to a cut-off, and queues its delivery.';
