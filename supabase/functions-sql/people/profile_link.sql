-- Where a member's page is: by the template, else what the community's API said.
-- Returns: text; null where neither says.
-- Example: select pathfinder.profile_link('2000', 'Ada', null, 'https://community.example.com/users/{user_id}');
create or replace function pathfinder.profile_link(user_id text, username text, otherwise text, template text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
    if template is null or template like '%{username}%' and coalesce(btrim(username), '') = '' then
        return nullif(btrim(otherwise), '');
    end if;
    return replace(
        replace(template, '{user_id}', pathfinder.encode_uri_part(user_id)),
        '{username}',
        coalesce(pathfinder.encode_uri_part(btrim(username)), '')
    );
end
$$;

revoke all on function pathfinder.profile_link(text, text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.profile_link(text, text, text, text) is 'Where a member''s page is.';
