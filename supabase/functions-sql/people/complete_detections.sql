-- Brings the detections of an executive that no digest has shown yet up to date, so that the digest is complete.
--
-- What was detected (title, level, rule) stays as it was.
-- Returns: nothing. Raises: nothing.
-- Example: select pathfinder.complete_detections(user_state) from public.user_state where user_id = '2000';
create or replace function pathfinder.complete_detections(person public.user_state)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    update public.detections as detection
    set username = person.username,
        company = person.company,
        country = person.country,
        joined_at = person.joined_at
    where detection.community = person.community
        and detection.user_id = person.user_id
        and not detection.included_in_digest
        and (detection.username, detection.company, detection.country, detection.joined_at)
            is distinct from (person.username, person.company, person.country, person.joined_at);
end
$$;

revoke all on function pathfinder.complete_detections(public.user_state) from public, anon, authenticated, service_role;

comment on function pathfinder.complete_detections(public.user_state) is
    'Brings the detections of an executive that no digest has shown yet up to date.';
