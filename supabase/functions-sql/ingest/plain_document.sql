-- Makes every value of a body that is of interest a plain text, so that reading need not ask what it is.
-- Returns: an object of texts and, for what is empty, nulls; without what is of no interest and what is no text, which
--   "$ignored" counts.
-- Example: select pathfinder.plain_document('{"userId": 7, "value": ["CEO", "Chair"], "oldValue": {"id": 4}}');
create or replace function pathfinder.plain_document(document jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
    return (
        select coalesce(jsonb_object_agg(known.key, plain.content) filter (where not plain.is_ignored), '{}')
            || jsonb_build_object('$ignored', count(*) filter (where plain.is_ignored))
        from jsonb_each(pathfinder.payload_attributes()) as attribute (name, keys)
        cross join lateral jsonb_array_elements_text(attribute.keys) as known (key)
        cross join lateral pathfinder.plain_attribute(attribute.name, document -> known.key) as plain
        where document ? known.key
    );
end
$$;

revoke all on function pathfinder.plain_document(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.plain_document(jsonb) is 'A body whose values are plain texts.';
