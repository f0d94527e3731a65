-- Reads a document that may have arrived as a JSON string, as some gateways and clients send it.
-- Returns: the document.
-- Raises: 22023 with a sentence when the string is no JSON.
-- Example: select pathfinder.read_rule_document('"{\"add\": []}"');  -- {"add": []}
create or replace function pathfinder.read_rule_document(document jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
    return pathfinder.unwrap_document(document);
exception
    when invalid_text_representation then
        raise exception using
            errcode = '22023',
            message = format('The rules were not accepted: "%s" is not JSON.', left(document #>> '{}', 40)),
            hint = 'Send what export_rules() gives, or {"version": "1", "vp_patterns": ["\\bvice president\\b"]}.';
end
$$;

revoke all on function pathfinder.read_rule_document(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.read_rule_document(jsonb) is 'Reads a document that may have arrived as a JSON string.';
