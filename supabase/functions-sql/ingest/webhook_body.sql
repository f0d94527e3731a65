-- Gives the text of a webhook's body and refuses one that is too large.
--
-- PostgREST hands an unnamed json parameter over as the text that was posted. Supabase Lite hands over a JSON
-- string that holds the body, parsed and written anew. The second is unwrapped; a body of which only the parsed form
-- is known can be checked against an HMAC only if the sender writes JSON without insignificant white space.
-- (A body nested some ten thousand levels deep never comes here: Postgres refuses it, 54001, when PostgREST casts it
-- to json.)
-- Returns: the body. Raises: PT413 over 64 KiB, PT400 for no body.
-- Example: select pathfinder.webhook_body('"{\"userId\": 1}"');  -- {"userId": 1}
create or replace function pathfinder.webhook_body(payload json)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
    body text := payload::text;
begin
    if octet_length(body) <= 2 * 65536 and json_typeof(payload) = 'string' then
        begin
            body := payload #>> '{}';
        exception when data_exception then
            raise sqlstate 'PT400' using
                message = 'The body holds characters that text cannot hold.',
                hint = 'Leave out \u0000 and unpaired surrogates.';
        end;
    end if;
    if octet_length(body) > 65536 then
        raise sqlstate 'PT413' using
            message = 'The body is larger than 64 KiB (65536 bytes).',
            hint = 'Send one profile field of one member in each webhook.';
    end if;
    if body is null then
        raise sqlstate 'PT400' using
            message = 'The body is empty.',
            hint = 'Post a JSON object such as {"userId": "2000", "profileField": "Job Title", "value": "CEO"}.';
    end if;
    return body;
end
$$;

revoke all on function pathfinder.webhook_body(json) from public, anon, authenticated, service_role;

comment on function pathfinder.webhook_body(json) is 'The text of a webhook''s body, as PostgREST or Supabase Lite hands it over.';
