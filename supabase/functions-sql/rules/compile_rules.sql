-- Compiles the active ones of the given rules into what classification matches with, each with the clues of its
-- rules. A title is matched only with what it has a clue of, and takes the longer the more is joined. But a backend
-- keeps no more than 32 expressions compiled, and to compile one takes fifty times as long as to match it. So rules
-- whose clues most executives' titles hold, and those that have none, are joined, for one title needs nearly all of
-- them; the others stay by themselves, and so do letters other than ASCII: joined, they take the square of their
-- length to compile.
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
            manner.stays_alone,
            jsonb_agg(branch.value) as matcher,
            sum(sum(length(branch.value))) over (
                partition by listed.scope, listed.category, manner.stays_alone, listed.clues is null
                order by listed.id
            ) as signs
        from listed
        cross join lateral jsonb_array_elements_text(listed.matcher) as branch
        cross join lateral (
            select coalesce(branch.value ~ '[^ -~]' or not listed.clues ?| pathfinder.office_words(), false)
        ) as manner (stays_alone)
        group by listed.id, listed.scope, listed.category, listed.clues, manner.stays_alone
    ),
    expressions as (
        select
            parts.category,
            parts.scope,
            parts.stays_alone,
            min(parts.id) as first_rule,
            jsonb_agg(parts.matcher order by parts.id) as matchers,
            case when bool_and(parts.clues is not null) then jsonb_agg(parts.clues) end as clues
        from parts
        group by
            parts.scope,
            parts.category,
            parts.stays_alone,
            parts.clues is null,
            case when parts.stays_alone then parts.id else floor(parts.signs / 4000) end
    )
    select
        (row_number() over (
            order by ranked.rank nulls last, expressions.scope, expressions.stays_alone, expressions.first_rule
        ))::integer,
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
