-- Trigger, after each statement on function_rules: compiles the active rules of each function into one expression, and
-- into another what holds letters other than ASCII: joined, they take the square of their length to compile.
-- Returns: null.
-- Example: update public.function_rules set is_active = false where description = 'Japanese';
create or replace function pathfinder.compile_functions()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    -- Edits wait for each other, as those of the rules do.
    update pathfinder.rule_edits set edited_at = clock_timestamp();
    delete from pathfinder.function_expressions where true;
    with listed as (
        select
            dense_rank() over (order by rule.function, branch.written ~ '[^ -~]') as number,
            rule.id,
            rule.function,
            coalesce(rule.clues, '{""}') as clues,
            branch.written
        from public.function_rules as rule
        cross join lateral unnest(rule.matcher) as branch (written)
        where rule.is_active
    ),
    compiled as (
        insert into pathfinder.function_expressions (number, function, pattern)
        select
            listed.number,
            listed.function,
            pathfinder.join_branches(jsonb_agg(jsonb_build_array(listed.written) order by listed.id))
        from listed
        group by listed.number, listed.function
    )
    insert into pathfinder.function_clues (word, number)
    select distinct clue.word, listed.number
    from listed
    cross join lateral unnest(listed.clues) as clue (word);
    return null;
end
$$;

revoke all on function pathfinder.compile_functions() from public, anon, authenticated, service_role;

comment on function pathfinder.compile_functions() is 'Trigger: compiles the rules of the functions.';
