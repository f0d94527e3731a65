-- Reads a time: RFC 3339 with an offset or the name of a zone, RFC 2822 and what JavaScript prints, or Unix seconds,
-- milli-, micro- or nanoseconds. UTC where it has no zone. What can be read in two ways (11/12/2026) is not read.
-- Returns: timestamptz; null for what is no time.
-- Example: select pathfinder.payload_time('Fri, 27 Nov 2026 10:00:00 +0100');
create or replace function pathfinder.payload_time(written text)
returns timestamptz
language plpgsql
stable
set search_path = ''
set datestyle = 'ISO, YMD'
as $$
declare
    content text := btrim(left(written, 100));
    parts text[];
begin
    if content ~ '^[0-9]{9,19}(\.[0-9]*)?$' then
        return to_timestamp(content::numeric / power(1000::numeric, (length(split_part(content, '.', 1)) - 9) / 3));
    end if;
    -- 2026-11-27T10:00:00+01:00[Europe/Berlin]: the offset counts before the name.
    parts := regexp_match(
        content,
        '^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?))?'
        ' ?(Z|z|[+-][0-9]{2}(?::?[0-9]{2})?|[A-Z][A-Za-z]+(?:/[A-Za-z_-]+){1,2}|[A-Z]{3,5})?'
        '(?:\[([A-Za-z_/+-]+)\])?$'
    );
    if parts is null then
        -- Fri, 27 Nov 2026 10:00:00 +0100
        parts := regexp_match(
            content,
            '^(?:[A-Za-z]{3,9},? +)?([0-9]{1,2}[ -][A-Za-z]{3,9}[ -][0-9]{4}) +([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)'
            ' *([+-][0-9]{4}|[A-Z]{1,5})?(?: *\([^)]*\))?$'
        );
    end if;
    if parts is null then
        -- Fri Nov 27 2026 10:00:00 GMT+0100 (Central European Standard Time)
        parts := regexp_match(
            content,
            '^[A-Za-z]{3} ([A-Za-z]{3} [0-9]{1,2},? [0-9]{4}) ([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)'
            ' *(?:GMT|UTC)?([+-][0-9]{4})?(?: *\([^)]*\))?$'
        );
    end if;
    if parts is null then
        return null;
    end if;
    return concat_ws(
        ' ', parts[1], replace(coalesce(parts[2], '00:00'), ',', '.'),
        coalesce(upper(left(parts[3], 1)) || substr(parts[3], 2), parts[4], 'UTC')
    )::timestamptz;
exception when data_exception then
    return null;
end
$$;

revoke all on function pathfinder.payload_time(text) from public, anon, authenticated, service_role;

comment on function pathfinder.payload_time(text) is 'Reads a time as platforms write it; null for what is none.';
