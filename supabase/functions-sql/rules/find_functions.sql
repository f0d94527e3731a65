-- What an executive is in charge of: found in what exclusions leave of the title, from "|" to "|" where an office
-- stands, else in the rest of it, else in the department.
-- Returns: names of functions in their order; empty where nothing says it. To be asked of executives only.
-- Example: select pathfinder.find_functions('EVP & CFO | Speaker', null);  -- {finance}
create or replace function pathfinder.find_functions(title text, department text)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
    parts constant text[] := pathfinder.read_title(title);
    words constant text[] := pathfinder.title_words(array_to_string(parts, ' '));
    expressions constant pathfinder.rule_expressions[] := pathfinder.expressions_for(words);
    verdict record;
    stretch integer := 0;
    stretches integer[] := '{}';        -- of each part: which "|" to "|" it stands in
    office_stretches integer[] := '{}';
    found text[] := '{}';
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
    found := pathfinder.match_functions(array(
        select kept.text
        from unnest(verdict.left_texts, verdict.left_parts) as kept (text, part)
        where stretches[kept.part] = any (office_stretches)
    ));
    if found = '{}' then
        found := pathfinder.match_functions(verdict.left_texts);
    end if;
    if found = '{}' then
        found := pathfinder.match_functions(pathfinder.segment_title(department));
    end if;
    return found;
end
$$;

revoke all on function pathfinder.find_functions(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.find_functions(text, text) is 'What an executive is in charge of, by title or else department.';
