-- Joins expressions into one alternation. Word edges at either end are taken out of it: \y(?:a|b|c)\y instead of
-- \ya\y|\yb\y|\yc\y. With 400 rules that compiles 150 times faster (3.5 ms against 0.5 s), and a backend compiles
-- anew after every edit. `matchers` is an array with the expressions of one rule each; `loosely` leaves out what
-- looks ahead or back, and so finds more.
-- Returns: the expression; null if there are none.
-- Example: select pathfinder.join_branches('[["\\yceo\\y"], ["\\ycfo\\y"]]');
create or replace function pathfinder.join_branches(matchers jsonb, loosely boolean default false)
returns text
language sql
immutable
set search_path = ''
as $$
    with branches as (
        select
            rules.number,
            branches.branch,
            branches.branch ~ '^\\[ym]' as leads,
            branches.branch ~ '\\[yM]$' as trails
        from jsonb_array_elements(join_branches.matchers) with ordinality as rules (matcher, number)
        cross join lateral jsonb_array_elements_text(rules.matcher) as written (branch)
        cross join lateral (
            select case when join_branches.loosely then pathfinder.loosen_branch(written.branch) else written.branch end
        ) as branches (branch)
    ),
    inner_parts as (
        select
            branches.number,
            branches.leads,
            branches.trails,
            substr(
                left(branches.branch, length(branches.branch) - case when branches.trails then 2 else 0 end),
                case when branches.leads then 3 else 1 end
            ) as inner_part
        from branches
    ),
    edges as (
        select
            inner_parts.leads,
            inner_parts.trails,
            format(
                '%s(?:%s)%s',
                case when inner_parts.leads then '\y' else '' end,
                string_agg(inner_parts.inner_part, '|' order by inner_parts.number, inner_parts.inner_part),
                case when inner_parts.trails then '\y' else '' end
            ) as expression
        from inner_parts
        group by inner_parts.leads, inner_parts.trails
    )
    select '(?w)' || string_agg(edges.expression, '|' order by edges.leads, edges.trails)
    from edges
$$;

revoke all on function pathfinder.join_branches(jsonb, boolean) from public, anon, authenticated, service_role;

comment on function pathfinder.join_branches(jsonb, boolean) is
    'Joins the expressions of many rules into one alternation, with word edges factored out.';
