-- What classify_titles() answers, with its owner's rights. Each distinct title is judged once, and one rule after the
-- other is tried on what decided, so that its expression is compiled once.
-- Returns: as classify_titles(), and for executives what may say what they are in charge of, as match_title() does.
-- Example: select * from pathfinder.classify_many('{CFO,Gardener}');
create or replace function pathfinder.classify_many(titles text[])
returns table (title text, seniority_level text, matched_rule text, charges text[])
language sql
stable
security definer
set search_path = ''
as $$
    with judged as materialized (
        select verdict.title, verdict.level, verdict.decisive, verdict.scope, verdict.charges
        from pathfinder.judge_titles(classify_many.titles, array(
            select expression from pathfinder.rule_expressions as expression
        )) as verdict
        where verdict.level is not null
    ),
    decisive as materialized (
        select distinct judged.level, judged.decisive, judged.scope, pathfinder.title_words(judged.decisive) as words
        from judged
    ),
    ruled as materialized (
        select found.level, found.decisive, found.scope, min(rule.id) as id
        from public.classification_rules as rule
        cross join lateral (
            select decisive.level, decisive.decisive, decisive.scope
            from decisive
            where decisive.level = rule.level
                and decisive.scope = rule.scope
                and coalesce(rule.clues && decisive.words, true)
                and decisive.decisive ~ ('(?w)' || array_to_string(rule.matcher, '|'))
            offset 0
        ) as found
        where rule.is_active
        group by found.level, found.decisive, found.scope
    )
    select given.title, judged.level, coalesce(nullif(btrim(rule.description), ''), rule.pattern), judged.charges
    from unnest(classify_many.titles) with ordinality as given (title, position)
    left join judged on judged.title = given.title
    left join ruled
        on ruled.level = judged.level and ruled.decisive = judged.decisive and ruled.scope = judged.scope
    left join public.classification_rules as rule on rule.id = ruled.id
    order by given.position
$$;

revoke all on function pathfinder.classify_many(text[]) from public, anon, authenticated, service_role;
grant execute on function pathfinder.classify_many(text[]) to service_role;

comment on function pathfinder.classify_many(text[]) is 'What classify_titles() answers.';

-- Classifies many titles by the rules in force, as classify_title() does one, in a fraction of the time.
-- Returns: a row for each given title, in their order; `seniority_level` and `matched_rule` are null for whoever is no
--   executive. Over the API, at most as many rows as the project's max_rows (1,000 unless it was changed).
-- Example: select * from public.classify_titles('{Sr. VP Mktg @ Acme,Gardener}');
create or replace function public.classify_titles(titles text[])
returns table (title text, seniority_level text, matched_rule text)
language sql
stable
set search_path = ''
as $$
    select judged.title, judged.seniority_level, judged.matched_rule
    from pathfinder.classify_many(classify_titles.titles) as judged
$$;

revoke all on function public.classify_titles(text[]) from public, anon, authenticated, service_role;
grant execute on function public.classify_titles(text[]) to service_role;

comment on function public.classify_titles(text[]) is
    'Classifies many titles at once: a row for each, with its level and the rule that decided.';
