-- Records that a member became an executive, or a vice president joined the C-suite, and announces it.
-- Returns: nothing. Raises: whatever announcing raises.
-- Example: select pathfinder.record_detection(person, 'new');
create or replace function pathfinder.record_detection(person public.user_state, kind text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    detection public.detections;
begin
    insert into public.detections (
        community, user_id, username, title, seniority_level, country, company, joined_at, kind, previous_level, matched_rule,
        rules_version, email_domain, profile_url
    )
    values (
        person.community, person.user_id, person.username, person.title, person.seniority_level, person.country,
        person.company, person.joined_at, record_detection.kind,
        case record_detection.kind when 'promotion' then 'vp' end, person.matched_rule, person.rules_version,
        person.email_domain, person.profile_url
    )
    returning * into detection;

    perform pathfinder.announce_detection(detection);
end
$$;

revoke all on function pathfinder.record_detection(public.user_state, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.record_detection(public.user_state, text) is
    'Records that a member became an executive, or joined the C-suite, and announces it.';
