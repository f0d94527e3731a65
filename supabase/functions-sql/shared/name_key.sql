-- Reduces a name to what tells it from others: no case, accents, punctuation and signs; "&" is "and"; initials stand
-- together. Countries and companies are looked up by it. What sounds or looks alike stays different.
-- Returns: text, empty when nothing is left; null for null.
-- Example: select pathfinder.name_key(' J.P. Morgan & Co.™');  -- jp morgan and co
create or replace function pathfinder.name_key(name text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
    -- Trademark signs would become letters.
    key text := pathfinder.fold_text(translate(left(name_key.name, 400), '™℠®©', ''));
begin
    if key ~ '^[a-z0-9]+( [a-z0-9][a-z0-9]+)*$' then
        return key;
    end if;
    key := replace(replace(replace(key, '''', ''), '&amp;', '&'), '&', ' and ');
    -- A plus sign that belongs to a word is told from none: "Canal+" is not "Canal".
    key := replace(replace(key, ' + ', ' and '), '+', ' plus ');
    if key ~ '[./]' then
        key := regexp_replace(key, '\m(\w)[./]', '\1', 'g');
    end if;
    key := case when octet_length(key) = length(key) then btrim(regexp_replace(key, '[^a-z0-9]+', ' ', 'g'))
    else btrim(regexp_replace(
        key,
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7'
        '\u05be\u05c0\u05c3\u05f3\u05f4\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u2000-\u206f\u2190-\u2bff'
        '\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u30fb\ufe30-\ufe6f\U0001f000-\U0001faff]+',
        ' ', 'g'
    )) end;
    return regexp_replace(key, '\m(\w) (?=\w\M)', '\1', 'g');
end
$$;

revoke all on function pathfinder.name_key(text) from public, anon, authenticated, service_role;

comment on function pathfinder.name_key(text) is
    'A name without case, accents and punctuation, by which countries and companies are looked up.';
