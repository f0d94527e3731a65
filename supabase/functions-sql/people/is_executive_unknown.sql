-- Whether somebody with an executive's title is not among the executives though nothing suppresses them: a suppression
-- that ended for good kept nothing of them, and they count again with the next webhook.
-- Returns: true or false, never null.
-- Example: select pathfinder.is_executive_unknown('main', '2000', 'CEO');
create or replace function pathfinder.is_executive_unknown(community text, user_id text, title text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    return not exists (
            select from public.user_state
            where user_state.community = is_executive_unknown.community
                and user_state.user_id = is_executive_unknown.user_id
        )
        and (pathfinder.classify(title)).level is not null
        and pathfinder.suppressed_until(
            is_executive_unknown.community,
            is_executive_unknown.user_id,
            pathfinder.domain_key(
                pathfinder.retained_value(is_executive_unknown.community, is_executive_unknown.user_id, 'email')
            ),
            pathfinder.retained_value(is_executive_unknown.community, is_executive_unknown.user_id, 'company')
        ) is null;
end
$$;

revoke all on function pathfinder.is_executive_unknown(text, text, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.is_executive_unknown(text, text, text) is
    'Whether somebody with an executive''s title is not among the executives though nothing suppresses them.';
