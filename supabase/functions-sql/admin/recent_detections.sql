-- The newest detections, for a look at what is going on.
-- Returns: at most 1000 people, newest first, in the shape of a digest's people.
-- Example: select * from public.recent_detections(10);
create or replace function pathfinder.recent_detections(max_rows integer, community text)
returns setof jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select pathfinder.person_json(detections)
    from public.detections
    where detections.community = (select pathfinder.the_community(recent_detections.community))
    order by detections.detected_at desc, detections.id desc
    limit least(greatest(coalesce(max_rows, 50), 0), 1000)
$$;

revoke all on function pathfinder.recent_detections(integer, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.recent_detections(integer, text) to service_role;

comment on function pathfinder.recent_detections(integer, text) is 'The newest detections, newest first.';

create or replace function public.recent_detections(max_rows integer default 50, community text default null)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
    select * from pathfinder.recent_detections(max_rows, community)
$$;

revoke all on function public.recent_detections(integer, text) from public, anon, authenticated, service_role;
grant execute on function public.recent_detections(integer, text) to service_role;

comment on function public.recent_detections(integer, text) is 'The newest detections, newest first.';
