-- Resolves the punctuation of a folded title whose meaning hangs on what stands beside it: "c.e.o." is "ceo"; "ceo's"
-- is "ceos", "int'l" "intl"; "gründer*in" and "director/a" lose their gender mark; "(co-)founder" is "cofounder"; an
-- abbreviation beside the words it stands for goes ("certified prosthetist orthotist (cpo)"); a dash or slash with
-- blanks around it ends a part, a slash without is "and"; "&" and "+" are "and".
-- Returns: text; null for null.
-- Example: select pathfinder.close_up('c.e.o. & founder');  -- ceo  and  founder
create or replace function pathfinder.close_up(original text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
    line text := original;
    bracketed text[];
begin
    if strpos(line, '&') > 0 then
        line := replace(replace(line, '&amp;', '&'), '&', ' and ');
    end if;
    -- "the CEO's office" and "VD:s assistent" name an office that is somebody else's: "ceos" is none.
    if strpos(line, '''') > 0 then
        line := regexp_replace(line, '([[:alnum:]])''s(?![[:alnum:]])', '\1s', 'g');
        line := regexp_replace(line, '([[:alnum:]]{2})''(n?[iu]n|l|t|y)(?![[:alnum:]])', '\1\2', 'g');
    end if;
    if strpos(line, ':') > 0 then
        line := regexp_replace(line, '([[:alnum:]]):(s|n|en|ns|na)(?![[:alnum:]])', '\1\2', 'g');
        line := regexp_replace(line, '\m(to|for|of|with|by|under)( the)? ?:', '\1\2 ', 'g');
    end if;
    if strpos(line, '.') > 0 then
        line := regexp_replace(
            line, '(?<![[:alnum:]])([[:alpha:]])\. ?(?=[[:alpha:]](?![[:alnum:]]))', '\1', 'g');
        line := regexp_replace(
            line, '([[:alpha:]]{3})\.(?:e|rice|trice|ne|ve|se|euse)s?(?![[:alpha:]])', '\1', 'g');
        line := regexp_replace(line, '([[:alpha:]]{7})\. |\.{2,}', E'\\1\n', 'g');
    end if;
    if line <> translate(line, '/*_(', '') then
        line := regexp_replace(
            line, '([[:alpha:]]{3})(?:[/*_]|\()(?:a|e|in|innen|trice|rice|ne)(?![[:alnum:]])\)?', '\1', 'g');
        line := regexp_replace(line, '\((s|e|a|co)[- ]?\) ?(?=[[:alpha:]])', '\1', 'g');
        bracketed := regexp_match(line, '([^|;:,()\n]+)\(([a-z]{2,6})\)');
        if bracketed[1] ~ ('\m' || regexp_replace(bracketed[2], '(?<=.)(?=.)', '.*\m', 'g')) then
            line := replace(line, '(' || bracketed[2] || ')', ' ');
        end if;
        bracketed := regexp_match(line, '(?<![[:alnum:]])([a-z]{2,6}) ?\(([^|;:,()\n]+)\)');
        if bracketed[2] ~ ('^' || regexp_replace(bracketed[1], '(?<=.)(?=.)', '[^ ]* (?:\w+ )?', 'g')) then
            line := regexp_replace(line, '(?<![[:alnum:]])' || bracketed[1] || ' ?\(', '(');
        end if;
        line := regexp_replace(line, '/{2,}| /|/ ', E'\n', 'g');
        line := replace(line, '/', ' and ');
    end if;
    if strpos(line, '+') > 0 then
        line := replace(line, '+', ' and ');
    end if;
    if strpos(line, ' -') > 0 or strpos(line, '--') > 0 then
        line := regexp_replace(line, ' -+ |-{2,}', E'\n', 'g');
    end if;
    return line;
end
$$;

revoke all on function pathfinder.close_up(text) from public, anon, authenticated, service_role;

comment on function pathfinder.close_up(text) is
    'Resolves the dots, slashes, dashes and brackets of a folded title.';
