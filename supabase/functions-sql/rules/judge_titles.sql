-- Judges many titles by compiled rules, in force or proposed. A backend keeps 32 regular expressions compiled: titles
-- that are matched with the same ones come one after the other.
-- Returns: for each title that has a clue, once, its level (null for none) and by which text of which scope, as
--   match_title() does.
-- Example: select * from pathfinder.judge_titles('{CFO}', array(select e from pathfinder.rule_expressions as e));
create or replace function pathfinder.judge_titles(titles text[], expressions pathfinder.rule_expressions[])
returns table (title text, level text, decisive text, scope text)
language sql
stable
set search_path = ''
as $$
    with compiled as materialized (
        select expression.* from unnest(judge_titles.expressions) as expression
    ),
    clues as materialized (
        select compiled.number, clue.word
        from compiled
        cross join lateral unnest(compiled.clues) as clue (word)
    ),
    listed as materialized (
        select given.title, reading.parts
        from (
            select distinct written.title
            from unnest(judge_titles.titles) as written (title)
            where written.title is not null
        ) as given
        cross join lateral (select pathfinder.read_title(given.title) as parts) as reading
    ),
    known as (
        select listed.title, clues.number, array_agg(distinct clues.word) as words
        from listed
        cross join lateral unnest(pathfinder.title_words(array_to_string(listed.parts, ' '))) as held (word)
        join clues on clues.word = held.word
        group by listed.title, clues.number
        union all
        select listed.title, compiled.number, null
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
        order by array_agg(known.number order by known.number)
    )
    select queue.title, verdict.level, verdict.decisive, verdict.scope
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
