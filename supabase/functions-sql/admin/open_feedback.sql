-- What the page behind a link in a message shows. The worker has checked the link's signature; whether it has run out
-- is judged here, by the database's clock.
-- Returns: {"channel", "username", "title", "company", "is_muted", "verdicts": those that wait for an editor}; null for
--   a link that is about nobody any more.
-- Example: select public.open_feedback('sales', 7, now() + interval '1 day');
create or replace function pathfinder.open_feedback(channel text, detection_id bigint, expires_at timestamptz)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'channel', open_feedback.channel,
        'username', subject.username,
        'title', coalesce(subject.title, subject.previous_title),
        'company', coalesce(subject.company, subject.previous_company),
        'is_muted', exists (
            select from public.mutes
            where mutes.channel = open_feedback.channel
                and mutes.community = subject.community
                and mutes.user_id = subject.user_id
                and mutes.by_feedback
        ),
        'verdicts', array(
            select feedback_proposals.verdict
            from public.feedback_proposals
            where feedback_proposals.channel = open_feedback.channel
                and feedback_proposals.community = subject.community
                and feedback_proposals.user_id = subject.user_id
                and feedback_proposals.status = 'open'
            order by feedback_proposals.verdict
        )
    )
    from pathfinder.feedback_subject(
        open_feedback.channel, open_feedback.detection_id, open_feedback.expires_at
    ) as subject
$$;

create or replace function public.open_feedback(channel text, detection_id bigint, expires_at timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.open_feedback(open_feedback.channel, open_feedback.detection_id, open_feedback.expires_at)
$$;

revoke all on function pathfinder.open_feedback(text, bigint, timestamptz)
    from public, anon, authenticated, service_role;
revoke all on function public.open_feedback(text, bigint, timestamptz) from public, anon, authenticated, service_role;
grant execute on function pathfinder.open_feedback(text, bigint, timestamptz) to service_role;
grant execute on function public.open_feedback(text, bigint, timestamptz) to service_role;

comment on function pathfinder.open_feedback(text, bigint, timestamptz) is 'What a link in a message shows.';
comment on function public.open_feedback(text, bigint, timestamptz) is
    'For the worker: what the page behind a link in a message shows.';
