-- Trigger, before each row of levels is written: a level keeps its name, which rules, people and reports hold.
-- Returns: the row.
-- Raises: 22023 for another name.
-- Example: update public.levels set label = 'C-suite' where level = 'csuite';
create or replace function pathfinder.check_level_row()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if tg_op = 'UPDATE' and new.level is distinct from old.level then
        raise exception using
            errcode = '22023',
            message = format('The level %s cannot be renamed.', old.level),
            hint = 'Change its label, which is what people see; or add another level and move the rules to it.';
    end if;
    return new;
end
$$;

revoke all on function pathfinder.check_level_row() from public, anon, authenticated, service_role;

comment on function pathfinder.check_level_row() is 'Trigger: a level keeps its name.';
