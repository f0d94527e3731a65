-- Gives what is not ASCII in a folded title its plain counterpart: emoji, bullets, arrows and foreign quotes become
-- line breaks, dashes become "-", inclusive endings go ("directeur·rice" is "directeur"), a blank is put between
-- Chinese, Japanese or Korean and Latin letters ("取締役CEO"), and Cyrillic or Greek letters inside a Latin word become
-- the Latin ones that they look like.
-- Returns: text; null for null.
-- Example: select pathfinder.replace_symbols('取締役ceo');  -- 取締役 ceo
create or replace function pathfinder.replace_symbols(line text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
    replaced text;
begin
    replaced := regexp_replace(
        regexp_replace(
            regexp_replace(
                -- The katakana dot only joins words.
                translate(
                    -- Hebrew abbreviations carry a quotation mark inside.
                    regexp_replace(
                        line, '(?<=[\u05d0-\u05ea])["''\u05f3\u05f4“”](?=[\u05d0-\u05ea])', '', 'g'),
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
    if replaced ~ '[a-z][\u0370-\u04ff]|[\u0370-\u04ff][a-z]' then
        replaced := (
            select string_agg(
                case
                    when word.written ~ '[a-z]' then translate(word.written, 'асеорхуіјѕԁһкмтнвαεορικντ', 'aceopxyijsdhkmthbaeopiknt')
                    else word.written
                end,
                '' order by word.position)
            from regexp_split_to_table(replaced, '(?<=[^[:alnum:]])|(?=[^[:alnum:]])') with ordinality as word (written, position)
        );
    end if;
    return replaced;
end
$$;

revoke all on function pathfinder.replace_symbols(text) from public, anon, authenticated, service_role;

comment on function pathfinder.replace_symbols(text) is
    'Gives emoji, bullets, dashes and other symbols of a folded title their plain counterpart.';
