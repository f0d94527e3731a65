-- The latest period of a job that was due at a moment.
-- Returns: text, as due_at() takes it.
-- Example: select pathfinder.latest_period('housekeeping', now(), settings) from public.settings;  -- 2026-11-20
create or replace function pathfinder.latest_period(job text, moment timestamptz, configured public.settings)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
    -- Due times may lie on the next local day where clocks skip one, never further off.
    candidate date := (moment at time zone configured.time_zone)::date + 1;
    label text;
begin
    loop
        label := case split_part(job, ':', 1)
            when 'digest' then to_char(candidate, 'IYYY-"W"IW')
            when 'report' then to_char(candidate, 'YYYY-MM')
            when 'housekeeping' then to_char(candidate, 'YYYY-MM-DD')
        end;
        if pathfinder.due_at(job, label, configured) <= moment then
            return label;
        end if;
        candidate := case split_part(job, ':', 1)
            when 'digest' then candidate - 7
            when 'report' then date_trunc('month', candidate)::date - 1
            when 'housekeeping' then candidate - 1
        end;
    end loop;
end
$$;
revoke all on function pathfinder.latest_period(text, timestamptz, public.settings)
    from public, anon, authenticated, service_role;
comment on function pathfinder.latest_period(text, timestamptz, public.settings) is
    'The latest period of a job that was due at a moment.';
