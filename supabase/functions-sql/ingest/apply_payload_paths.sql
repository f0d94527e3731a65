-- Puts what a source's payload_paths find under the usual keys of a body, so that reading goes on as always.
--
-- {"user_id": ["user", "id"], "value": [["user", "title"], ["user", "headline"]], "event": ["$headers", "x-event"]}:
-- a path is a list of keys and indexes; the first of several that finds something counts; a path that begins with
-- $headers looks among the request's headers (lower case). What is not mapped is read from the usual keys.
-- Returns: the body with the keys added. Raises: nothing.
-- Example: select pathfinder.apply_payload_paths('{"user": {"id": 1}}', '{"user_id": ["user", "id"]}', '{}');
create or replace function pathfinder.apply_payload_paths(document jsonb, paths jsonb, headers jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
    select document || coalesce(
        jsonb_object_agg(usual.key, mapped.content) filter (where mapped.content is not null),
        '{}'
    )
    from jsonb_each(pathfinder.payload_attributes()) as attribute (name, key)
    cross join lateral (select attribute.key #>> '{}') as usual (key)
    cross join lateral (
        select found.content
        from jsonb_array_elements(
            case
                when jsonb_typeof(paths -> attribute.name -> 0) = 'array' then paths -> attribute.name
                else jsonb_build_array(paths -> attribute.name)
            end
        ) with ordinality as candidate (path, place)
        cross join lateral (
            select (document || jsonb_build_object('$headers', headers))
                #> array(select jsonb_array_elements_text(candidate.path))
        ) as found (content)
        where found.content is not null
        order by candidate.place
        limit 1
    ) as mapped
    where paths ? attribute.name
$$;

revoke all on function pathfinder.apply_payload_paths(jsonb, jsonb, jsonb)
    from public, anon, authenticated, service_role;

comment on function pathfinder.apply_payload_paths(jsonb, jsonb, jsonb) is
    'Puts what a source''s payload_paths find under the usual keys of a body.';
