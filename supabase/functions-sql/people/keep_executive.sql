-- Stores an executive in user_state, anew or in place of what was known.
-- Returns: the row, with the country and the account that were found for it.
-- Example: select (pathfinder.keep_executive(person)).account_id;
create or replace function pathfinder.keep_executive(person public.user_state)
returns public.user_state
language plpgsql
volatile
set search_path = ''
as $$
begin
    insert into public.user_state as known
    values (person.*)
    on conflict (community, user_id) do update
    set username = excluded.username,
        title = excluded.title,
        seniority_level = excluded.seniority_level,
        functions = excluded.functions,
        country = excluded.country,
        company = excluded.company,
        department = excluded.department,
        joined_at = excluded.joined_at,
        last_seen_at = excluded.last_seen_at,
        title_occurred_at = excluded.title_occurred_at,
        title_field = excluded.title_field,
        rules_version = excluded.rules_version,
        matched_rule = excluded.matched_rule,
        email_domain = excluded.email_domain,
        profile_url = excluded.profile_url
    returning known.* into person;
    return person;
end
$$;

revoke all on function pathfinder.keep_executive(public.user_state) from public, anon, authenticated, service_role;

comment on function pathfinder.keep_executive(public.user_state) is
    'Stores an executive in user_state, anew or in place of what was known.';
