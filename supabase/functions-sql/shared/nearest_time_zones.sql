-- Names of time zones that look like what somebody wrote, the most alike first, at most three. Alike is what shares
-- pairs of letters, with the whole name or with its city.
-- Returns: text[].
-- Example: select pathfinder.nearest_time_zones('Europe/Berln');  -- {Europe/Berlin,…}
create or replace function pathfinder.nearest_time_zones(written text)
returns text[]
language sql
stable
set search_path = ''
as $$
    with zones as (
        select pg_timezone_names.name
        from pg_timezone_names
        where pg_timezone_names.name ~ '^[A-Z][A-Za-z_]+/' and pg_timezone_names.name !~ '^(Etc|SystemV)/'
    ),
    spellings as (
        select zones.name, lower(zones.name) as spelling from zones
        union all
        select zones.name, lower(regexp_replace(zones.name, '^.*/', '')) from zones
    ),
    wanted as (
        select array(
            select distinct substr(normalised.text, place, 2)
            from (select lower(translate(btrim(left(written, 60)), ' ', '_')) as text) as normalised,
                generate_series(1, greatest(length(normalised.text) - 1, 1)) as place
        ) as pairs
    ),
    alike as (
        select
            spellings.name,
            2.0 * count(*) filter (where pair.pair = any (wanted.pairs))
                / (count(*) + max(cardinality(wanted.pairs))) as likeness
        from spellings
        cross join wanted
        cross join lateral (
            select distinct substr(spellings.spelling, place, 2) as pair
            from generate_series(1, length(spellings.spelling) - 1) as place
        ) as pair
        group by spellings.name, spellings.spelling
    ),
    best as (
        select alike.name, max(alike.likeness) as likeness
        from alike
        group by alike.name
        having max(alike.likeness) > 0.5
        order by likeness desc, alike.name
        limit 3
    )
    select coalesce(array_agg(best.name order by best.likeness desc, best.name), '{}') from best;
$$;
revoke all on function pathfinder.nearest_time_zones(text) from public, anon, authenticated, service_role;
comment on function pathfinder.nearest_time_zones(text) is
    'Names of time zones that look like what somebody wrote, the most alike first.';
