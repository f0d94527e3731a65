-- Brings back everybody whose suppression has ended by a moment.
-- Returns: how many were set aside until then.
-- Example: select pathfinder.end_suppressions(now());
create or replace function pathfinder.end_suppressions(moment timestamptz)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    member record;
    ended integer := 0;
begin
    for member in
        select set_aside.community, set_aside.user_id
        from pathfinder.set_aside
        where set_aside.ends_at <= end_suppressions.moment
        order by set_aside.community, set_aside.user_id
        limit 1000
    loop
        perform pathfinder.lock_member(member.community, member.user_id);
        perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
        -- A webhook may have been faster.
        perform pathfinder.bring_back(set_aside.community, set_aside.user_id)
        from pathfinder.set_aside
        where set_aside.community = member.community
            and set_aside.user_id = member.user_id
            and set_aside.ends_at <= end_suppressions.moment;
        ended := ended + 1;
    end loop;
    return ended;
end
$$;

revoke all on function pathfinder.end_suppressions(timestamptz) from public, anon, authenticated, service_role;

comment on function pathfinder.end_suppressions(timestamptz) is 'Brings back everybody whose suppression has ended.';
