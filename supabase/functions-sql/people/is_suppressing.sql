-- Whether somebody is suppressed by what an editor corrected: a company that is.
-- Returns: true or false, never null.
-- Example: select pathfinder.is_suppressing(corrections) from pathfinder.corrections;
create or replace function pathfinder.is_suppressing(correction pathfinder.corrections)
returns boolean
language sql
stable
set search_path = ''
as $$
    -- By the company alone: nobody's id is empty.
    select correction.attribute = 'company'
        and pathfinder.suppressed_until(correction.community, '', null, correction.value) is not null
$$;

revoke all on function pathfinder.is_suppressing(pathfinder.corrections) from public, anon, authenticated, service_role;

comment on function pathfinder.is_suppressing(pathfinder.corrections) is
    'Whether somebody is suppressed by what an editor corrected.';
