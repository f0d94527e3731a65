-- Trigger, after each statement on function_rules: compiles the active rules of each function into one expression.
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
    insert into pathfinder.function_expressions (function, pattern)
    select rule.function, pathfinder.join_branches(jsonb_agg(to_jsonb(rule.matcher) order by rule.id))
    from public.function_rules as rule
    where rule.is_active
    group by rule.function;
    insert into pathfinder.function_clues (word, function)
    select distinct clue.word, rule.function
    from public.function_rules as rule
    cross join lateral unnest(coalesce(rule.clues, '{""}')) as clue (word)
    where rule.is_active;
    return null;
end
$$;

revoke all on function pathfinder.compile_functions() from public, anon, authenticated, service_role;

comment on function pathfinder.compile_functions() is 'Trigger: compiles the rules of the functions.';
