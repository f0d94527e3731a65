-- Normalises a title and splits it into the parts that are judged one by one.
--
-- Folded as in fold_text(); hyphens inside a word become blanks, "&", "+" and a slash inside a phrase become
-- "and", dotted abbreviations are closed up (see close_up()). Parts end at | • · ; : , brackets, line breaks, emoji
-- and other symbols, and at dashes and slashes with blanks around them. An employer after "at", "@", "bei",
-- "chez", … is cut away, up to the next "and" or "as".
--
-- Called by the functions of this stage. Returns an empty array for null or blank. Only the first 1,000
-- characters count.
--
--     select pathfinder.segment_title('Sr. V.P. Sales @ Chief Inc | ex-CEO');   -- {sr vp sales,ex ceo}
create or replace function pathfinder.segment_title(title text)
returns text[]
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    line text := pathfinder.fold_text(pg_catalog.left(title, 1000));
begin
    if line is null then
        return '{}';
    end if;

    if pg_catalog.octet_length(line) <> pg_catalog.length(line) then
        line := pathfinder.replace_symbols(line);
    end if;
    if line <> pg_catalog.translate(line, '-&./(+*_', '') then
        line := pathfinder.close_up(line);
    end if;

    line := pg_catalog.translate(
        line,
        E'|;:,()[]{}<>!?=~^\\\r\x0b\f' || E'.-_*#"\t',
        pg_catalog.repeat(E'\n', 21) || pg_catalog.repeat(' ', 7)
    );
    -- "@acme CEO" names the employer first.
    if pg_catalog.strpos(line, '@') > 0 then
        line := pg_catalog.regexp_replace(line, '(^|\n) *@ ?[^ \n]+', '\1', 'g');
    end if;
    line := pg_catalog.regexp_replace(
        line,
        -- {1,1}? makes the whole expression take as little as it can.
        '(?:@| (?:at|bei|beim|chez|presso|hos|bij) ){1,1}?[^\n]*?'
        '(?= (?:as|and|und|et|y|e|och|og|oraz|now|als) |\n|$)',
        '', 'g'
    );
    if pg_catalog.strpos(line, '  ') > 0 then
        line := pg_catalog.regexp_replace(line, ' {2,}', ' ', 'g');
    end if;
    if pg_catalog.strpos(line, E'\n') = 0 then
        line := pg_catalog.btrim(line);
        return case when line = '' then '{}'::text[] else array[line] end;
    end if;
    return array(
        select pg_catalog.btrim(pieces.piece)
        from pg_catalog.string_to_table(line, E'\n') with ordinality as pieces (piece, position)
        where pg_catalog.btrim(pieces.piece) <> ''
        order by pieces.position
    );
end
$$;

revoke all on function pathfinder.segment_title(text) from public, anon, authenticated, service_role;

comment on function pathfinder.segment_title(text) is
    'Normalises a title and splits it into the parts that are judged one by one.';
