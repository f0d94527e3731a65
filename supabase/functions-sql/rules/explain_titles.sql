-- Explains what the rules in force make of many titles at once.
-- Returns: for each title the level (none for none), the rule that gave it, or kept out whoever holds it, a sentence,
--   and what exclusions leave of which part.
-- Example: select * from pathfinder.explain_titles('{Former CFO,Gardener}');
create or replace function pathfinder.explain_titles(titles text[])
returns table (title text, level text, rule_id bigint, reason text, left_texts text[], left_parts integer[])
language sql
stable
set search_path = ''
as $$
    with matches as materialized (
        select * from pathfinder.matching_rules(explain_titles.titles)
    ),
    judged as materialized (
        select
            listed.title,
            verdict.level,
            verdict.decisive,
            verdict.left_texts,
            verdict.left_parts,
            case when verdict.level is not null then (
                pathfinder.find_rule(verdict.decisive, verdict.level, verdict.scope)
            ).id end as rule_id,
            known.words
        from unnest(explain_titles.titles) as listed (title)
        cross join lateral (select pathfinder.read_title(listed.title) as parts) as reading
        cross join lateral (
            select pathfinder.title_words(array_to_string(reading.parts, ' ')) as words
        ) as known
        cross join lateral pathfinder.match_title(reading.parts, pathfinder.expressions_for(known.words)) as verdict
    ),
    -- To blame is an exclusion of the whole title, or of the person, or of the part that names an office.
    blamed as materialized (
        select distinct on (judged.title) judged.title, matches.rule_id
        from judged
        join matches on matches.title = judged.title and matches.category = 'exclusion'
        where judged.level is null
            and exists (
                select from matches as office
                where office.title = judged.title and office.category <> 'exclusion'
            )
        order by
            judged.title,
            case matches.scope when 'title' then 0 when 'person' then 1 else 2 end,
            not exists (
                select from matches as office
                where office.title = judged.title and office.category <> 'exclusion' and office.position = matches.position
            ),
            matches.position, matches.rule_id
    )
    select
        judged.title,
        coalesce(judged.level, 'none'),
        rule.id,
        case
            when judged.level is not null then format(
                'The rule "%s" finds "%s": %s.',
                coalesce(nullif(btrim(rule.description), ''), rule.pattern),
                replace(translate(judged.decisive, ',:(@', ''), E'\n', ' | '),
                (select known.label from public.levels as known where known.level = judged.level))
            when judged.words = '{""}' or judged.words = '{}' then 'The title is empty.'
            when rule.id is null then 'No rule finds an office in it.'
            else format('The office in it is excluded by the rule "%s".', coalesce(nullif(btrim(rule.description), ''), rule.pattern))
        end,
        judged.left_texts,
        judged.left_parts
    from judged
    left join blamed on blamed.title = judged.title
    left join public.classification_rules as rule on rule.id = coalesce(judged.rule_id, blamed.rule_id)
$$;

revoke all on function pathfinder.explain_titles(text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.explain_titles(text[]) is 'Explains what the rules in force make of many titles at once.';
