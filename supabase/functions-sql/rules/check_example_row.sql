-- Trigger, before each row of rule_examples is written: says the choices when the expected level is none of them.
-- Returns: the row.
-- Raises: 22023 with the choices.
-- Example: insert into public.rule_examples (title, expected) values ('Head of Country', 'csuite');
create or replace function pathfinder.check_example_row()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform pathfinder.refuse_choice('expected', new.expected, array(
        select known.level from public.levels as known order by known.rank) || 'none'::text);
    return new;
end
$$;

revoke all on function pathfinder.check_example_row() from public, anon, authenticated, service_role;

comment on function pathfinder.check_example_row() is 'Trigger: says the choices when an example expects no level.';
