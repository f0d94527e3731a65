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
declare
    retained jsonb;
begin
    if exists (
            select from public.user_state
            where user_state.community = is_executive_unknown.community
                and user_state.user_id = is_executive_unknown.user_id
        )
        or (pathfinder.classify(title)).level is null then
        return false;
    end if;
    retained := pathfinder.retained_values(is_executive_unknown.community, is_executive_unknown.user_id);
    return pathfinder.suppressed_until(
        is_executive_unknown.community,
        is_executive_unknown.user_id,
        pathfinder.domain_key(retained ->> 'email'),
        retained ->> 'company'
    ) is null;
end
$$;

revoke all on function pathfinder.is_executive_unknown(text, text, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.is_executive_unknown(text, text, text) is
    'Whether somebody with an executive''s title is not among the executives though nothing suppresses them.';
