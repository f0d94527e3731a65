-- Puts what a source's payload_paths find under the usual keys of a body, so that reading goes on as always.
-- {"user_id": ["user", "id"], "value": [["user", "title"], ["user", "headline"]], "event": ["$headers", "x-event"]}: a
-- path is a list of keys and indexes; the first of several that finds something filled counts, and before the usual
-- keys; one that begins with $headers looks among the request's headers (lower case). What finds nothing changes
-- nothing.
-- Returns: the body with the keys added.
-- Example: select pathfinder.apply_payload_paths('{"user": {"id": 1}}', '{"user_id": ["user", "id"]}', '{}');
create or replace function pathfinder.apply_payload_paths(document jsonb, paths jsonb, headers jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
    return (
        select document || coalesce(
            -- Stated to be empty is something else than not stated.
            jsonb_object_agg(attribute.keys ->> 0, mapped.content)
                filter (where mapped.is_filled or not document ? (attribute.keys ->> 0)),
            '{}'
        )
        from jsonb_each(pathfinder.payload_attributes()) as attribute (name, keys)
        cross join lateral (
            select
                found.content,
                plain.content is not null
                    and (attribute.name <> 'user_id' or pathfinder.member_id_fault(plain.content) is null) as is_filled
            from jsonb_array_elements(
                case
                    when jsonb_typeof(paths -> attribute.name -> 0) = 'array' then paths -> attribute.name
                    else jsonb_build_array(paths -> attribute.name)
                end
            ) with ordinality as candidate (path, place)
            cross join lateral (
                select case
                    when candidate.path ->> 0 = '$headers' then jsonb_build_object('$headers', headers)
                    else document
                end #> array(select jsonb_array_elements_text(candidate.path))
            ) as found (content)
            cross join lateral pathfinder.plain_attribute(attribute.name, found.content) as plain
            where found.content is not null
            order by is_filled desc, candidate.place
            limit 1
        ) as mapped
        where paths ? attribute.name
    );
end
$$;

revoke all on function pathfinder.apply_payload_paths(jsonb, jsonb, jsonb)
    from public, anon, authenticated, service_role;

comment on function pathfinder.apply_payload_paths(jsonb, jsonb, jsonb) is
    'Puts what a source''s payload_paths find under the usual keys of a body.';
