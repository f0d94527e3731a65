-- Applies what a stored webhook says to what is known of the member.
-- Returns: the member's level after it. Raises: whatever classification raises.
-- Example: select (pathfinder.apply_change(change)).level;
create or replace function pathfinder.apply_change(change pathfinder.profile_change)
returns pathfinder.change_verdict
language plpgsql
volatile
set search_path = ''
as $$
declare
    verdict pathfinder.change_verdict;
begin
    if change.details ? 'joined_at' then
        perform pathfinder.remember_registration(
            change.community, change.user_id, (change.details ->> 'joined_at')::timestamptz
        );
    end if;
    if change.attribute = 'title' then
        verdict.level := pathfinder.apply_title(change);
        return verdict;
    end if;
    verdict.level := pathfinder.member_level(change.community, change.user_id);
    if verdict.level is not null then
        perform pathfinder.complete_executive(change);
    end if;
    return verdict;
end
$$;

revoke all on function pathfinder.apply_change(pathfinder.profile_change)
    from public, anon, authenticated, service_role;

comment on function pathfinder.apply_change(pathfinder.profile_change) is
    'Applies what a stored webhook says to what is known of the member.';
