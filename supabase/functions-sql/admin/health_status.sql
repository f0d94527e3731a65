-- Whether everything works, for an uptime service: with a token that can do nothing else. It names no person.
-- Returns: {"status": "ok" | "degraded" | "down", "reasons": […], "time"}; over HTTP with status 200, or 503 when down.
-- Raises: 28000 (HTTP 403) for another token, or while none was made.
-- Example: select public.health_status('health_…');
create or replace function pathfinder.health_status(token text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    answer jsonb;
begin
    if not exists (
        select from pathfinder.health_token
        where health_token.digest = sha256(convert_to(health_status.token, 'UTF8'))
    ) then
        raise invalid_authorization_specification using
            message = 'This is not the token for health_status.',
            hint = 'select set_health_token() makes one.';
    end if;
    answer := pathfinder.health();
    return (answer - 'checks') || jsonb_build_object('time', answer #> '{checks,time}');
end
$$;

revoke all on function pathfinder.health_status(text) from public, anon, authenticated, service_role;

comment on function pathfinder.health_status(text) is
    'Whether everything works, for an uptime service with its token.';

grant execute on function pathfinder.health_status(text) to anon, service_role;

create or replace function public.health_status(token text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    answer constant jsonb := pathfinder.health_status(token);
begin
    if answer ->> 'status' = 'down' then
        perform set_config('response.status', '503', true);
    end if;
    return answer;
end
$$;

revoke all on function public.health_status(text) from public, anon, authenticated, service_role;
grant execute on function public.health_status(text) to anon, service_role;

comment on function public.health_status(text) is
    'For an uptime service, with the token of set_health_token(): ok, degraded or down; HTTP 503 when down.';
