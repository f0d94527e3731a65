-- The newest people found, for a look at what is going on: new and promoted ones.
-- Returns: at most 1000 people as people_json() makes them, newest first, and the rule that found each as "why".
-- Example: select * from public.recent_detections(10);
create or replace function pathfinder.recent_detections(max_rows integer, community text)
returns setof jsonb
language sql
stable
security definer
set search_path = ''
as $$
    with newest as materialized (
        select detections.id, detections.detected_at, detections.matched_rule
        from public.detections
        where detections.community = (select pathfinder.the_community(recent_detections.community))
            and detections.kind in ('new', 'promotion')
            and detections.is_told
        order by detections.detected_at desc, detections.id desc
        limit least(greatest(coalesce(max_rows, 50), 0), 1000)
    )
    select shown.person || jsonb_build_object('why', newest.matched_rule)
    from newest
    cross join lateral pathfinder.people_json(
        array(select change from pathfinder.net_changes(array[newest.id], '-infinity') as change)
    ) as shown
    order by newest.detected_at desc, newest.id desc
$$;

revoke all on function pathfinder.recent_detections(integer, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.recent_detections(integer, text) to service_role;

comment on function pathfinder.recent_detections(integer, text) is 'The newest people found, newest first.';

create or replace function public.recent_detections(max_rows integer default 50, community text default null)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.recent_detections(max_rows, community)
$$;

revoke all on function public.recent_detections(integer, text) from public, anon, authenticated, service_role;
grant execute on function public.recent_detections(integer, text) to service_role;

comment on function public.recent_detections(integer, text) is
    'The newest people found, newest first.';
