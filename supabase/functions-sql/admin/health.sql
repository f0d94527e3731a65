-- Whether everything works, and if not, why: what a monitor asks. `down`: the schedule does not run, nothing can be
-- written, or nothing can be classified. `degraded`: something waits, has failed, or is not set up, and needs a
-- person. Each reason is a sentence that says what to do.
-- Returns: {"status": "ok" | "degraded" | "down", "reasons": […], "checks": {…}}; over HTTP with status 200, or 503
--   when down.
-- Example: select public.health();
create or replace function pathfinder.health()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    checks constant jsonb := pathfinder.health_checks();
    reasons record;
begin
    select * into reasons from pathfinder.health_reasons(checks);
    return jsonb_build_object(
        'status', case when reasons.down <> '{}' then 'down' when reasons.degraded <> '{}' then 'degraded' else 'ok' end,
        'reasons', to_jsonb(reasons.down || reasons.degraded),
        'checks', checks
    );
end
$$;

revoke all on function pathfinder.health() from public, anon, authenticated, service_role;
grant execute on function pathfinder.health() to service_role;

comment on function pathfinder.health() is 'Whether everything works, and if not, why.';

create or replace function public.health()
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    answer constant jsonb := pathfinder.health();
begin
    if answer ->> 'status' = 'down' then
        perform set_config('response.status', '503', true);
    end if;
    return answer;
end
$$;

revoke all on function public.health() from public, anon, authenticated, service_role;
grant execute on function public.health() to service_role;

comment on function public.health() is
    'Whether everything works: ok, degraded or down, with reasons; HTTP 503 when down.';
