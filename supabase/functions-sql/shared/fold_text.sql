-- Folds a text to the form that rules are matched in: Unicode compatibility forms composed, lower case, no accents,
-- one kind of apostrophe, nothing invisible. Titles and the rules' own literals go through it alike, so
-- "Geschäftsführer", "GESCHÄFTSFÜHRER" and "Geschaftsfuhrer" are the same. (Not by extensions.unaccent: its
-- dictionary differs between versions of Postgres.)
-- Returns: text of at most 500 characters; null for null.
-- Example: select pathfinder.fold_text('ＧＥＳＣＨÄＦＴＳführer');  -- geschaftsfuhrer
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
    if octet_length(folded) = length(folded) then
        return translate(lower(left(folded, 500)), '`', '''');
    end if;
    -- Sorting the marks of a letter takes the square of their number, and a ligature may stand for eighteen letters.
    folded := regexp_replace(left(folded, 500), '([^[:alnum:][:space:] -~]{6})[^[:alnum:][:space:] -~]+', '\1', 'g');
    if folded ~ '[\ufdf0-\ufdff]' then
        folded := left(folded, 100);
    end if;
    folded := left(normalize(folded, nfkd), 500);
    folded := normalize(lower(folded), nfkd);
    folded := regexp_replace(
        folded,
        -- accents of Latin, Greek and Cyrillic; Hebrew points; Arabic vowels and the stretching tatweel
        '[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670'
        -- soft hyphen; zero-width, bidirectional and joining controls; variation selectors; byte order mark
        '\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f'
        '\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]',
        '', 'g'
    );
    -- What decomposition leaves whole.
    folded := translate(folded, 'øłđðħıŧςʼ’‘´`＇′', 'olddhitσ''''''''''''''');
    folded := replace(replace(replace(folded, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
    return normalize(folded, nfkc);
end
$$;

revoke all on function pathfinder.fold_text(text) from public, anon, authenticated, service_role;

comment on function pathfinder.fold_text(text) is
    'Folds case, accents, compatibility forms and invisible characters, for titles and rules alike.';
