-- Normalises a title and splits it into the parts that are judged one by one. Folded as in fold_text(), tidied as in
-- close_up(); hyphens inside a word become blanks, "&" and a slash inside a phrase "and". Parts end at punctuation,
-- brackets, line breaks, emoji and other symbols, and at dashes with blanks around them. An employer after "at", "@",
-- "bei", "chez", … is cut away, up to the next "and" or "as". Only the first 500 characters count, and twenty-four
-- parts.
-- Returns: the parts; one that goes on after a comma, a colon or into a bracket begins with that sign (",", ":",
--   "("), or "@" for a comma before a part that has an employer of its own.
-- Example: select pathfinder.read_title('Sr. V.P. Sales @ Chief Inc | ex-CEO, CTO');  -- {sr vp sales,ex ceo,",cto"}
create or replace function pathfinder.read_title(title text)
returns text[]
language plpgsql
stable
parallel safe
set search_path = ''
as $$
declare
    line text := left(title, 500);
begin
    if line is null then
        return '{}';
    end if;
    if line <> translate(line, '&<%', '') and line ~ '&(?:#|[A-Za-z][A-Za-z0-9]+;)|<[A-Za-z/!]|%[0-9A-Fa-f]{2}' then
        line := pathfinder.decode_text(line);
    end if;
    if line ~ '[a-z][A-Z]|[A-Z]{2}[a-z]' then
        -- "GroupPresident", "CEOFounder"; but not "GründerIn".
        line := regexp_replace(line, '([[:lower:]])(?!Innen\M|In\M)([[:upper:]][[:lower:]])', '\1 \2', 'g');
        line := regexp_replace(line, '\m([A-Z]{2,4})([A-Z][a-z]{3,})', '\1 \2', 'g');
        line := regexp_replace(line, '([a-z]{3})([A-Z]{2,4})\M', '\1 \2', 'g');
        line := regexp_replace(line, '([a-z]{3})(to|of|for)the\M', '\1 \2 the', 'g');
        line := regexp_replace(
            line, '\m([SE]?VP|C[A-Z]O|President|Officer|Founder|Director|Owner|Assistant|Secretary)(of|at|and|for|to)\M', '\1 \2', 'g');
    end if;

    line := pathfinder.fold_text(line);
    if strpos(line, '19') > 0 or strpos(line, '20') > 0 then
        line := regexp_replace(
            line,
            '((?:19|20)[0-9]{2}) *[-–—−/] *(?=''?[0-9]{2}|[[:alpha:]]{3,9}\.? [0-9]{4}'
            '|(?:present|now|today|current|ongoing|date|heute|jetzt|aujourd|actual|atual|presente|hoje|hoy|oggi|heden|nu|idag)\M)',
            '\1 to ', 'g'
        );
    end if;
    if octet_length(line) <> length(line) then
        line := pathfinder.replace_symbols(line);
    end if;
    if line <> translate(line, '-&./(+*_'':', '') then
        line := pathfinder.close_up(line);
    end if;
    if ' ' || translate(line, '-', ' ') || ' ' like '% _ _ _ %' then
        if octet_length(line) <> length(line) then
            line := regexp_replace(
                line, '(?<=\m[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]) (?=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]\M)', '', 'g');
        end if;
        line := regexp_replace(
            line,
            '\m(?<![''])([[:alpha:]])[ -]([[:alpha:]])[ -]([[:alpha:]])(?:[ -]([[:alpha:]]))?\M(?!'')', '\1\2\3\4', 'g'
        );
    end if;

    line := translate(
        line,
        E';[{)]}' || E'|<>!?=~^\\\r\x0b\f' || E'.-_*#"\t',
        ',((,,,' || repeat(E'\n', 12) || repeat(' ', 7)
    );
    -- "@acme CEO" names the employer first; "CEO @ home" names none.
    if strpos(line, '@') > 0 then
        line := regexp_replace(
            line, '@ ?(?=(?:(?:my|our) |(?:the )?(?:[[:alnum:]]+ )?(?:home|house|household|family) *(?:$|[,(|&/]))|mom(?:my)?\M)', 'at ', 'g');
        line := regexp_replace(line, '(^|[\n,:(]) *@ ?[^ \n,:(]+', '\1', 'g');
    end if;
    if line like any ('{%@%,% at %,% bei %,% beim %,% chez %,% presso %,% hos %,% bij %}') then
        line := regexp_replace(
            line,
            -- {1,1}? makes the whole expression take as little as it can.
            '(?:@| (?:at|bei|beim|chez|presso|hos|bij) (?!(?:my|our) |(?:the )?(?:[[:alnum:]]+ )?(?:home|household|family) *(?:$|[,(|&/\n])|heart\M|large\M|mom(?:my)?\M|house *(?:$|[,(\n]))){1,1}?[^\n,:(]*?'
            '(?= (?:as|and|und|et|y|e|och|og|oraz|now|als) |[\n,:(]|$)',
            E'\x01', 'g'
        );
    end if;
    -- After a comma, it shows that the part is a job of its own.
    if strpos(line, E'\x01') > 0 then
        line := translate(regexp_replace(line, ',(?=[^\n,:(]*\x01)', '@', 'g'), E'\x01', '');
    end if;
    if strpos(line, '  ') > 0 then
        line := regexp_replace(line, ' {2,}', ' ', 'g');
    end if;
    if line = translate(line, E'\n,:(@', '') then
        line := btrim(line);
        return case when line = '' then '{}'::text[] else array[line] end;
    end if;
    line := replace(replace(replace(replace(line, ',', E'\n,'), ':', E'\n:'), '(', E'\n('), '@', E'\n@');
    return array(
        select case
            when strpos(',:(@', nullif(left(piece.written, 1), '')) > 0
                then left(piece.written, 1) || btrim(substr(piece.written, 2))
            else btrim(piece.written)
        end
        from string_to_table(line, E'\n') with ordinality as piece (written, position)
        where btrim(piece.written, ' ,:(@') <> ''
        order by piece.position
        limit 24
    );
end
$$;

revoke all on function pathfinder.read_title(text) from public, anon, authenticated, service_role;

comment on function pathfinder.read_title(text) is
    'Normalises a title and splits it into the parts that are judged one by one, each with the sign before it.';
