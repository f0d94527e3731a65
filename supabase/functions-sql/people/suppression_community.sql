-- The community in which a suppression holds. A member is one in a community; a domain or a company may hold in all.
-- Returns: its name; null for all.
-- Raises: 22023 that names the communities, when there is none of that name, or several could be meant.
-- Example: select pathfinder.suppression_community('company', 'acme', null);
create or replace function pathfinder.suppression_community(kind text, key text, community text)
returns text
language sql
stable
set search_path = ''
as $$
    select case
        when suppression_community.kind = 'member'
            then pathfinder.the_community(nullif(btrim(suppression_community.community), ''), suppression_community.key)
        when btrim(suppression_community.community) <> ''
            then pathfinder.the_community(btrim(suppression_community.community))
    end
$$;

revoke all on function pathfinder.suppression_community(text, text, text)
from public, anon, authenticated, service_role;

comment on function pathfinder.suppression_community(text, text, text) is 'The community in which a suppression holds.';
