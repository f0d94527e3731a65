-- The country that a text names, in any of some forty languages, by code, by a usual short form or by its flag.
-- Of a text in parts ("Schweiz / Suisse", "Germany (DE)") each part must name the same country: "Atlanta, Georgia"
-- is no country.
-- Returns: the ISO 3166 code of two letters; null where the text names none, or more than one.
-- Example: select pathfinder.find_country('España');  -- ES
create or replace function pathfinder.find_country(written text)
returns text
language plpgsql
stable
strict
parallel safe
set search_path = ''
as $$
declare
    flags constant text := '🇦🇧🇨🇩🇪🇫🇬🇭🇮🇯🇰🇱🇲🇳🇴🇵🇶🇷🇸🇹🇺🇻🇼🇽🇾🇿';
    plain text := left(find_country.written, 200);
    key text;
    found text;
begin
    -- A flag is its two letters, in signs of their own. Without a regular expression where there is none: of those a
    -- backend keeps few.
    if octet_length(plain) > length(plain) and plain <> translate(plain, flags, '') then
        plain := translate(
            regexp_replace(plain, '([🇦-🇿]{2})', '/\1/', 'g'), flags, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
        );
    end if;
    key := pathfinder.name_key(plain);
    select country_names.code into found
    from pathfinder.country_names
    -- A few names have a meaning of their own with their accents: "Áo" is Austria in Vietnamese, and AO Angola.
    where country_names.name in (key, lower(plain))
    order by country_names.name = key
    limit 1;
    if found is null and (key like 'the %' or plain <> translate(plain, '/|(),;:·•–—-', '')) then
        select min(country_names.code) into found
        from regexp_split_to_table(plain, '[/|(),;:·•–—-]+') as part
        cross join lateral regexp_replace(pathfinder.name_key(part), '^the ', '') as part_key
        left join pathfinder.country_names on country_names.name = part_key
        where part_key <> ''
        having count(distinct country_names.code) = 1 and count(*) = count(country_names.code);
    end if;
    return found;
end
$$;

revoke all on function pathfinder.find_country(text) from public, anon, authenticated, service_role;

comment on function pathfinder.find_country(text) is 'The code of the country that a text names; null for none.';
