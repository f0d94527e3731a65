-- Reads a time: ISO 8601 (UTC where it has no zone), or Unix seconds or milliseconds.
--
-- What cannot be read is no reason to refuse a member's change: it counts as not sent.
-- Returns: timestamptz or null. Raises: nothing.
-- Example: select pathfinder.payload_time('"2019-10-10T16:07:21+02:00"');
create or replace function pathfinder.payload_time(payload_value jsonb)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
    content text := left(payload_value #>> '{}', 64);
begin
    if content is null then
        return null;
    elsif content ~ '^[0-9]{9,11}(\.[0-9]+)?$' then
        return to_timestamp(content::numeric);
    elsif content ~ '^[0-9]{12,14}$' then
        return to_timestamp(content::numeric / 1000);
    elsif content ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?$' then
        return content::timestamp at time zone 'UTC';
    elsif content ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)? ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$' then
        return content::timestamptz;
    end if;
    return null;
exception when data_exception then
    return null;
end
$$;

revoke all on function pathfinder.payload_time(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.payload_time(jsonb) is 'Reads a time: ISO 8601, or Unix seconds or milliseconds.';
