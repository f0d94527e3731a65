-- The settings as they are for a job: those of a digest with a day, time or zone of its own (digest:sales) have the
-- channel's in place of the common ones.
-- Returns: a row of settings.
-- Example: select (pathfinder.job_settings('digest:sales')).time_zone;
create or replace function pathfinder.job_settings(job text)
returns public.settings
language plpgsql
stable
set search_path = ''
as $$
declare
    configured public.settings;
    own jsonb;
begin
    select * into strict configured from public.settings;
    if job like 'digest:%' then
        select channels.schedule into own from public.channels where channels.name = substr(job, 8);
        configured.digest_day := coalesce(own ->> 'day', configured.digest_day);
        configured.digest_time := coalesce((own ->> 'time')::time, configured.digest_time);
        configured.time_zone := coalesce(own ->> 'time_zone', configured.time_zone);
    end if;
    return configured;
end
$$;

revoke all on function pathfinder.job_settings(text) from public, anon, authenticated, service_role;

comment on function pathfinder.job_settings(text) is 'The settings as they are for a job.';
