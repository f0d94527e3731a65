-- What many executives are in charge of, as find_functions() says of one. Each distinct text is looked at once, and
-- all of them by one expression after the other, so that each is compiled once. `charges` holds for each title a JSON
-- array of what match_title() gives of it; where there is none, the title is judged here.
-- Returns: a row for each distinct title with its department, in no order.
-- Example: select * from pathfinder.find_many_functions('{CFO,VP}', '{null,Sales}');
create or replace function pathfinder.find_many_functions(
    titles text[],
    departments text[],
    charges jsonb[] default null
)
returns table (title text, department text, functions text[])
language sql
stable
set search_path = ''
as $$
    with asked as materialized (
        select distinct given.title, given.department, given.charges
        from unnest(
            find_many_functions.titles, find_many_functions.departments, find_many_functions.charges
        ) as given (title, department, charges)
    ),
    listed as materialized (
        select
            given.title,
            coalesce(given.charges, to_jsonb((
                select (
                    pathfinder.match_title(
                        reading.parts,
                        pathfinder.expressions_for(pathfinder.title_words(array_to_string(reading.parts, ' ')))
                    )
                ).charges
                from (select pathfinder.read_title(given.title) as parts) as reading
            ))) as charges
        from (select distinct asked.title, asked.charges from asked) as given
        -- Titles that are alike are matched by the same expressions.
        order by given.title
    ),
    places as materialized (
        select listed.title as said, charge.place, charge.whole
        from listed
        cross join lateral jsonb_array_elements_text(listed.charges) with ordinality as charge (whole, place)
        union all
        select given.department, null, array_to_string(pathfinder.segment_title(given.department), E'\n')
        from (select distinct asked.department from asked where asked.department is not null) as given
    ),
    wholes as materialized (
        select written.whole, pathfinder.title_words(written.whole) || ''::text as words
        from (select distinct places.whole from places) as written
    ),
    found as materialized (
        select hit.whole, array_agg(hit.function order by hit.place) as functions
        from (
            select distinct matched.whole, known.function, known.place
            from pathfinder.function_expressions as expression
            join public.functions as known on known.function = expression.function
            cross join lateral (
                select wholes.whole
                from wholes
                where exists (
                        select
                        from pathfinder.function_clues as clue
                        where clue.number = expression.number and clue.word = any (wholes.words)
                    )
                    and wholes.whole ~ expression.pattern
                -- One expression after the other.
                offset 0
            ) as matched
        ) as hit
        group by hit.whole
    ),
    told as materialized (
        select distinct on (places.said, places.place is null)
            places.said, places.place is null as is_department, found.functions
        from places
        join found on found.whole = places.whole
        order by places.said, places.place is null, places.place
    )
    select asked.title, asked.department, coalesce(by_title.functions, by_department.functions, '{}')
    from asked
    left join told as by_title on by_title.said = asked.title and not by_title.is_department
    left join told as by_department on by_department.said = asked.department and by_department.is_department
$$;

revoke all on function pathfinder.find_many_functions(text[], text[], jsonb[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.find_many_functions(text[], text[], jsonb[]) is 'What many executives are in charge of.';
