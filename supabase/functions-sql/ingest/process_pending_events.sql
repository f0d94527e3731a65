-- Works off the events that could not be processed when they came. Each due member's events are taken in the order they
-- came, each in its own error boundary; a failure ends the member's turn. Members that another run, or an arriving
-- webhook, is just dealing with are passed over. Then the held events whose time has come are released.
-- Returns: how many events were processed (parked and failed ones not among them).
-- Example: select pathfinder.process_pending_events(100);
create or replace function pathfinder.process_pending_events(max_events integer default 500)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    first_id bigint;
    home text;
    member text;
    event public.events_raw;
    tried integer := 0;
    done integer := 0;
begin
    for first_id, home, member in
        select waiting.id, waiting.community, waiting.user_id
        from public.events_raw as waiting
        where waiting.state = 'waiting'
            and waiting.due_at <= now()
            and not exists (
                select
                from public.events_raw as earlier
                where earlier.community = waiting.community
                    and earlier.user_id = waiting.user_id
                    and earlier.state = 'waiting'
                    and earlier.id < waiting.id
            )
        order by waiting.due_at, waiting.id
        limit max_events
    loop
        exit when tried >= max_events;
        continue when not pg_try_advisory_xact_lock(pathfinder.member_lock_key(home, member));
        loop
            exit when tried >= max_events;
            select waiting.*
            into event
            from public.events_raw as waiting
            where waiting.community = home
                and waiting.user_id = member
                and waiting.state = 'waiting'
            order by waiting.id
            limit 1
            for update skip locked;
            -- Another run may have dealt with it between finding it and locking the member.
            exit when not found or event.due_at > now();

            tried := tried + 1;
            exit when not pathfinder.process_pending_event(event);
            done := done + 1;
        end loop;
    end loop;
    return done + pathfinder.release_held_events(max_events - tried);
end
$$;

revoke all on function pathfinder.process_pending_events(integer) from public, anon, authenticated, service_role;

comment on function pathfinder.process_pending_events(integer) is
    'Works off the events that could not be processed when they came.';
