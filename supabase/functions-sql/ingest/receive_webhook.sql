-- Takes one webhook from its raw body to its answer: size, sender, content, then what it says. One boundary for errors:
-- what fails before anything is known is a refusal, which whoever finds the fault raises as PT400, PT401 or PT413; what
-- fails after it was read is queued, so that nothing is lost. A lock that is not free within a second (a long batch may
-- hold one) is such a failure, well before the API's statement timeout of 3 s.
-- Returns: the answer's body; its status other than 200 goes to PostgREST through response.status.
-- Example: select pathfinder.receive_webhook('{"userId": "1", "profileField": "Job Title", "value": "CEO"}');
create or replace function pathfinder.receive_webhook(payload json)
returns json
language plpgsql
volatile
security definer
set search_path = ''
set lock_timeout = '1s'
set plan_cache_mode = force_generic_plan
as $$
declare
    body text := payload::text;
    stage text := 'body';
    headers jsonb;
    source public.webhook_sources;
    document jsonb;
    reading pathfinder.reading;
    result json;
    outcome text;
    code text;
    fault text;
    advice text;
begin
    begin
        -- PostgREST hands over the text that was posted, Supabase Lite a JSON string that holds it, written anew.
        if json_typeof(payload) = 'string' and octet_length(body) <= 2 * 65536 then
            body := pathfinder.mend_escapes(body)::json #>> '{}';
        end if;
        if octet_length(body) > 65536 then
            raise sqlstate 'PT413' using
                message = 'The body is larger than 64 KiB (65536 bytes).',
                hint = 'Send one profile field of one member in each webhook.';
        elsif body is null then
            raise sqlstate 'PT400' using
                message = 'The body is empty.',
                hint = 'Post a JSON object such as {"userId": "2000", "profileField": "Job Title", "value": "CEO"}.';
        end if;

        stage := 'sender';
        headers := nullif(current_setting('request.headers', true), '');
        source := pathfinder.authenticate_webhook(headers, body);

        stage := 'content';
        if strpos(body, '\u') > 0 then
            body := pathfinder.mend_escapes(body);
        end if;
        document := body;
        if jsonb_typeof(document) = 'array' and jsonb_array_length(document) = 1 then
            document := document -> 0;
        end if;
        if jsonb_typeof(document) <> 'object' then
            raise sqlstate 'PT400' using
                message = format('The body must be a JSON object, not a JSON %s.', jsonb_typeof(document)),
                hint = 'Post one member''s change as an object, such as'
                    ' {"userId": "2000", "profileField": "Job Title", "value": "CEO"}.';
        end if;
        reading := pathfinder.read_webhook(document, source, headers);

        stage := 'event';
        result := case
            when reading.skip_reason is null then pathfinder.settle_event(reading)
            else json_build_object('status', 'skipped', 'reason', reading.skip_reason)
        end;
    exception
        -- The statement timeout is a query_canceled, which `others` leaves out.
        when query_canceled or others then
            get stacked diagnostics
                code = returned_sqlstate,
                fault = message_text,
                advice = pg_exception_hint;
            if stage <> 'event' and code !~ '^(?:PT4|22|54)' then
                raise;
            end if;
    end;

    if code is not null and stage <> 'event' then
        return pathfinder.refuse_webhook(stage, code, fault, advice, source.name);
    elsif code is not null then
        result := pathfinder.queue_event(reading, format('%s: %s', code, fault));
    end if;
    outcome := result ->> 'status';
    if outcome = 'queued' then
        perform set_config('response.status', '202', true);
    end if;
    perform pathfinder.count_webhook(source.name, outcome);
    if reading.ignored_fields > 0 then
        perform pathfinder.count_webhook(source.name, 'ignored_fields', reading.ignored_fields);
    end if;
    if reading.unreadable_times > 0 then
        perform pathfinder.count_webhook(source.name, 'unreadable_times', reading.unreadable_times);
    end if;
    return json_build_object('status', 'accepted', 'result', result);
end
$$;

revoke all on function pathfinder.receive_webhook(json) from public, anon, authenticated, service_role;
grant execute on function pathfinder.receive_webhook(json) to anon, service_role;

comment on function pathfinder.receive_webhook(json) is
    'Authenticates, reads, stores and applies one webhook; returns the answer''s body.';
