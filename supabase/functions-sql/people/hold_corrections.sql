-- Weighs what a webhook says against what editors corrected of the member: what says the same as before changes
-- nothing, so that the correction holds; what says anything else is newer, and ends it. The member is locked.
-- Returns: the change; with the corrected title, if the title is what it is about.
-- Example: select (pathfinder.hold_corrections(change)).value;
create or replace function pathfinder.hold_corrections(change pathfinder.profile_change)
returns pathfinder.profile_change
language plpgsql
volatile
set search_path = ''
as $$
declare
    correction pathfinder.corrections;
    said text;
begin
    foreach correction in array array(
        select corrections
        from pathfinder.corrections
        where corrections.community = change.community
            and corrections.user_id = change.user_id
            and (
                corrections.attribute = change.attribute
                -- What came along and is older than what is known of it does not count, and ends nothing.
                or change.details ? corrections.attribute
                    and (
                        change.occurred_at < pathfinder.known_time(
                            change.community, change.user_id, corrections.attribute, change.event_id
                        )
                    ) is not true
            )
    )
    loop
        said := case
            when correction.attribute = change.attribute then change.value
            else change.details ->> correction.attribute
        end;
        if pathfinder.statement_key(correction.attribute, said)
            <> pathfinder.statement_key(correction.attribute, correction.stated) then
            delete from pathfinder.corrections
            where corrections.community = change.community
                and corrections.user_id = change.user_id
                and corrections.attribute = correction.attribute;
        elsif correction.attribute = 'title' then
            change.value := correction.value;
        end if;
    end loop;
    return change;
end
$$;

revoke all on function pathfinder.hold_corrections(pathfinder.profile_change)
    from public, anon, authenticated, service_role;

comment on function pathfinder.hold_corrections(pathfinder.profile_change) is
    'Weighs what a webhook says against what editors corrected.';
