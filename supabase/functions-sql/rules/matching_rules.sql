-- The rules in force that match something in the given titles. One rule after the other is tried on all of them, so
-- that its expression is compiled once.
-- Returns: a row for each rule and text that it matches.
-- Example: select rule.pattern from pathfinder.matching_rules('{Former CFO}') as found join
--   public.classification_rules as rule on rule.id = found.rule_id;
create or replace function pathfinder.matching_rules(titles text[])
returns table (title text, piece text, "position" integer, rule_id bigint, category text, scope text)
language sql
stable
set search_path = ''
as $$
    with pieces as materialized (
        select listed.title, found.piece, found.words, found.position
        from unnest(matching_rules.titles) as listed (title)
        cross join lateral pathfinder.title_pieces(listed.title) as found
    ),
    words as materialized (
        select array_agg(distinct word) as known from pieces cross join lateral unnest(pieces.words) as word
    ),
    rules as materialized (
        select rule.id, rule.category, rule.scope, rule.clues, '(?w)' || array_to_string(rule.matcher, '|') as expression
        from public.classification_rules as rule
        left join public.levels as known on known.level = rule.level
        where rule.is_active
            and coalesce(known.is_on, true)
            and (rule.clues is null or rule.clues && (select words.known from words))
    )
    select found.title, found.piece, found.position, rules.id, rules.category, rules.scope
    from rules
    cross join lateral (
        select pieces.title, pieces.piece, pieces.position
        from pieces
        where (pieces.position = 0) = (rules.scope = 'title')
            and (rules.clues is null or rules.clues && pieces.words)
            and pieces.piece ~ rules.expression
        offset 0
    ) as found
$$;

revoke all on function pathfinder.matching_rules(text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.matching_rules(text[]) is 'The rules in force that match something in the given titles.';
