-- Gives the community that a call means: the one it names, the only one, or the only one in which the member is known.
-- Returns: its name.
-- Raises: 22023 that names the communities, when there is none of that name, or when several could be meant.
-- Example: select pathfinder.the_community(null);  -- main
create or replace function pathfinder.the_community(community text, user_id text default null)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
    possible text[] := pathfinder.communities();
    homes text[];
begin
    if community is not null then
        if community <> all (possible) then
            raise exception 'there is no community "%"', community
                using errcode = '22023', hint = format('The communities are: %s.', array_to_string(possible, ', '));
        end if;
        return community;
    end if;
    if cardinality(possible) > 1 and user_id is not null then
        homes := array(
            select home.name from unnest(possible) as home (name) where pathfinder.is_member(home.name, user_id)
        );
        if cardinality(homes) > 0 then
            possible := homes;
        end if;
    end if;
    if cardinality(possible) > 1 then
        raise exception 'there are several communities: %', array_to_string(possible, ', ')
            using errcode = '22023', hint = 'Say which one is meant, as the argument community.';
    end if;
    return possible[1];
end
$$;

revoke all on function pathfinder.the_community(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.the_community(text, text) is
    'The community that a call means: named, the only one, or the only one in which the member is known.';
