-- Gives what is not ASCII in a folded title its plain counterpart: emoji, bullets, arrows and foreign quotes become
-- line breaks, dashes become "-", inclusive endings go ("directeur·rice" is "directeur"), and a blank is put
-- between Chinese, Japanese or Korean and Latin letters ("取締役CEO").
--
-- Called by segment_title(). Returns null for null.
create or replace function pathfinder.replace_symbols(line text)
returns text
language sql
immutable
strict
parallel safe
set search_path = ''
return pg_catalog.regexp_replace(
    pg_catalog.regexp_replace(
        pg_catalog.regexp_replace(
            -- The katakana dot only joins words.
            pg_catalog.translate(
                -- Hebrew abbreviations carry a quotation mark inside.
                pg_catalog.regexp_replace(
                    replace_symbols.line, '(?<=[\u05d0-\u05ea])["''\u05f3\u05f4“”](?=[\u05d0-\u05ea])', '', 'g'),
                '・–‒−‐‑“”„″״', ' -----     '
            ),
            '([[:alpha:]])[·•](?:e|rice|trice|ne|ve|se|ere|euse)s?(?![[:alpha:]])', '\1', 'g'
        ),
        -- bullets, dashes as long as a pause, quotes, ellipsis; CJK brackets and stops; symbols; emoji
        '[\u00a6\u00ab\u00b7\u00bb\u2014\u2015\u2016\u2022\u2023\u2026\u2039\u203a\u2043\u204c\u204d\u2190-\u2bff'
        '\u3001\u3002\u3008-\u3013\u301c\U0001f000-\U0001fbff]+', E'\n', 'g'
    ),
    '(?<=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])(?=[a-z])|(?<=[a-z])(?=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])',
    ' ', 'g'
);

revoke all on function pathfinder.replace_symbols(text) from public, anon, authenticated, service_role;

comment on function pathfinder.replace_symbols(text) is
    'Gives emoji, bullets, dashes and other symbols of a folded title their plain counterpart.';
