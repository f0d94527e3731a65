-- Everything that is held about one person, to be handed to them.
-- Returns: {"user_id", "forgotten", "state", "set_aside", "joined_at", "history": as executive_history() gives it,
--   "detections": […], "events": […], "digests": [{"id", "channel", "week_end", "sent_at", "entry": null for whoever
--   stands behind the link}], "alerts": […], "reports": [{"month", "revision", "file_uri"}], "suppressions": […],
--   "corrections": [{"attribute", "stated", "value", "corrected_at"}], "mutes": […], "feedback": […]}.
-- Raises: 22023 without an id, or when the id is known in several communities and none is named.
-- Example: select public.export_user('2000');
create or replace function pathfinder.export_user(user_id text, community text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
    -- As forget_user() reads it: one that was pasted brings blanks along.
    member constant text := btrim(pathfinder.decode_text(export_user.user_id));
    home text;
begin
    if coalesce(btrim(member), '') = '' then
        raise exception 'export_user needs the id of a member'
            using errcode = '22023', hint = 'It is the user_id of user_state, detections and events_raw.';
    end if;
    home := pathfinder.the_community(export_user.community, member);
    return jsonb_build_object(
        'user_id', member,
        'forgotten', pathfinder.is_forgotten(home, member),
        'state', (
            select to_jsonb(user_state)
            from public.user_state
            where user_state.community = home and user_state.user_id = member
        ),
        'set_aside', (
            select to_jsonb(set_aside)
            from pathfinder.set_aside
            where set_aside.community = home and set_aside.user_id = member
        ),
        'history', pathfinder.executive_history(member, home),
        'suppressions', (
            select coalesce(jsonb_agg(to_jsonb(suppressions) order by suppressions.id), '[]')
            from public.suppressions
            where suppressions.kind = 'member' and suppressions.key = member and suppressions.community = home
        ),
        'mutes', (
            select coalesce(jsonb_agg(to_jsonb(mutes) order by mutes.channel), '[]')
            from public.mutes
            where mutes.community = home and mutes.user_id = member
        ),
        'feedback', (
            select coalesce(jsonb_agg(to_jsonb(feedback_proposals) order by feedback_proposals.id), '[]')
            from public.feedback_proposals
            where feedback_proposals.community = home and feedback_proposals.user_id = member
        ),
        'corrections', (
            select coalesce(
                jsonb_agg(to_jsonb(corrections) - '{community,user_id}'::text[] order by corrections.attribute), '[]'
            )
            from pathfinder.corrections
            where corrections.community = home and corrections.user_id = member
        ),
        'joined_at', (
            select registrations.joined_at
            from pathfinder.registrations
            where registrations.community = home and registrations.user_id = member
        ),
        'detections', (
            select coalesce(jsonb_agg(to_jsonb(detections) order by detections.id), '[]')
            from public.detections
            where detections.community = home and detections.user_id = member
        ),
        'events', (
            select coalesce(jsonb_agg(to_jsonb(events_raw) order by events_raw.id), '[]')
            from public.events_raw
            where events_raw.community = home and events_raw.user_id = member
        ),
        'digests', (
            select coalesce(
                jsonb_agg(
                    jsonb_build_object(
                        'id', digests.id,
                        'channel', digests.channel,
                        'week_end', digests.week_end,
                        'sent_at', digests.sent_at,
                        'entry', entry.person
                    )
                    order by digests.id
                ),
                '[]'
            )
            from public.digests
            cross join public.settings
            left join lateral jsonb_array_elements(digests.payload -> 'people') as entry (person)
                on entry.person @> jsonb_build_object('community', home, 'user_id', member)
            where entry.person is not null
                or digests.parts = digests.part and digests.payload -> 'digest_id' in (
                    select to_jsonb(digest_ledger.digest_id)
                    from public.detections
                    join pathfinder.digest_ledger on digest_ledger.detection_id = detections.id
                    where detections.community = home and detections.user_id = member
                        and digest_ledger.outcome = 'told'
                        and digest_ledger.place > jsonb_array_length(digests.payload -> 'people')
                            + (digests.parts - 1) * settings.digest_size
                )
        ),
        'alerts', (
            select coalesce(
                jsonb_agg(
                    jsonb_build_object(
                        'detection_id', alerts.detection_id,
                        'channel', alerts.channel,
                        'queued_at', alerts.queued_at,
                        'sent_at', outbox.finished_at
                    )
                    order by alerts.detection_id, alerts.channel
                ),
                '[]'
            )
            from pathfinder.alerts
            join public.detections on detections.id = alerts.detection_id
            left join public.outbox on outbox.id = alerts.job_id and outbox.status = 'done'
            where detections.community = home and detections.user_id = member
        ),
        'reports', (
            select coalesce(
                jsonb_agg(
                    distinct jsonb_build_object(
                        'month', report.month_label, 'revision', report.revision, 'file_uri', report.file_uri
                    )
                ),
                '[]'
            )
            from public.detections
            join public.reports as first_report on first_report.id = detections.report_id
            join public.reports as report
                on report.month_label = first_report.month_label and report.revision >= first_report.revision
            where detections.community = home and detections.user_id = member
        )
    );
end
$$;

revoke all on function pathfinder.export_user(text, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.export_user(text, text) to service_role;

comment on function pathfinder.export_user(text, text) is 'Everything that is held about one person.';

create or replace function public.export_user(user_id text, community text default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.export_user(user_id, community)
$$;

revoke all on function public.export_user(text, text) from public, anon, authenticated, service_role;
grant execute on function public.export_user(text, text) to service_role;

comment on function public.export_user(text, text) is 'Everything that is held about one person, to be handed to them.';
