-- Judges a title, read by read_title(), by compiled rules: those that it has a clue of are enough. The highest level
-- held now wins. Each part is judged by its own words, and by what the parts beside it say: a remark ("(retired)",
-- "2010-2018") speaks of what stands before it, or after it where it comes first ("Former: CEO"); an exclusion that
-- names an office goes on over a comma ("assistant to the president, CEO"); and where a part says that the person is
-- somebody's assistant or still learns (exclusions of scope `person`), no other part's office is theirs.
-- Returns: the level (null for none), the text that decided and its scope (segment or title); for explanations what
--   is left of the parts, each with the number of its part; and of that what may say what the office is in charge of,
--   the best first: what stands beside an office from one "|" to the next, then all.
-- Example: select level from pathfinder.match_title('{former cfo,ceo}', array(select e from
--   pathfinder.rule_expressions as e));
create or replace function pathfinder.match_title(
    parts text[],
    expressions pathfinder.rule_expressions[],
    out level text,
    out decisive text,
    out scope text,
    out left_texts text[],
    out left_parts integer[],
    out charges text[]
)
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    many constant boolean := cardinality(parts) > 1;
    whole constant text := array_to_string(parts, E'\n');
    whole_words constant text[] := pathfinder.title_words(whole);
    candidate pathfinder.rule_expressions;
    judges_persons boolean := false;
    finds_in_whole boolean := false;
    part_levels text[] := '{}';
    part_ranks integer[] := '{}';
    part text;
    words text[];
    is_person integer;              -- the part that says what the person is; 0 for several
    is_soft boolean;                -- whether the part goes on where the one before it ended
    is_excluded boolean;
    reach text;                     -- what an exclusion before this part does to it
    is_over boolean := false;       -- whether a remark that came first speaks of all that follows
    remark_end integer := 0;        -- the last part that a remark has spoken of
    survivors text[];
    left_whole text;                -- what is left of the title
    stretch integer := 0;
    stretches integer[] := '{}';    -- of each part: from which "|" to which it stands
    office_stretches integer[] := '{}';
    found pathfinder.rule_expressions;
    best_rank integer;
begin
    scope := 'segment';
    left_texts := '{}';
    left_parts := '{}';
    foreach candidate in array expressions loop
        judges_persons := judges_persons or candidate.scope = 'person';
        finds_in_whole := finds_in_whole or (candidate.scope = 'title' and candidate.category <> 'exclusion');
    end loop;

    for number in 1..coalesce(cardinality(parts), 0) loop
        part := ltrim(parts[number], ',:(@');
        found := pathfinder.find_level(part, pathfinder.title_words(part), expressions, 'segment');
        part_levels[number] := found.category;
        part_ranks[number] := found.rank;
        best_rank := least(best_rank, found.rank);
    end loop;
    if best_rank is null and not finds_in_whole then
        left_texts := array(select ltrim(listed.written, ',:(@') from unnest(parts) as listed (written));
        left_parts := array(select generate_subscripts(parts, 1));
        charges := array[array_to_string(left_texts, E'\n')];
        return;
    end if;
    best_rank := null;

    if many and judges_persons then
        for number in 1..cardinality(parts) loop
            part := ltrim(parts[number], ',:(@');
            if pathfinder.finds(part, pathfinder.title_words(part), expressions, 'exclusion', 'person') then
                is_person := case when is_person is null then number else 0 end;
            end if;
        end loop;
    end if;

    for number in 1..coalesce(cardinality(parts), 0) loop
        is_soft := strpos(',:(@', left(parts[number], 1)) > 0;
        part := ltrim(parts[number], ',:(@');
        words := pathfinder.title_words(part);
        if not is_soft then
            reach := null;
            remark_end := number - 1;
            stretch := stretch + 1;
        end if;
        stretches[number] := stretch;
        continue when is_person <> number;  -- of none where is_person is null

        is_excluded := pathfinder.finds(part, words, expressions, 'exclusion', 'segment');
        if is_excluded and many
            and pathfinder.is_remark(part, words, expressions)
            and not pathfinder.names_office(part, expressions)
        then
            if number = 1 then
                reach := 'all';
                is_over := strpos(',:(@', left(parts[2], 1)) = 0;
            elsif is_soft then
                -- It speaks of what its own stretch of the title holds since the last remark.
                select
                    coalesce(array_agg(kept.text order by kept.position), '{}'),
                    coalesce(array_agg(kept.part order by kept.position), '{}')
                into left_texts, left_parts
                from unnest(left_texts, left_parts) with ordinality as kept (text, part, position)
                where kept.part <= remark_end;
                remark_end := number;
            elsif strpos(',:(@', left(parts[number + 1], 1)) > 0 then
                reach := 'all';
            else
                left_texts := '{}';
                left_parts := '{}';
            end if;
            continue;
        end if;
        if is_over then
            continue when part !~ ('^(?:' || pathfinder.present_words() || ')(?: |$)');
            is_over := false;
        end if;

        survivors := array[part];
        if reach = 'past' and parts[number] like '@%' then
            reach := null;
        end if;
        if is_excluded or reach is not null then
            select surviving.survivors, surviving.reach
            into survivors, reach
            from pathfinder.surviving_parts(part, reach, expressions) as surviving;
        end if;
        left_texts := left_texts || survivors;
        left_parts := left_parts || array_fill(number, array[cardinality(survivors)]);
    end loop;

    for number in 1..cardinality(left_texts) loop
        if left_texts[number] = ltrim(parts[left_parts[number]], ',:(@') then
            found.category := part_levels[left_parts[number]];
            found.rank := part_ranks[left_parts[number]];
        else
            found := pathfinder.find_level(left_texts[number], whole_words, expressions, 'segment');
        end if;
        if found.rank is not null then
            office_stretches := office_stretches || stretches[left_parts[number]];
        end if;
        if found.rank < coalesce(best_rank, found.rank + 1) then
            level := found.category;
            best_rank := found.rank;
            decisive := left_texts[number];
        end if;
    end loop;
    charges := array[array_to_string(left_texts, E'\n')];
    if stretch > 1 and office_stretches <> '{}' then
        charges := array_to_string(array(
            select kept.text
            from unnest(left_texts, left_parts) with ordinality as kept (text, part, position)
            where stretches[kept.part] = any (office_stretches)
            order by kept.position
        ), E'\n') || charges;
    end if;
    if finds_in_whole then
        left_whole := array_to_string(array(
            select case when ltrim(parts[kept.part], ',:(@') = kept.text then parts[kept.part] else kept.text end
            from unnest(left_texts, left_parts) with ordinality as kept (text, part, position)
            order by kept.position
        ), E'\n');
        found := pathfinder.find_level(left_whole, whole_words, expressions, 'title');
        if found.rank < coalesce(best_rank, found.rank + 1) then
            level := found.category;
            decisive := left_whole;
            scope := 'title';
        end if;
    end if;
    if level is not null and pathfinder.finds(whole, whole_words, expressions, 'exclusion', 'title') then
        level := null;
        decisive := null;
    end if;
end
$$;

revoke all on function pathfinder.match_title(text[], pathfinder.rule_expressions[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.match_title(text[], pathfinder.rule_expressions[]) is 'Judges a title by compiled rules.';
