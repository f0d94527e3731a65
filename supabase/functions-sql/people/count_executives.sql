-- Trigger: counts the executives of a statement by level, or takes them off again.
-- Returns: nothing of use. Raises: nothing of its own.
-- Example: create trigger … after insert on public.user_state referencing new table as changed
--              for each statement execute function pathfinder.count_executives();
create or replace function pathfinder.count_executives()
returns trigger
language plpgsql
volatile
set search_path = ''
as $$
begin
    if tg_op = 'TRUNCATE' then
        delete from pathfinder.counters where counters.subject = 'executives';
    elsif tg_op = 'UPDATE' then
        perform pathfinder.add_to_counter('executives', '-infinity', array[old.seniority_level], -1);
        perform pathfinder.add_to_counter('executives', '-infinity', array[new.seniority_level], 1);
    else
        perform pathfinder.add_to_counter(
            'executives',
            '-infinity',
            array[levels.seniority_level],
            case tg_op when 'INSERT' then levels.count else -levels.count end
        )
        from (
            select changed.seniority_level, count(*) as count
            from changed
            group by changed.seniority_level
        ) as levels;
    end if;
    return null;
end
$$;

revoke all on function pathfinder.count_executives() from public, anon, authenticated, service_role;

comment on function pathfinder.count_executives() is 'Trigger: keeps the counters of executives by level.';
