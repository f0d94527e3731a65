-- Gives settings.time_zone the name that it has today where the server does not know the one that is stored: it was
-- restored from, or upgraded on, a system that had the old names. Nothing that is due waits for a person then.
-- Returns: nothing.
-- Example: select pathfinder.mend_time_zone();
create or replace function pathfinder.mend_time_zone()
returns void
language plpgsql
set search_path = ''
as $$
begin
    perform now() at time zone settings.time_zone from public.settings;
exception when invalid_parameter_value then
    update public.settings
    set time_zone = pathfinder.canonical_time_zone(settings.time_zone)
    where pathfinder.canonical_time_zone(settings.time_zone) is not null;
end
$$;
revoke all on function pathfinder.mend_time_zone() from public, anon, authenticated, service_role;
comment on function pathfinder.mend_time_zone() is
    'Gives settings.time_zone the name of today where the server does not know the one that is stored.';
