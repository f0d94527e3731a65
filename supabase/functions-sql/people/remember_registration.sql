-- Remembers when a member joined, so that a later detection can say so. The earliest time known counts.
-- Returns: nothing.
-- Example: select pathfinder.remember_registration('main', '2000', '2019-10-10T16:07:21+02:00');
create or replace function pathfinder.remember_registration(community text, user_id text, joined_at timestamptz)
returns void
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_column
begin
    insert into pathfinder.registrations as known (community, user_id, joined_at)
    values (remember_registration.community, remember_registration.user_id, remember_registration.joined_at)
    on conflict (community, user_id) do update
    set joined_at = excluded.joined_at
    where known.joined_at > excluded.joined_at;
end
$$;

revoke all on function pathfinder.remember_registration(text, text, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.remember_registration(text, text, timestamptz) is
    'Remembers when a member joined, so that a later detection can say so.';
