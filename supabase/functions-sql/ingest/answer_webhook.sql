-- Counts an accepted webhook and gives the answer.
-- Returns: {"status": "accepted", "result": …}; sets the response's status to 202 when the event is queued.
-- Example: select pathfinder.answer_webhook('{"status": "skipped", "reason": "…"}', 'community');
create or replace function pathfinder.answer_webhook(result json, source text)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
    status constant text := result ->> 'status';
begin
    perform pathfinder.count_webhook(source, status);
    if status = 'queued' then
        perform set_config('response.status', '202', true);
    end if;
    return json_build_object('status', 'accepted', 'result', result);
end
$$;

revoke all on function pathfinder.answer_webhook(json, text) from public, anon, authenticated, service_role;

comment on function pathfinder.answer_webhook(json, text) is 'Counts an accepted webhook and gives its answer.';
