-- Erases a person, for good: from the state, detections, webhooks, digests, jobs, their errors, and reports, whose
-- files are made anew without them. What remains is a salted digest of the id, so that the person is not announced
-- again. Numbers follow: those of the person's digests and reports become smaller. A report whose month
-- detection_retention has begun to delete keeps its numbers. Backups are beyond reach, and so are sent messages.
-- Returns: what was erased, {"user_state": n, "detections": n, "events": n, "digests": n, "jobs": n, "reports": n},
--   and "sent": the messages that cannot be called back, [{"kind", "channel", "sent_at", "part", "parts", "is_named"}];
--   those that do not name the person are of a digest whose full list did.
-- Raises: 22023 without an id, or when the id is known in several communities and none is named.
-- Example: select public.forget_user('2000');
create or replace function pathfinder.forget_user(user_id text, community text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
    -- An id that was pasted brings blanks along, as one in a webhook may.
    member constant text := btrim(pathfinder.decode_text(forget_user.user_id));
    home text;
    words text[];
    recounted integer;
    states integer;
    found integer;
    events integer;
    sent integer;
    jobs integer;
    messages jsonb;
begin
    if coalesce(btrim(member), '') = '' then
        raise exception 'forget_user needs the id of a member'
            using errcode = '22023', hint = 'It is the user_id of user_state, detections and events_raw.';
    end if;
    home := pathfinder.the_community(forget_user.community, member);
    -- The same order as the tick's: no digest or report is built, and no webhook of the member applied, meanwhile.
    perform pg_advisory_xact_lock(pathfinder.schedule_lock());
    perform pathfinder.lock_member(home, member);
    insert into pathfinder.forgotten (digest)
    values (pathfinder.forgotten_digest(home, member))
    on conflict do nothing;

    messages := pathfinder.messages_about(home, member);
    update public.reports
    set is_outdated = true
    from pathfinder.report_people
    join public.reports as first_report on first_report.id = report_people.report_id
    where report_people.digest = pathfinder.forgotten_digest(home, member)
        and reports.month_label = first_report.month_label
        and reports.revision >= first_report.revision;
    delete from pathfinder.report_people
    where report_people.digest = pathfinder.forgotten_digest(home, member);

    select array_agg(distinct known.word) into words
    from (
        select member
        union all
        select unnest(array[username, title]) from public.user_state
        where user_state.community = home and user_state.user_id = member
        union all
        select unnest(array[username, title, previous_title]) from public.detections
        where detections.community = home and detections.user_id = member
        union all
        select unnest(array[username, case when attribute = 'title' then value end]) from public.events_raw
        where events_raw.community = home and events_raw.user_id = member
    ) as known (word)
    -- What is shorter stands in anything.
    where length(known.word) >= 6;
    perform set_config('pathfinder.forgetting', 'yes', true);
    delete from public.suppressions
    where suppressions.kind = 'member' and suppressions.key = member and suppressions.community = home;
    perform set_config('pathfinder.forgetting', '', true);
    delete from public.user_state where user_state.community = home and user_state.user_id = member;
    get diagnostics states = row_count;
    delete from pathfinder.set_aside where set_aside.community = home and set_aside.user_id = member;
    delete from pathfinder.corrections where corrections.community = home and corrections.user_id = member;
    delete from public.events_raw where events_raw.community = home and events_raw.user_id = member;
    get diagnostics events = row_count;
    delete from pathfinder.registrations
    where registrations.community = home and registrations.user_id = member;
    delete from public.outbox
    where outbox.kind = 'enrichment'
        and outbox.payload @> jsonb_build_object('community', home, 'user_id', member);
    get diagnostics jobs = row_count;
    sent := pathfinder.erase_from_digests(home, member);
    found := pathfinder.take_back(home, member);
    delete from public.mutes where mutes.community = home and mutes.user_id = member;
    delete from public.feedback_proposals
    where feedback_proposals.community = home and feedback_proposals.user_id = member;
    if states > 0 or found > 0 then
        perform pathfinder.publish_event(
            'executive.forgotten',
            jsonb_build_object('member', jsonb_build_object('community', home, 'user_id', member)),
            clock_timestamp()::text
        );
    end if;
    perform pathfinder.erase_from_errors(words);
    recounted := pathfinder.recount_reports();
    perform pathfinder.write_audit('people', 'forget', '{}');
    return jsonb_build_object(
        'user_state', states,
        'detections', found,
        'events', events,
        'digests', sent,
        'jobs', jobs,
        'reports', recounted,
        'sent', messages
    );
end
$$;

revoke all on function pathfinder.forget_user(text, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.forget_user(text, text) to service_role;

comment on function pathfinder.forget_user(text, text) is 'Erases a person for good.';

create or replace function public.forget_user(user_id text, community text default null)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.forget_user(user_id, community)
$$;

revoke all on function public.forget_user(text, text) from public, anon, authenticated, service_role;
grant execute on function public.forget_user(text, text) to service_role;

comment on function public.forget_user(text, text) is
    'Erases a person for good; only a salted digest of the id remains, so that the person is not announced again.';
