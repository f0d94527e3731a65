-- Stores an executive in user_state, anew or in place of what was known.
-- Returns: nothing. Raises: nothing of its own.
-- Example: select pathfinder.keep_executive(person);
create or replace function pathfinder.keep_executive(person public.user_state)
returns void
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
        country = excluded.country,
        company = excluded.company,
        joined_at = excluded.joined_at,
        last_seen_at = excluded.last_seen_at,
        title_occurred_at = excluded.title_occurred_at,
        rules_version = excluded.rules_version,
        matched_rule = excluded.matched_rule;
end
$$;

revoke all on function pathfinder.keep_executive(public.user_state) from public, anon, authenticated, service_role;

comment on function pathfinder.keep_executive(public.user_state) is
    'Stores an executive in user_state, anew or in place of what was known.';
