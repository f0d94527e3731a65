-- The first moment, from a given one on, that is not in a channel's quiet hours. They are half-open, and local to a
-- time zone; from later than to spans midnight.
-- Returns: the moment itself outside of them, and where there are none.
-- Example: select pathfinder.after_quiet_hours(now(), '{"from": "22:00", "to": "07:00"}', 'Europe/Berlin');
create or replace function pathfinder.after_quiet_hours(moment timestamptz, quiet_hours jsonb, time_zone text)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
    begins time;
    ends time;
    local timestamp;
begin
    if coalesce(jsonb_typeof(quiet_hours), 'null') <> 'object' then
        return moment;
    end if;
    begins := (quiet_hours ->> 'from')::time;
    ends := (quiet_hours ->> 'to')::time;
    local := moment at time zone time_zone;
    if begins < ends then
        if local::time < begins or local::time >= ends then
            return moment;
        end if;
    elsif local::time >= ends and local::time < begins then
        return moment;
    end if;
    return greatest(
        moment,
        pathfinder.local_instant(local::date + case when local::time >= ends then 1 else 0 end + ends, time_zone)
    );
end
$$;

revoke all on function pathfinder.after_quiet_hours(timestamptz, jsonb, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.after_quiet_hours(timestamptz, jsonb, text) is
    'The first moment that is not in a channel''s quiet hours.';
