-- Counts a refused webhook and gives the answer, in the shape of PostgREST's own errors. What Postgres could not read
-- has no words of ours yet: headers that are none are no credentials, a body that is none is malformed.
-- Returns: the body; sets the response's status to what the SQLSTATE PTxyz says.
-- Example: select pathfinder.refuse_webhook('body', 'PT400', 'The body is empty.', 'Post a JSON object.', null);
create or replace function pathfinder.refuse_webhook(stage text, code text, message text, hint text, source text)
returns json
language plpgsql
volatile
set search_path = ''
as $$
begin
    if code not like 'PT%' and stage = 'sender' then
        message := 'This webhook is not authorised.';
        hint := 'The headers of the request cannot be read.';
        code := 'PT401';
    elsif code like '54%' then
        message := 'The body is nested too deeply.';
        hint := 'Post a flat JSON object, such as {"userId": "2000", "profileField": "Job Title", "value": "CEO"}.';
        code := 'PT400';
    elsif code not like 'PT%' then
        message := 'The body is not valid JSON, or holds what cannot be stored.';
        hint := 'Post a JSON object in UTF-8, without numbers out of range.';
        code := 'PT400';
    end if;
    perform set_config('response.status', substring(code from 3), true);
    if code = 'PT401' then
        perform set_config('response.headers', '[{"WWW-Authenticate": "Basic realm=\"CaptPathfinder\""}]', true);
    end if;
    perform pathfinder.count_webhook(
        source,
        case code when 'PT401' then 'unauthorised' when 'PT413' then 'too_large' else 'malformed' end
    );
    return json_build_object('code', code, 'details', null, 'hint', hint, 'message', message);
end
$$;

revoke all on function pathfinder.refuse_webhook(text, text, text, text, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.refuse_webhook(text, text, text, text, text) is
    'Counts a refused webhook and gives its answer.';
