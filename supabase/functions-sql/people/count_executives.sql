-- Trigger: counts the executives of a statement by level and community, or takes them off again.
-- Returns: nothing of use.
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
        perform pathfinder.add_to_counter('executives', '-infinity', array[old.seniority_level, old.community], -1);
        perform pathfinder.add_to_counter('executives', '-infinity', array[new.seniority_level, new.community], 1);
    else
        perform pathfinder.add_to_counter(
            'executives',
            '-infinity',
            array[levels.seniority_level, levels.community],
            case tg_op when 'INSERT' then levels.count else -levels.count end
        )
        from (
            select changed.seniority_level, changed.community, count(*) as count
            from changed
            group by changed.seniority_level, changed.community
        ) as levels;
    end if;
    return null;
end
$$;

revoke all on function pathfinder.count_executives() from public, anon, authenticated, service_role;

comment on function pathfinder.count_executives() is 'Trigger: keeps the counters of executives by level.';
