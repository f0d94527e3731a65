-- What some changes came to, counted by people: who was found (new or promoted), by level, and by what happened.
-- Returns: {"total", "by_level": {level: n}, "by_kind": {kind: n}}
-- Example: select pathfinder.people_totals(array(select change from pathfinder.net_changes('{7}', now()) as change));
create or replace function pathfinder.people_totals(people pathfinder.net_change[])
returns jsonb
language sql
stable
set search_path = ''
as $$
    with counted as materialized (
        select change.kind, change.level, count(*) as count
        from unnest(people_totals.people) as change
        where change.kind is not null
        group by change.kind, change.level
    )
    select jsonb_build_object(
        'total', coalesce((select sum(count) from counted where kind in ('new', 'promotion')), 0),
        'by_level', (
            select jsonb_object_agg(found.level, found.count)
            from (
                select levels.level, coalesce(sum(counted.count), 0) as count
                from public.levels
                left join counted on counted.level = levels.level and counted.kind in ('new', 'promotion')
                group by levels.level, levels.is_on
                having levels.is_on or sum(counted.count) > 0
            ) as found
        ),
        'by_kind', (
            select jsonb_object_agg(happened.kind, happened.count)
            from (
                select kind, coalesce(sum(counted.count), 0) as count
                from unnest('{new,promotion,demotion,role,moved,left}'::text[]) as kind
                left join counted using (kind)
                group by kind
            ) as happened
        )
    )
$$;

revoke all on function pathfinder.people_totals(pathfinder.net_change[]) from public, anon, authenticated, service_role;

comment on function pathfinder.people_totals(pathfinder.net_change[]) is 'What some changes came to, counted by people.';
