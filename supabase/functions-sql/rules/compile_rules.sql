-- Compiles the active ones of the given rules into what classification matches with: many rules to an expression,
-- each with the clues of its rules. Matching takes the longer the more is joined, and every title is matched only
-- with what it has a clue of: so a language's rules, written one after the other, mostly make one expression. Apart
-- are those that would make the others slow: patterns that do not begin at a word's edge, letters other than ASCII,
-- rules without clues.
-- Returns: rows as in rule_expressions. `rules` is an array as in rule_versions.rules, {"id", "category", "scope",
--   "is_active", "matcher", "clues", …} each; `ranks` the levels that are on with their ranks, {"csuite": 1, …}.
-- Example: select * from pathfinder.compile_rules((select rules from public.rule_versions limit 1), '{"csuite": 1,
--   "vp": 2}');
create or replace function pathfinder.compile_rules(rules jsonb, ranks jsonb)
returns setof pathfinder.rule_expressions
language sql
immutable
set search_path = ''
as $$
    with listed as (
        select
            (element.value ->> 'id')::bigint as id,
            element.value ->> 'category' as category,
            element.value ->> 'scope' as scope,
            element.value -> 'matcher' as matcher,
            nullif(element.value -> 'clues', 'null') as clues
        from jsonb_array_elements(compile_rules.rules) as element
        where (element.value ->> 'is_active')::boolean
            and (element.value ->> 'category' = 'exclusion' or compile_rules.ranks ? (element.value ->> 'category'))
    ),
    -- A rule's branches of one manner, at the end of which so many signs have been written.
    parts as (
        select
            listed.id,
            listed.category,
            listed.scope,
            listed.clues,
            manner.is_quick,
            jsonb_agg(branch.value) as matcher,
            sum(sum(length(branch.value))) over (
                partition by listed.scope, listed.category, manner.is_quick
                order by listed.id
            ) as signs
        from listed
        cross join lateral jsonb_array_elements_text(listed.matcher) as branch
        cross join lateral (
            select branch.value ~ '^\\[ym]' and listed.clues is not null and listed.clues::text !~ '[^ -~]'
        ) as manner (is_quick)
        group by listed.id, listed.scope, listed.category, listed.clues, manner.is_quick
    ),
    expressions as (
        select
            parts.category,
            parts.scope,
            min(parts.id) as first_rule,
            jsonb_agg(parts.matcher order by parts.id) as matchers,
            case when bool_and(parts.clues is not null) then jsonb_agg(parts.clues) end as clues
        from parts
        group by parts.scope, parts.category, parts.is_quick, parts.clues is null, floor(parts.signs / 2500)
    )
    select
        (row_number() over (order by ranked.rank nulls last, expressions.scope, expressions.first_rule))::integer,
        expressions.category,
        expressions.scope,
        ranked.rank,
        pathfinder.join_branches(expressions.matchers),
        case when ranked.rank is not null and expressions.scope = 'segment' then
            pathfinder.join_branches(expressions.matchers, loosely => true)
        end,
        case when expressions.clues is not null then array(
            select distinct clue.word
            from jsonb_array_elements(expressions.clues) as rule_clues (words)
            cross join lateral jsonb_array_elements_text(rule_clues.words) as clue (word)
        ) end
    from expressions
    cross join lateral (select (compile_rules.ranks ->> expressions.category)::smallint) as ranked (rank)
$$;

revoke all on function pathfinder.compile_rules(jsonb, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.compile_rules(jsonb, jsonb) is
    'Compiles a rule set into the expressions that classification matches with.';
