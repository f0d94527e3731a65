-- Who is behind the current statement, as far as the database can know: the person whom the dashboard names in a
-- header, which counts only together with the secret key; or the e-mail or id in the API's token; or else the role
-- that was set, or the one that logged in. (current_user would name the owner of the function that asks.)
-- Returns: the name.
-- Example: select pathfinder.acting_user();
create or replace function pathfinder.acting_user()
returns text
language sql
stable
set search_path = ''
as $$
    select coalesce(
        case
            when coalesce(claims ->> 'role', current_setting('role', true)) = 'service_role'
                then left(nullif(btrim(headers ->> 'x-captpathfinder-actor'), ''), 300)
        end,
        claims ->> 'email', claims ->> 'sub', claims ->> 'role',
        nullif(current_setting('role', true), 'none'), session_user
    )
    from (
        select
            pathfinder.parse_json(current_setting('request.jwt.claims', true)) as claims,
            pathfinder.parse_json(current_setting('request.headers', true)) as headers
    ) as request
$$;

revoke all on function pathfinder.acting_user() from public, anon, authenticated, service_role;

comment on function pathfinder.acting_user() is
    'Who is behind the current statement: the dashboard''s person, the API''s token, or the role.';
