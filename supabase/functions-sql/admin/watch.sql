-- Looks for incidents that begin or end, and tells each active channel that gets them: once when it begins, once when
-- it ends. Without such a channel nothing is looked at.
-- Returns: how many began or ended.
-- Example: select pathfinder.watch(now());
create or replace function pathfinder.watch(moment timestamptz)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    changed bigint[];
begin
    if not exists (select from public.channels where channels.is_active and 'incident' = any (channels.sends))
        or not pg_try_advisory_xact_lock(hashtextextended('pathfinder.watch', 0)) then
        return 0;
    end if;

    with trouble as materialized (
        select * from pathfinder.current_troubles(moment)
    ),
    begun as (
        insert into pathfinder.incidents (key, kind, title, details, advice, began_at)
        select trouble.key, trouble.kind, trouble.title, trouble.details, trouble.advice, moment
        from trouble
        on conflict (key) where ended_at is null do nothing
        returning incidents.id
    ),
    ended as (
        update pathfinder.incidents
        set ended_at = moment
        where incidents.ended_at is null and incidents.key not in (select trouble.key from trouble)
        returning incidents.id
    )
    select array_agg(news.id) into changed
    from (select begun.id from begun union all select ended.id from ended) as news;

    perform pathfinder.enqueue(
        'incident',
        channels.name,
        jsonb_build_object(
            'key', incidents.key,
            'state', case when incidents.ended_at is null then 'begun' else 'ended' end,
            'kind', incidents.kind,
            'title', incidents.title,
            'details', incidents.details,
            'advice', incidents.advice,
            'began_at', incidents.began_at,
            'ended_at', incidents.ended_at,
            'time_zone', settings.time_zone
        ),
        format(
            'incident:%s:%s:%s', incidents.id, case when incidents.ended_at is null then 'begun' else 'ended' end,
            channels.name
        ),
        5
    )
    from pathfinder.incidents
    cross join public.settings
    join public.channels on channels.is_active and 'incident' = any (channels.sends)
    where incidents.id = any (changed);
    return coalesce(cardinality(changed), 0);
end
$$;

revoke all on function pathfinder.watch(timestamptz) from public, anon, authenticated, service_role;

comment on function pathfinder.watch(timestamptz) is
    'Looks for incidents that begin or end, and tells who wants to know.';
