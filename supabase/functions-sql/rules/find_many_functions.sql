-- What many executives are in charge of, as find_functions() says of one. Each distinct text is looked at once, and
-- all of them by one expression after the other, so that each is compiled once.
-- Returns: a row for each distinct title with its department, in no order.
-- Example: select * from pathfinder.find_many_functions('{CFO,VP}', '{null,Sales}');
create or replace function pathfinder.find_many_functions(titles text[], departments text[])
returns table (title text, department text, functions text[])
language sql
stable
set search_path = ''
as $$
    with asked as materialized (
        select distinct given.title, given.department
        from unnest(find_many_functions.titles, find_many_functions.departments) as given (title, department)
    ),
    listed as materialized (
        select given.title, pathfinder.read_title(given.title) as parts
        from (select distinct asked.title from asked) as given
        -- Titles that are alike are matched by the same expressions.
        order by given.title
    ),
    charged as materialized (
        select listed.title, texts.offices, texts.others
        from listed
        cross join lateral pathfinder.charged_texts(listed.parts) as texts
    ),
    places as materialized (
        select charged.title as said, 1 as preference, array_to_string(charged.offices, E'\n') as whole
        from charged
        union all
        select charged.title, 2, array_to_string(charged.others, E'\n')
        from charged
        union all
        select given.department, 3, array_to_string(pathfinder.segment_title(given.department), E'\n')
        from (select distinct asked.department from asked where asked.department is not null) as given
    ),
    wholes as materialized (
        select written.whole, pathfinder.title_words(written.whole) as words
        from (select distinct places.whole from places) as written
    ),
    found as materialized (
        select matched.whole, array_agg(known.function order by known.place) as functions
        from pathfinder.function_expressions as expression
        join public.functions as known on known.function = expression.function
        cross join lateral (
            select wholes.whole
            from wholes
            where (expression.clues is null or expression.clues && wholes.words)
                and wholes.whole ~ expression.pattern
            -- One expression after the other.
            offset 0
        ) as matched
        group by matched.whole
    ),
    told as materialized (
        select distinct on (places.said, places.preference = 3)
            places.said, places.preference = 3 as is_department, found.functions
        from places
        join found on found.whole = places.whole
        order by places.said, places.preference = 3, places.preference
    )
    select asked.title, asked.department, coalesce(by_title.functions, by_department.functions, '{}')
    from asked
    left join told as by_title on by_title.said = asked.title and not by_title.is_department
    left join told as by_department on by_department.said = asked.department and by_department.is_department
$$;

revoke all on function pathfinder.find_many_functions(text[], text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.find_many_functions(text[], text[]) is 'What many executives are in charge of.';
