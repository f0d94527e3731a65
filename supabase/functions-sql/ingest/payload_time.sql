-- Reads a time: RFC 3339 with an offset or the name of a zone, RFC 2822, what JavaScript, C and people write with a
-- month's name, or Unix seconds, milli-, micro- or nanoseconds. UTC where it has no zone. What can be read in two ways
-- (11/12/2026, or IST: India, Israel or Ireland) is not read.
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
    a_time constant text := '[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[AaPp]\.?[Mm]\.?(?![A-Za-z]))?';
    -- 2026-11-27T10:00:00+01:00[Europe/Berlin]: the offset counts before the name.
    a_zone constant text := '(?:(?:UTC|GMT)?([+-][0-9]{1,2}(?::?[0-9]{2})?)|([A-Za-z]+(?:/[A-Za-z0-9_+-]+){1,2}|[A-Za-z]{1,5}))?';
    parts text[];
    day text;
    time_of_day text;
    zone text;
begin
    if content ~ '^[0-9]{9,19}(\.[0-9]*)?$' then
        return to_timestamp(content::numeric / power(1000::numeric, (length(split_part(content, '.', 1)) - 9) / 3));
    end if;
    content := regexp_replace(content, '^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?!\d)', '\1-\2-\3T\4:\5:\6');
    parts := regexp_match(
        content,
        '^(?:[A-Za-z]{3,9},? +)?'
        '([0-9]{4}([-/.])[0-9]{1,2}\2[0-9]{1,2}|[0-9]{1,2}[ -][A-Za-z]{3,9}\.?,?[ -](?:[0-9]{4}|[0-9]{2})|[A-Za-z]{3,9}\.? [0-9]{1,2},? [0-9]{4})'
        '(?:(?:[Tt]|,? +(?:at )?)(' || a_time || '))? *' || a_zone || '(?: *\([^)]*\)|\[([A-Za-z0-9_/+-]+)\])?$'
    );
    if parts is not null then
        -- A year of two digits, as RFC 2822 reads it.
        day := regexp_replace(translate(parts[1], '/.,', '-'), '(?<=[A-Za-z][ -])([0-4][0-9])$', '20\1');
        day := regexp_replace(day, '(?<=[A-Za-z][ -])([5-9][0-9])$', '19\1');
        time_of_day := parts[3];
        zone := coalesce(parts[4], parts[5], parts[6]);
    else
        -- Fri Nov 27 10:00:00 +0100 2026
        parts := regexp_match(
            content, '^[A-Za-z]{3} ([A-Za-z]{3} +[0-9]{1,2}) (' || a_time || ') *' || a_zone || ' *([0-9]{4})$'
        );
        day := parts[1] || ' ' || parts[5];
        time_of_day := parts[2];
        zone := coalesce(parts[3], parts[4]);
    end if;
    if day is null then
        return null;
    end if;
    time_of_day := regexp_replace(coalesce(time_of_day, '00:00'), '([AaPp])\.?[Mm]\.?$', '\1m');
    day := concat_ws(' ', day, replace(time_of_day, ',', '.'));
    if zone ~ '^[+-]' then
        return (day || regexp_replace(zone, '^([+-])(\d)(?!\d)', '\10\2'))::timestamptz;
    elsif zone ~ '/' then
        return day::timestamp at time zone zone;
    elsif upper(zone) = any (
        '{Z,UT,UTC,GMT,EST,EDT,CST,CDT,MST,MDT,PST,PDT,WET,WEST,CET,CEST,MEZ,MESZ,EET,EEST,MSK,JST,KST,HKT,AEST,AEDT,NZST,NZDT}'
    ) is not false then
        return concat(day, ' ', coalesce(upper(zone), 'UTC'))::timestamptz;
    end if;
    return null;
exception when data_exception then
    return null;
end
$$;

revoke all on function pathfinder.payload_time(text) from public, anon, authenticated, service_role;

comment on function pathfinder.payload_time(text) is
    'Reads a time as platforms write it; null for what is none.';
