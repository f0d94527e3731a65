-- Adds an executive of a backfill, or completes one who is known where something is missing. What is known already,
-- and what a retained webhook said about the title, is newer. The member is locked.
-- Returns: added, known (completed or not), newer, or none for whoever is suppressed or was forgotten.
-- Example: select pathfinder.add_known_executive(executive, false);
create or replace function pathfinder.add_known_executive(executive public.user_state, announce boolean)
returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
    known public.user_state;
    person public.user_state;
begin
    if pathfinder.is_forgotten(executive.community, executive.user_id) then
        return 'none';
    end if;
    perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
    known := pathfinder.known_executive(executive.community, executive.user_id);
    if known.user_id is null then
        if exists (
            select from pathfinder.set_aside
            where set_aside.community = executive.community and set_aside.user_id = executive.user_id
        ) then
            return 'none';
        elsif exists (
            select from public.events_raw
            where events_raw.community = executive.community
                and events_raw.user_id = executive.user_id
                and events_raw.attribute = 'title'
        ) then
            return 'newer';
        end if;
        return case
            when pathfinder.settle_executive(null, executive, 'backfill', announce) is null then 'none'
            else 'added'
        end;
    end if;

    person := known;
    person.username := coalesce(known.username, executive.username);
    person.company := coalesce(known.company, executive.company);
    person.country := coalesce(known.country, executive.country);
    person.department := coalesce(known.department, executive.department);
    person.email_domain := coalesce(known.email_domain, executive.email_domain);
    person.profile_url := coalesce(known.profile_url, executive.profile_url);
    person.joined_at := least(known.joined_at, executive.joined_at);
    if person is distinct from known then
        if pathfinder.settle_executive(known, person, 'backfill', announce) is null then
            return 'none';
        end if;
    end if;
    return 'known';
end
$$;

revoke all on function pathfinder.add_known_executive(public.user_state, boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.add_known_executive(public.user_state, boolean) is
    'Adds an executive of a backfill, or completes one who is known.';
