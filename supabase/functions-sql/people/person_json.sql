-- A detected person as messages carry them.
-- Returns: {"detection_id", "community", "user_id", "username", "title", "seniority_level", "company", "country", "joined_at",
--   "detected_at", "kind", "why", "alerted_at", "email_domain", "profile_url"}
-- Example: select pathfinder.person_json(detections) from public.detections limit 1;
create or replace function pathfinder.person_json(detection public.detections)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'detection_id', detection.id,
        'community', detection.community,
        'user_id', detection.user_id,
        'username', detection.username,
        'title', detection.title,
        'seniority_level', detection.seniority_level,
        'company', detection.company,
        'country', detection.country,
        'joined_at', detection.joined_at,
        'detected_at', detection.detected_at,
        'kind', detection.kind,
        'why', detection.matched_rule,
        'alerted_at', detection.alerted_at,
        'email_domain', detection.email_domain,
        'profile_url', detection.profile_url
    )
$$;

revoke all on function pathfinder.person_json(public.detections) from public, anon, authenticated, service_role;

comment on function pathfinder.person_json(public.detections) is 'A detected person as messages carry them.';
