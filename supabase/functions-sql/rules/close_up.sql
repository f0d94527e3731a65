-- Resolves the punctuation of a folded title whose meaning hangs on what stands beside it.
--
-- "c.e.o." is "ceo"; "gründer*in" and "director/a" lose their gender mark; "(co-)founder" is "cofounder"; an
-- abbreviation beside the words it stands for goes ("certified prosthetist orthotist (cpo)", "cpo (certified …)");
-- a dash or slash with blanks around it ends a part, a slash without is "and"; "&" and "+" are "and".
--
-- Called by segment_title(). Returns null for null.
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
    if pg_catalog.strpos(line, '&') > 0 then
        line := pg_catalog.replace(pg_catalog.replace(line, '&amp;', '&'), '&', ' and ');
    end if;
    if pg_catalog.strpos(line, '.') > 0 then
        line := pg_catalog.regexp_replace(
            line, '(?<![[:alnum:]])([[:alpha:]])\. ?(?=[[:alpha:]](?![[:alnum:]]))', '\1', 'g');
        line := pg_catalog.regexp_replace(
            line, '([[:alpha:]]{3})\.(?:e|rice|trice|ne|ve|se|euse)s?(?![[:alpha:]])', '\1', 'g');
        line := pg_catalog.regexp_replace(line, '([[:alpha:]]{7})\. |\.{2,}', E'\\1\n', 'g');
    end if;
    if line <> pg_catalog.translate(line, '/*_(', '') then
        line := pg_catalog.regexp_replace(
            line, '([[:alpha:]]{3})(?:[/*_]|\()(?:a|e|in|innen|trice|rice|ne)(?![[:alnum:]])\)?', '\1', 'g');
        line := pg_catalog.regexp_replace(line, '\((s|e|a|co)[- ]?\) ?(?=[[:alpha:]])', '\1', 'g');
        bracketed := pg_catalog.regexp_match(line, '([^|;:,()\n]+)\(([a-z]{2,6})\)');
        if bracketed[1] ~ ('\m' || pg_catalog.regexp_replace(bracketed[2], '(?<=.)(?=.)', '.*\m', 'g')) then
            line := pg_catalog.replace(line, '(' || bracketed[2] || ')', ' ');
        end if;
        bracketed := pg_catalog.regexp_match(line, '(?<![[:alnum:]])([a-z]{2,6}) ?\(([^|;:,()\n]+)\)');
        if bracketed[2] ~ ('^' || pg_catalog.regexp_replace(bracketed[1], '(?<=.)(?=.)', '[^ ]* (?:\w+ )?', 'g')) then
            line := pg_catalog.regexp_replace(line, '(?<![[:alnum:]])' || bracketed[1] || ' ?\(', '(');
        end if;
        line := pg_catalog.regexp_replace(line, '/{2,}| /|/ ', E'\n', 'g');
        line := pg_catalog.replace(line, '/', ' and ');
    end if;
    if pg_catalog.strpos(line, '+') > 0 then
        line := pg_catalog.replace(line, '+', ' and ');
    end if;
    if pg_catalog.strpos(line, ' -') > 0 or pg_catalog.strpos(line, '--') > 0 then
        line := pg_catalog.regexp_replace(line, ' -+ |-{2,}', E'\n', 'g');
    end if;
    return line;
end
$$;

revoke all on function pathfinder.close_up(text) from public, anon, authenticated, service_role;

comment on function pathfinder.close_up(text) is
    'Resolves the dots, slashes, dashes and brackets of a folded title.';
