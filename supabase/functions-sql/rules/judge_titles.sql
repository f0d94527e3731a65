-- Judges many titles by compiled rules, in force or proposed.
-- Returns: for each title its level, none for none.
-- Example: select * from pathfinder.judge_titles('{CFO}', array(select e from pathfinder.rule_expressions as e));
create or replace function pathfinder.judge_titles(titles text[], expressions pathfinder.rule_expressions[])
returns table (title text, level text)
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
        select given.title, given.position, reading.parts
        from unnest(judge_titles.titles) with ordinality as given (title, position)
        cross join lateral (select pathfinder.read_title(given.title) as parts) as reading
    ),
    known as (
        select listed.position, clues.number, array_agg(distinct clues.word) as words
        from listed
        cross join lateral unnest(pathfinder.title_words(array_to_string(listed.parts, ' '))) as held (word)
        join clues on clues.word = held.word
        group by listed.position, clues.number
        union all
        select listed.position, compiled.number, null
        from listed
        join compiled on compiled.clues is null
    ),
    relevant as (
        select
            known.position,
            array_agg(
                row(
                    compiled.number, compiled.category, compiled.scope, compiled.rank, compiled.pattern,
                    compiled.loose, known.words
                )::pathfinder.rule_expressions
            ) as expressions
        from known
        join compiled on compiled.number = known.number
        group by known.position
    )
    select listed.title, coalesce(verdict.level, 'none')
    from listed
    left join relevant on relevant.position = listed.position
    cross join lateral pathfinder.match_title(listed.parts, coalesce(relevant.expressions, '{}')) as verdict
    order by listed.position
$$;

revoke all on function pathfinder.judge_titles(text[], pathfinder.rule_expressions[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.judge_titles(text[], pathfinder.rule_expressions[]) is 'Judges many titles by compiled rules.';
