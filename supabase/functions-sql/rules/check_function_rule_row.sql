-- Trigger, before each row of function_rules is written: checks it as a rule is checked, and fills in what Postgres
-- matches with.
-- Returns: the row.
-- Raises: 22023 for a function or kind that is none, with the choices; what check_pattern() raises.
-- Example: insert into public.function_rules (function, pattern) values ('finance', 'treasury');
create or replace function pathfinder.check_function_rule_row()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform pathfinder.refuse_choice('function', new.function, array(
        select known.function from public.functions as known order by known.place));
    perform pathfinder.refuse_choice('kind', new.kind, '{phrase,regex}');
    if tg_op = 'UPDATE' then
        new.updated_at := now();
    end if;
    new.matcher := pathfinder.check_pattern(new.kind, new.pattern, 'segment');
    new.clues := pathfinder.clue_words(new.matcher);
    return new;
end
$$;

revoke all on function pathfinder.check_function_rule_row() from public, anon, authenticated, service_role;

comment on function pathfinder.check_function_rule_row() is 'Trigger: checks a rule of a function before it is written.';
