-- A span of days in words, as a digest says it: "13 to 20 November 2026". Both days are the local ones of the zone.
-- Returns: text.
-- Example: select pathfinder.days_in_words('2026-12-25 22:00+00', '2027-01-01 22:00+00', 'America/New_York');
--   -- 25 December 2026 to 1 January 2027
create or replace function pathfinder.days_in_words(span_start timestamptz, span_end timestamptz, zone text)
returns text
language sql
stable
set search_path = ''
as $$
    select case
        when first_day = last_day then ''
        when to_char(first_day, 'YYYYMM') = to_char(last_day, 'YYYYMM') then to_char(first_day, 'FMDD') || ' to '
        when to_char(first_day, 'YYYY') = to_char(last_day, 'YYYY') then to_char(first_day, 'FMDD FMMonth') || ' to '
        else to_char(first_day, 'FMDD FMMonth YYYY') || ' to '
    end || to_char(last_day, 'FMDD FMMonth YYYY')
    from (
        select (span_start at time zone zone)::date as first_day, (span_end at time zone zone)::date as last_day
    ) as days;
$$;
revoke all on function pathfinder.days_in_words(timestamptz, timestamptz, text)
    from public, anon, authenticated, service_role;
comment on function pathfinder.days_in_words(timestamptz, timestamptz, text) is
    'A span of days in words: "13 to 20 November 2026".';
