-- Completes a person with what the community's API said, wherever something is missing: in the state, in the
-- detection, and in digests that are not sent yet. Known values stay. What was said is not kept with the job. Whoever
-- turns out to be suppressed is taken back. Digests that waited for this go.
-- Returns: nothing.
-- Example: select pathfinder.apply_enrichment(outbox) from public.outbox where id = 7;
create or replace function pathfinder.apply_enrichment(job public.outbox)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    home text := coalesce(job.payload ->> 'community', 'main');
    member text := job.payload ->> 'user_id';
    told jsonb := coalesce(nullif(job.result -> 'person', 'null'), '{}');
    known public.user_state;
    person public.user_state;
    waiting record;
begin
    perform pathfinder.lock_member(home, member);
    update public.outbox set result = outbox.result - 'person' where outbox.id = job.id;

    perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
    known := pathfinder.known_executive(home, member);
    if known.user_id is null then
        return;
    end if;
    -- An editor may have corrected just what it says.
    person := pathfinder.corrected(jsonb_populate_record(known, told));
    told := jsonb_strip_nulls(told || jsonb_build_object('company', person.company, 'country', person.country));
    person := known;
    person.company := coalesce(nullif(btrim(known.company), ''), told ->> 'company');
    person.country := coalesce(nullif(btrim(known.country), ''), told ->> 'country');
    person.joined_at := coalesce(known.joined_at, (told ->> 'joined_at')::timestamptz);
    person.email_domain := coalesce(nullif(btrim(known.email_domain), ''), told ->> 'email_domain');
    person.profile_url := coalesce(nullif(btrim(known.profile_url), ''), told ->> 'profile_url');
    if pathfinder.settle_executive(known, person, 'enrichment', false) is null then
        return;
    end if;

    update public.detections
    set company = coalesce(nullif(btrim(detections.company), ''), told ->> 'company'),
        country = coalesce(nullif(btrim(detections.country), ''), told ->> 'country'),
        joined_at = coalesce(detections.joined_at, (told ->> 'joined_at')::timestamptz),
        email_domain = coalesce(nullif(btrim(detections.email_domain), ''), told ->> 'email_domain'),
        profile_url = coalesce(nullif(btrim(detections.profile_url), ''), told ->> 'profile_url')
    where detections.community = home
        and detections.user_id = member
        -- What they were before they left is another story.
        and not exists (
            select
            from public.detections as departure
            where departure.community = home
                and departure.user_id = member
                and departure.kind = 'left'
                and departure.id >= detections.id
        )
        and (
            detections.id = (job.payload ->> 'detection_id')::bigint
            or not exists (
                select from pathfinder.digest_ledger where digest_ledger.detection_id = detections.id
            )
        );

    for waiting in
        select digests.id
        from public.digests
        where not digests.sent
            and digests.payload -> 'people' @> jsonb_build_array(
                jsonb_build_object('community', home, 'user_id', member)
            )
        order by digests.id
    loop
        update public.digests
        set payload = jsonb_set(
            digests.payload,
            '{people}',
            (
                select jsonb_agg(
                    case when entry.person @> jsonb_build_object('community', home, 'user_id', member) then
                        entry.person || coalesce(
                            (
                                select jsonb_object_agg(fact.key, fact.value)
                                from jsonb_each(told) as fact
                                where coalesce(btrim(entry.person ->> fact.key), '') = ''
                            ),
                            '{}'
                        )
                    else entry.person end
                    order by entry.place
                )
                from jsonb_array_elements(digests.payload -> 'people') with ordinality as entry (person, place)
            )
        )
        where digests.id = waiting.id;

        update public.outbox
        set run_at = now()
        from public.digests
        where outbox.dedupe_key = 'digest:' || waiting.id
            and outbox.status = 'pending'
            and outbox.attempts = 0
            and outbox.run_at > now()
            and digests.id = waiting.id
            and pathfinder.digest_run_at(digests) <= now();
    end loop;
end
$$;

revoke all on function pathfinder.apply_enrichment(public.outbox) from public, anon, authenticated, service_role;

comment on function pathfinder.apply_enrichment(public.outbox) is
    'Completes a person with what the community''s API said, and lets digests go that waited for it.';
