-- Where a title, read by read_title(), says what an executive is in charge of: in what exclusions leave of it.
-- Returns: `offices`, the texts from "|" to "|" where an office stands; `others`, all that is left of the title.
-- Example: select * from pathfinder.charged_texts('{evp and cfo,speaker}');  -- {evp and cfo} | {evp and cfo,speaker}
create or replace function pathfinder.charged_texts(parts text[], out offices text[], out others text[])
language plpgsql
stable
set search_path = ''
as $$
declare
    words constant text[] := pathfinder.title_words(array_to_string(parts, ' '));
    expressions constant pathfinder.rule_expressions[] := pathfinder.expressions_for(words);
    verdict record;
    stretch integer := 0;
    stretches integer[] := '{}';        -- of each part: which "|" to "|" it stands in
    office_stretches integer[] := '{}';
begin
    verdict := pathfinder.match_title(parts, expressions);
    for number in 1..coalesce(cardinality(parts), 0) loop
        if strpos(',:(@', left(parts[number], 1)) = 0 then
            stretch := stretch + 1;
        end if;
        stretches[number] := stretch;
    end loop;
    for number in 1..coalesce(cardinality(verdict.left_texts), 0) loop
        if (pathfinder.find_level(verdict.left_texts[number], words, expressions, 'segment')).rank is not null then
            office_stretches := office_stretches || stretches[verdict.left_parts[number]];
        end if;
    end loop;
    offices := array(
        select kept.text
        from unnest(verdict.left_texts, verdict.left_parts) as kept (text, part)
        where stretches[kept.part] = any (office_stretches)
    );
    others := verdict.left_texts;
end
$$;

revoke all on function pathfinder.charged_texts(text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.charged_texts(text[]) is 'Where a title says what an executive is in charge of.';
