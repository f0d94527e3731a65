-- Deletes what editors corrected of somebody who is suppressed for good. A company by which they are suppressed stays,
-- as else the next webhook, which names another one, would bring them back.
-- Returns: nothing.
-- Example: select pathfinder.drop_corrections('main', '2000');
create or replace function pathfinder.drop_corrections(community text, user_id text)
returns void
language sql
volatile
set search_path = ''
as $$
    delete from pathfinder.corrections
    where corrections.community = drop_corrections.community
        and corrections.user_id = drop_corrections.user_id
        and not pathfinder.is_suppressing(corrections)
$$;

revoke all on function pathfinder.drop_corrections(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.drop_corrections(text, text) is
    'Deletes what editors corrected of somebody who is suppressed for good.';
