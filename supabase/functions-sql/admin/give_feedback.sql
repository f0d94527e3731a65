-- What a button behind a link in a message does. not_executive and already_known mute the person for the link's
-- channel, and nothing else is in force by it; each verdict leaves one proposal, which waits for an editor. undo takes
-- back what this channel's links did, as far as nobody has decided about it. Pressed twice, a button does nothing more.
-- Returns: as open_feedback() afterwards; null for a link that is about nobody any more.
-- Raises: 22023 for another verdict.
-- Example: select public.give_feedback('sales', 7, now() + interval '1 day', 'already_known');
create or replace function pathfinder.give_feedback(
    channel text, detection_id bigint, expires_at timestamptz, verdict text
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
    subject public.detections;
    is_news boolean;
begin
    if give_feedback.verdict not in ('not_executive', 'already_known', 'wrong_company', 'undo') then
        raise exception '"%" is no feedback', left(give_feedback.verdict, 40)
            using errcode = '22023', hint = 'Say not_executive, already_known, wrong_company or undo.';
    end if;
    select * into subject
    from pathfinder.feedback_subject(give_feedback.channel, give_feedback.detection_id, give_feedback.expires_at);
    if not found then
        return null;
    end if;
    perform pathfinder.lock_member(subject.community, subject.user_id);
    -- Whoever was forgotten while this waited stays so.
    perform
    from pathfinder.feedback_subject(give_feedback.channel, give_feedback.detection_id, give_feedback.expires_at);
    if not found then
        return null;
    end if;

    if give_feedback.verdict = 'undo' then
        delete from public.mutes
        where mutes.channel = give_feedback.channel
            and mutes.community = subject.community
            and mutes.user_id = subject.user_id
            and mutes.by_feedback;
        is_news := found;
        -- One that is just being accepted is decided; to accept it may wait for this member.
        delete from public.feedback_proposals
        where feedback_proposals.id in (
            select waiting.id
            from public.feedback_proposals as waiting
            where waiting.channel = give_feedback.channel
                and waiting.community = subject.community
                and waiting.user_id = subject.user_id
                and waiting.status = 'open'
            for update skip locked
        );
        is_news := is_news or found;
    else
        insert into public.feedback_proposals (channel, community, user_id, verdict, title, company)
        values (
            give_feedback.channel, subject.community, subject.user_id, give_feedback.verdict,
            coalesce(subject.title, subject.previous_title), coalesce(subject.company, subject.previous_company)
        )
        on conflict do nothing;
        is_news := found;
        if give_feedback.verdict <> 'wrong_company' then
            insert into public.mutes (channel, community, user_id, reason, by_feedback)
            values (
                give_feedback.channel, subject.community, subject.user_id,
                replace(give_feedback.verdict, '_', ' '), true
            )
            on conflict on constraint mutes_pkey do nothing;
            is_news := is_news or found;
        end if;
    end if;
    if is_news then
        perform pathfinder.write_audit(
            'feedback', give_feedback.verdict, jsonb_build_object('channel', give_feedback.channel)
        );
    end if;
    return pathfinder.open_feedback(give_feedback.channel, give_feedback.detection_id, give_feedback.expires_at);
end
$$;

create or replace function public.give_feedback(
    channel text, detection_id bigint, expires_at timestamptz, verdict text
)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.give_feedback(
        give_feedback.channel, give_feedback.detection_id, give_feedback.expires_at, give_feedback.verdict
    )
$$;

revoke all on function pathfinder.give_feedback(text, bigint, timestamptz, text)
    from public, anon, authenticated, service_role;
revoke all on function public.give_feedback(text, bigint, timestamptz, text)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.give_feedback(text, bigint, timestamptz, text) to service_role;
grant execute on function public.give_feedback(text, bigint, timestamptz, text) to service_role;

comment on function pathfinder.give_feedback(text, bigint, timestamptz, text) is
    'What a button behind a link in a message does.';
comment on function public.give_feedback(text, bigint, timestamptz, text) is
    'For the worker: what a button behind a link in a message does.';
