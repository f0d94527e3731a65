-- Parses a webhook's body, which must be a JSON object.
-- Returns: the object. Raises: PT400 that says what is wrong with it.
-- Example: select pathfinder.parse_webhook_body('{"userId": "2000"}');
create or replace function pathfinder.parse_webhook_body(body text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
    document jsonb;
begin
    begin
        document := body::jsonb;
    exception
        when data_exception then
            raise sqlstate 'PT400' using
                message = 'The body is not valid JSON, or holds text that cannot be stored.',
                hint = 'Post a JSON object in UTF-8, without \u0000, unpaired surrogates or numbers out of range.';
        when program_limit_exceeded then
            raise sqlstate 'PT400' using
                message = 'The body is nested too deeply.',
                hint = 'Post a flat JSON object, such as {"userId": "2000", "profileField": "Job Title", "value": "CEO"}.';
    end;
    if jsonb_typeof(document) <> 'object' then
        raise sqlstate 'PT400' using
            message = format('The body must be a JSON object, not a JSON %s.', jsonb_typeof(document)),
            hint = 'Post one member''s change as an object, such as'
                ' {"userId": "2000", "profileField": "Job Title", "value": "CEO"}.';
    end if;
    return document;
end
$$;

revoke all on function pathfinder.parse_webhook_body(text) from public, anon, authenticated, service_role;

comment on function pathfinder.parse_webhook_body(text) is 'Parses a webhook''s body, which must be a JSON object.';
