-- Folds a text to the form that rules are matched in: Unicode compatibility forms composed, lower case, no
-- accents, one kind of apostrophe, nothing invisible. Titles and the rules' own literals go through it alike, so
-- "Geschäftsführer", "GESCHÄFTSFÜHRER" and "Geschaftsfuhrer" are the same.
--
-- Not extensions.unaccent: its dictionary differs between versions of Postgres, and rules compiled before an
-- upgrade would no longer meet titles folded after it.
--
-- Called by the functions of this stage. Returns null for null.
--
--     select pathfinder.fold_text('ＧＥＳＣＨÄＦＴＳführer');   -- geschaftsfuhrer
create or replace function pathfinder.fold_text(original text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
    folded text := original;
begin
    -- Most titles are plain ASCII and need nothing else.
    if pg_catalog.octet_length(folded) = pg_catalog.length(folded) then
        return pg_catalog.translate(pg_catalog.lower(folded), '`', '''');
    end if;
    folded := normalize(pg_catalog.lower(normalize(folded, nfkd)), nfkd);
    folded := pg_catalog.regexp_replace(
        folded,
        -- accents of Latin, Greek and Cyrillic; Hebrew points; Arabic vowels and the stretching tatweel
        '[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670'
        -- soft hyphen; zero-width, bidirectional and joining controls; variation selectors; byte order mark
        '\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f'
        '\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]',
        '', 'g'
    );
    -- What decomposition leaves whole.
    folded := pg_catalog.translate(folded, 'øłđðħıŧςʼ’‘´`＇′', 'olddhitσ''''''''''''''');
    folded := pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(folded, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
    return normalize(folded, nfkc);
end
$$;

revoke all on function pathfinder.fold_text(text) from public, anon, authenticated, service_role;

comment on function pathfinder.fold_text(text) is
    'Folds case, accents, compatibility forms and invisible characters, for titles and rules alike.';
