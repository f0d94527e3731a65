-- Releases the held events whose time has come: the change that each builds on is not going to arrive.
-- Returns: how many were applied.
-- Example: select pathfinder.release_held_events(100);
create or replace function pathfinder.release_held_events(max_events integer)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    due_id bigint;
    home text;
    member text;
    done integer := 0;
begin
    for due_id, home, member in
        select held.id, held.community, held.user_id
        from public.events_raw as held
        where held.state = 'held'
            and held.due_at <= now()
        order by held.due_at, held.id
        limit greatest(max_events, 0)
    loop
        continue when not pg_try_advisory_xact_lock(pathfinder.member_lock_key(home, member));
        done := done + pathfinder.release_held_event(due_id);
    end loop;
    return done;
end
$$;

revoke all on function pathfinder.release_held_events(integer) from public, anon, authenticated, service_role;

comment on function pathfinder.release_held_events(integer) is 'Releases the held events whose time has come.';
