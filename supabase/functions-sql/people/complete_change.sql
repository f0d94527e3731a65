-- Brings a member's newest change up to date with what they are: a digest that is still to come tells that.
-- Returns: nothing.
-- Example: select pathfinder.complete_change(user_state) from public.user_state where user_id = '2000';
create or replace function pathfinder.complete_change(person public.user_state)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    update public.detections
    set username = person.username,
        title = person.title,
        functions = person.functions,
        company = person.company,
        country = person.country,
        joined_at = person.joined_at,
        email_domain = person.email_domain,
        profile_url = person.profile_url
    where detections.id = (
            select max(newest.id)
            from public.detections as newest
            where newest.community = person.community and newest.user_id = person.user_id
        )
        and (
            detections.username, detections.title, detections.functions, detections.company, detections.country,
            detections.joined_at, detections.email_domain, detections.profile_url
        ) is distinct from (
            person.username, person.title, person.functions, person.company, person.country, person.joined_at,
            person.email_domain, person.profile_url
        );
end
$$;

revoke all on function pathfinder.complete_change(public.user_state) from public, anon, authenticated, service_role;

comment on function pathfinder.complete_change(public.user_state) is
    'Brings a member''s newest change up to date.';
