-- Makes the token for health_status(), in place of the one there was. It is shown this once; only a digest is kept.
-- Returns: the token.
-- Example: select public.set_health_token();
create or replace function pathfinder.set_health_token()
returns text
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    token constant text := 'health_' || encode(pathfinder.random_salt(), 'hex');
begin
    insert into pathfinder.health_token (digest)
    values (sha256(convert_to(token, 'UTF8')))
    on conflict (id) do update
    set digest = excluded.digest, made_at = now();
    return token;
end
$$;

revoke all on function pathfinder.set_health_token() from public, anon, authenticated, service_role;
grant execute on function pathfinder.set_health_token() to service_role;

comment on function pathfinder.set_health_token() is 'Makes the token for health_status(), and shows it this once.';

create or replace function public.set_health_token()
returns text
language sql
volatile
set search_path = ''
as $$
    select pathfinder.set_health_token()
$$;

revoke all on function public.set_health_token() from public, anon, authenticated, service_role;
grant execute on function public.set_health_token() to service_role;

comment on function public.set_health_token() is
    'Makes the token with which an uptime service may call health_status().';
