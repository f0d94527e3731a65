-- Judges many titles by compiled rules, in force or proposed. Most titles have none of the words that an office needs,
-- and are done with after one look, as in classify(): plain ones without being normalised. A backend keeps 32 regular
-- expressions compiled: titles that are matched with the same ones come one after the other.
-- Returns: for each title that has a clue to an office, once, its level (null for none), by which text of which scope,
--   and what may say what the office is in charge of, as match_title() does.
-- Example: select * from pathfinder.judge_titles('{CFO}', array(select e from pathfinder.rule_expressions as e));
create or replace function pathfinder.judge_titles(titles text[], expressions pathfinder.rule_expressions[])
returns table (title text, level text, decisive text, scope text, charges text[])
language sql
stable
set search_path = ''
as $$
    with compiled as materialized (
        select expression.*, expression.category <> 'exclusion' as finds_people
        from unnest(judge_titles.expressions) as expression
    ),
    clues as materialized (
        select compiled.number, compiled.finds_people, clue.word
        from compiled
        cross join lateral unnest(compiled.clues) as clue (word)
    ),
    -- Plain words need no normalising to be compared with clues; a comma only ends a part.
    given as materialized (
        select
            distinct_one.title,
            case
                when length(distinct_one.title) <= 500
                    and distinct_one.title ~ '^[A-Za-z0-9 ,]*$'
                    and distinct_one.title !~ '[a-z][A-Z]|[A-Z]{2}[a-z]'
                    and ' ' || translate(distinct_one.title, ',', ' ') || ' ' not like '% _ _ _ %'
                    then string_to_array(lower(translate(distinct_one.title, ',', ' ')), ' ')
            end as words
        from (
            select distinct written.title
            from unnest(judge_titles.titles) as written (title)
            where written.title is not null
        ) as distinct_one
    ),
    hopeful as materialized (
        select given.title
        from given
        where given.words is null
            or exists (select from compiled where compiled.clues is null and compiled.finds_people)
        union
        select given.title
        from given
        cross join lateral unnest(given.words) as held (word)
        join clues on clues.word = held.word and clues.finds_people
    ),
    listed as materialized (
        select hopeful.title, reading.parts
        from hopeful
        cross join lateral (select pathfinder.read_title(hopeful.title) as parts) as reading
    ),
    known as (
        select listed.title, clues.number, clues.finds_people, array_agg(distinct clues.word) as words
        from listed
        cross join lateral unnest(pathfinder.title_words(array_to_string(listed.parts, ' '))) as held (word)
        join clues on clues.word = held.word
        group by listed.title, clues.number, clues.finds_people
        union all
        select listed.title, compiled.number, compiled.finds_people, null
        from listed
        join compiled on compiled.clues is null
    ),
    -- Which expressions a title needs, not yet what they are: of many titles that is too much to sort.
    queue as materialized (
        select
            listed.title,
            listed.parts,
            array_agg(
                row(known.number, null, null, null, null, null, known.words)::pathfinder.rule_expressions
            ) as needed
        from known
        join listed on listed.title = known.title
        group by listed.title, listed.parts
        having bool_or(known.finds_people)
        order by array_agg(known.number order by known.number)
    )
    select queue.title, verdict.level, verdict.decisive, verdict.scope, verdict.charges
    from queue
    cross join lateral pathfinder.match_title(queue.parts, array(
        select row(
            compiled.number, compiled.category, compiled.scope, compiled.rank, compiled.pattern,
            compiled.loose, needed.clues
        )::pathfinder.rule_expressions
        from unnest(queue.needed) as needed
        join compiled on compiled.number = needed.number
    )) as verdict
$$;

revoke all on function pathfinder.judge_titles(text[], pathfinder.rule_expressions[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.judge_titles(text[], pathfinder.rule_expressions[]) is 'Judges many titles by compiled rules.';
