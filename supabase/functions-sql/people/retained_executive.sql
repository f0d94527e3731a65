-- Describes a member who is no executive by what retained_member() goes by, unless they are suppressed, or put aside.
-- Returns: a row for user_state, without a level; null where there is nothing to go by.
-- Example: select (pathfinder.retained_executive('main', '2000')).title;
create or replace function pathfinder.retained_executive(community text, user_id text)
returns public.user_state
language sql
stable
set search_path = ''
as $$
    select retained.*
    from pathfinder.retained_member(retained_executive.community, retained_executive.user_id) as retained
    where retained.user_id is not null
        and not exists (
            select from pathfinder.set_aside
            where set_aside.community = retained.community and set_aside.user_id = retained.user_id
        )
        and pathfinder.suppressed_until(
            retained.community, retained.user_id, retained.email_domain, retained.company
        ) is null
$$;

revoke all on function pathfinder.retained_executive(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.retained_executive(text, text) is
    'Describes a member who is no executive, nor suppressed, by the last webhook about the title.';
