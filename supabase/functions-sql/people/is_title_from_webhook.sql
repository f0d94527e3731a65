-- Tells whether a member who is no known executive has a title from a webhook that is still retained.
-- Returns: true or false. Raises: nothing.
-- Example: select pathfinder.is_title_from_webhook('main', '2000');
create or replace function pathfinder.is_title_from_webhook(community text, user_id text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    return not exists (
            select
            from public.user_state as state
            where state.community = is_title_from_webhook.community
                and state.user_id = is_title_from_webhook.user_id
        )
        and exists (
            select
            from public.events_raw as stored
            where stored.community = is_title_from_webhook.community
                and stored.user_id = is_title_from_webhook.user_id
                and stored.attribute = 'title'
        );
end
$$;

revoke all on function pathfinder.is_title_from_webhook(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.is_title_from_webhook(text, text) is
    'Whether a member who is no known executive has a title from a webhook that is still retained.';
