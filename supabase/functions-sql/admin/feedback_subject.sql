-- Whom a link in a message is about. A link that has run out, or whose channel or person is gone, is about nobody.
-- Returns: the change that the message told, or no row.
-- Example: select * from pathfinder.feedback_subject('sales', 7, now() + interval '1 day');
create or replace function pathfinder.feedback_subject(channel text, detection_id bigint, expires_at timestamptz)
returns setof public.detections
language sql
stable
rows 1
set search_path = ''
as $$
    select detections.*
    from public.detections
    join public.channels on channels.name = feedback_subject.channel
    where detections.id = feedback_subject.detection_id
        and feedback_subject.expires_at > clock_timestamp()
        and not pathfinder.is_forgotten(detections.community, detections.user_id)
$$;

revoke all on function pathfinder.feedback_subject(text, bigint, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.feedback_subject(text, bigint, timestamptz) is 'Whom a link in a message is about.';
