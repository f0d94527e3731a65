-- Sees to it that somebody who is suppressed for good does not come back by what is kept. What editors corrected goes,
-- but for a company by which they are suppressed: else the next webhook, which names another one, would bring them
-- back. Retained titles go where rules that are applied anew could not tell by the other webhooks that they are
-- suppressed, as only a backfill or the community's API said so.
-- Returns: nothing.
-- Example: select pathfinder.keep_away('main', '2000');
create or replace function pathfinder.keep_away(community text, user_id text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    delete from pathfinder.corrections
    where corrections.community = keep_away.community
        and corrections.user_id = keep_away.user_id
        and not pathfinder.is_suppressing(corrections);
    if (pathfinder.retained_executive(keep_away.community, keep_away.user_id)).user_id is not null then
        delete from public.events_raw
        where events_raw.community = keep_away.community
            and events_raw.user_id = keep_away.user_id
            and events_raw.attribute = 'title'
            and events_raw.state = 'processed';
    end if;
end
$$;

revoke all on function pathfinder.keep_away(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.keep_away(text, text) is
    'Sees to it that somebody who is suppressed for good does not come back by what is kept.';
