-- Takes one webhook from its raw body to its answer: size, sender, content, then the event itself.
--
-- Refusals are raised inside as PT400, PT401 and PT413 by whoever finds the fault, and turned into an answer here.
-- A lock that is not free within a second (a long batch may hold one) is a failure like any other: the event is
-- stored and queued, well before the API's statement timeout of 3 s.
-- Returns: the answer's body; its status other than 200 goes to PostgREST through response.status.
-- Example: select pathfinder.receive_webhook('{"userId": "1", "profileField": "Job Title", "value": "CEO"}');
create or replace function pathfinder.receive_webhook(payload json)
returns json
language plpgsql
volatile
security definer
set search_path = ''
set lock_timeout = '1s'
as $$
declare
    body text;
    headers jsonb;
    source public.webhook_sources;
    event public.events_raw;
    state text;
    fault text;
    advice text;
begin
    begin
        body := pathfinder.webhook_body(payload);
        headers := pathfinder.webhook_headers();
        source := pathfinder.authenticate_webhook(headers, body);
        event := pathfinder.read_event(pathfinder.parse_webhook_body(body), source, headers);
    exception when sqlstate 'PT400' or sqlstate 'PT401' or sqlstate 'PT413' then
        get stacked diagnostics
            state = returned_sqlstate,
            fault = message_text,
            advice = pg_exception_hint;
        return pathfinder.refuse_webhook(state, fault, advice, source.name);
    end;

    return pathfinder.answer_webhook(pathfinder.accept_event(event), source.name);
end
$$;

revoke all on function pathfinder.receive_webhook(json) from public, anon, authenticated, service_role;
grant execute on function pathfinder.receive_webhook(json) to anon, service_role;

comment on function pathfinder.receive_webhook(json) is
    'Authenticates, reads, stores and applies one webhook; returns the answer''s body.';
