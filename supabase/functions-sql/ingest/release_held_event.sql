-- Releases one held event of a locked member: it applies, unless something that came after it has been applied. A
-- failure leaves it held, for another try in a few minutes.
-- Returns: how many events were applied: it and those that build on it.
-- Example: select pathfinder.release_held_event(7);
create or replace function pathfinder.release_held_event(event_id bigint)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    event public.events_raw;
    superseded boolean;
begin
    select held.*
    into event
    from public.events_raw as held
    where held.id = release_held_event.event_id
        and held.state = 'held'
        and held.due_at <= now()
    for update skip locked;
    if not found then
        return 0;
    end if;

    superseded := exists (
        select
        from public.events_raw as later
        where later.community = event.community
            and later.user_id = event.user_id
            and later.attribute = event.attribute
            and later.state = 'processed'
            and later.id > event.id
    );
    update public.events_raw as held
    set due_at = null,
        state = case when superseded then 'stale' else 'processed' end,
        settled_at = case when superseded then held.settled_at else clock_timestamp() end
    where held.id = event.id
    returning held.* into event;
    if superseded then
        return 0;
    end if;
    return pathfinder.apply_event(event);
exception when others then
    update public.events_raw as held
    set due_at = now() + interval '5 minutes',
        error = left(format('%s: %s', sqlstate, sqlerrm), 1000)
    where held.id = release_held_event.event_id;
    return 0;
end
$$;

revoke all on function pathfinder.release_held_event(bigint) from public, anon, authenticated, service_role;

comment on function pathfinder.release_held_event(bigint) is
    'Releases one held event of a locked member, unless something that came after it has been applied.';
