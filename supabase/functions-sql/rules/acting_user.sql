-- Who is behind the current statement, as far as the database can know: the e-mail or id in the API's token, or else
-- the role that was set, or else the one that logged in. (current_user would name the owner of the function that
-- asks.)
-- Returns: text.
-- Example: select pathfinder.acting_user();
create or replace function pathfinder.acting_user()
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
    claims jsonb;
begin
    begin
        claims := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
    exception
        when invalid_text_representation then
            claims := null;
    end;
    return coalesce(
        claims ->> 'email', claims ->> 'sub', claims ->> 'role',
        nullif(current_setting('role', true), 'none'), session_user
    );
end
$$;

revoke all on function pathfinder.acting_user() from public, anon, authenticated, service_role;

comment on function pathfinder.acting_user() is 'Who is behind the current statement: from the API''s token, or the role.';
