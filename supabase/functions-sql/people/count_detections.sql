-- Trigger: counts whom a statement found (new or promoted, and told) by day (UTC), level and community, or takes them
-- off again.
-- Returns: nothing of use.
-- Example: create trigger … after insert on public.detections referencing new table as changed
--              for each statement execute function pathfinder.count_detections();
create or replace function pathfinder.count_detections()
returns trigger
language plpgsql
volatile
set search_path = ''
as $$
begin
    if tg_op = 'TRUNCATE' then
        delete from pathfinder.counters where counters.subject = 'detections';
    elsif tg_op = 'UPDATE' then
        if not new.is_told or new.kind not in ('new', 'promotion') then
            return null;
        end if;
        perform pathfinder.add_to_counter(
            'detections', (old.detected_at at time zone 'UTC')::date, array[old.seniority_level, old.community], -1
        );
        perform pathfinder.add_to_counter(
            'detections', (new.detected_at at time zone 'UTC')::date, array[new.seniority_level, new.community], 1
        );
    else
        perform pathfinder.add_to_counter(
            'detections',
            days.day,
            array[days.seniority_level, days.community],
            case tg_op when 'INSERT' then days.count else -days.count end
        )
        from (
            select
                (changed.detected_at at time zone 'UTC')::date as day,
                changed.seniority_level,
                changed.community,
                count(*) as count
            from changed
            where changed.is_told and changed.kind in ('new', 'promotion')
            group by 1, 2, 3
        ) as days;
    end if;
    return null;
end
$$;

revoke all on function pathfinder.count_detections() from public, anon, authenticated, service_role;

comment on function pathfinder.count_detections() is 'Trigger: keeps the counters of detections by day and level.';
