-- When a period of a job is due, under the settings as they are now. Periods are named so that a name stays the same
-- whatever the settings become: of the digest the ISO week, 2026-W47, due on digest_day at digest_time; of the report
-- the month, 2026-11, due on its last day at month_end_time; of housekeeping the date, 2026-11-20, due that day at
-- housekeeping_time. Anything else (a revision of a report, which is only known here once it was tried) is due at once.
-- Returns: timestamptz.
-- Example: select pathfinder.due_at('digest', '2026-W47', settings) from public.settings;
create or replace function pathfinder.due_at(job text, period text, configured public.settings)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
    days constant text[] := '{monday,tuesday,wednesday,thursday,friday,saturday,sunday}';
    local timestamp;
begin
    case split_part(job, ':', 1)
        when 'digest' then
            local := to_date(period, 'IYYY-"W"IW') + array_position(days, configured.digest_day) - 1
                + configured.digest_time;
        when 'report' then
            local := (to_date(period, 'YYYY-MM') + interval '1 month')::date - 1 + configured.month_end_time;
        when 'housekeeping' then
            local := to_date(period, 'YYYY-MM-DD') + configured.housekeeping_time;
        else
            return '-infinity';
    end case;
    return pathfinder.local_instant(local, configured.time_zone);
end
$$;
revoke all on function pathfinder.due_at(text, text, public.settings) from public, anon, authenticated, service_role;
comment on function pathfinder.due_at(text, text, public.settings) is
    'When a period of a job is due, under the given settings.';
