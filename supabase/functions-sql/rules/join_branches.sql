-- Joins expressions into one alternation, or null if there are none.
--
-- Word edges at either end are taken out of the alternation: \y(?:a|b|c)\y instead of \ya\y|\yb\y|\yc\y. With 400
-- rules that compiles 150 times faster (measured: 3.5 ms against 0.5 s), and a backend compiles anew after every edit.
--
-- Called by compile_rules(). `word_led` chooses the branches that begin at a word's edge, or the others: kept apart,
-- each is matched several times as fast as both together. `capture` puts each rule in a group of its own, in the order
-- of `numbers`. `loosely` leaves out what looks ahead or back, which finds more, but far quicker.
create or replace function pathfinder.join_branches(
    matchers jsonb,
    word_led boolean,
    capture boolean default false,
    loosely boolean default false,
    out expression text,
    out numbers integer[]
)
language sql
immutable
set search_path = ''
as $$
    with branches as (
        select
            rules.number,
            branches.branch,
            join_branches.word_led as leads,
            branches.branch ~ '\\[yM]$' as trails
        from pg_catalog.jsonb_array_elements(join_branches.matchers) with ordinality as rules (matcher, number)
        cross join lateral pg_catalog.jsonb_array_elements_text(rules.matcher) as written (branch)
        cross join lateral (
            select case when join_branches.loosely then pathfinder.loosen_branch(written.branch) else written.branch end
        ) as branches (branch)
        where (branches.branch ~ '^\\[ym]') = join_branches.word_led
    ),
    inner_parts as (
        select
            branches.number,
            branches.leads,
            branches.trails,
            pg_catalog.substr(
                pg_catalog.left(branches.branch, pg_catalog.length(branches.branch) - case when branches.trails then 2 else 0 end),
                case when branches.leads then 3 else 1 end
            ) as inner_part
        from branches
    ),
    rules as (
        select
            inner_parts.number,
            inner_parts.leads,
            inner_parts.trails,
            pg_catalog.string_agg(inner_parts.inner_part, '|' order by inner_parts.inner_part) as inner_part
        from inner_parts
        group by inner_parts.number, inner_parts.leads, inner_parts.trails
    ),
    edges as (
        select
            rules.leads,
            rules.trails,
            pg_catalog.format(
                '%s(?:%s)%s',
                case when rules.leads then '\y' else '' end,
                pg_catalog.string_agg(
                    case when join_branches.capture then '(' || rules.inner_part || ')' else rules.inner_part end,
                    '|' order by rules.number
                ),
                case when rules.trails then '\y' else '' end
            ) as expression,
            pg_catalog.array_agg(rules.number::integer order by rules.number) as numbers
        from rules
        group by rules.leads, rules.trails
    )
    select
        '(?w)' || pg_catalog.string_agg(edges.expression, '|' order by edges.leads, edges.trails),
        (
            select pg_catalog.array_agg(unnested.number order by ordered.leads, ordered.trails, unnested.position)
            from edges as ordered
            cross join lateral pg_catalog.unnest(ordered.numbers) with ordinality as unnested (number, position)
        )
    from edges
$$;

revoke all on function pathfinder.join_branches(jsonb, boolean, boolean, boolean) from public, anon, authenticated, service_role;

comment on function pathfinder.join_branches(jsonb, boolean, boolean, boolean) is
    'Joins the expressions of many rules into one alternation, with word edges factored out.';
