-- Who was forgotten, as salted digests, to be kept outside the database: a backup that is restored knows nothing of
-- those who were forgotten after it was made. Without the salt no digest can be traced back.
-- Returns: {"salt", "digests": […]}, both in hexadecimal.
-- Example: select public.forgotten_list();
create or replace function pathfinder.forgotten_list()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'salt', encode(privacy_salt.salt, 'hex'),
        'digests', (
            select coalesce(jsonb_agg(encode(forgotten.digest, 'hex') order by forgotten.digest), '[]')
            from pathfinder.forgotten
        )
    )
    from pathfinder.privacy_salt
$$;

revoke all on function pathfinder.forgotten_list() from public, anon, authenticated, service_role;
grant execute on function pathfinder.forgotten_list() to service_role;

comment on function pathfinder.forgotten_list() is 'Who was forgotten, as salted digests.';

create or replace function public.forgotten_list()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.forgotten_list()
$$;

revoke all on function public.forgotten_list() from public, anon, authenticated, service_role;
grant execute on function public.forgotten_list() to service_role;

comment on function public.forgotten_list() is
    'Who was forgotten, as salted digests with their salt, to be kept outside the database.';
