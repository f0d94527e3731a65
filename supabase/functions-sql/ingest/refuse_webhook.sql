-- Counts a refused webhook and gives the answer, in the shape of PostgREST's own errors.
-- Returns: the body; sets the response's status to what the SQLSTATE PTxyz says.
-- Example: select pathfinder.refuse_webhook('PT400', 'The body is empty.', 'Post a JSON object.', null);
create or replace function pathfinder.refuse_webhook(state text, message text, hint text, source text)
returns json
language plpgsql
volatile
set search_path = ''
as $$
begin
    perform set_config('response.status', substring(state from 3), true);
    if state = 'PT401' then
        perform set_config('response.headers', '[{"WWW-Authenticate": "Basic realm=\"CaptPathfinder\""}]', true);
    end if;
    perform pathfinder.count_webhook(
        source,
        case state when 'PT401' then 'unauthorised' when 'PT413' then 'too_large' else 'malformed' end
    );
    return json_build_object('code', state, 'details', null, 'hint', hint, 'message', message);
end
$$;

revoke all on function pathfinder.refuse_webhook(text, text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.refuse_webhook(text, text, text, text) is 'Counts a refused webhook and gives its answer.';
