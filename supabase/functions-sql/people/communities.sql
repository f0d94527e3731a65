-- The communities there are: those that a source feeds, and those that executives are known of, or suppressed in.
-- Returns: their names in order; {main} before there is any.
-- Example: select pathfinder.communities();  -- {main}
create or replace function pathfinder.communities()
returns text[]
language sql
stable
set search_path = ''
as $$
    -- From one community to the next in the index, as there are few of them and many executives.
    with recursive known as (
        select min(user_state.community) as community from public.user_state
        union all
        select (
            select min(user_state.community) from public.user_state where user_state.community > known.community
        )
        from known
        where known.community is not null
    )
    select coalesce(array_agg(named.community order by named.community), '{main}')
    from (
        select webhook_sources.community from public.webhook_sources
        union
        select known.community from known where known.community is not null
        union
        select suppressions.community from public.suppressions where suppressions.community is not null
    ) as named
$$;

revoke all on function pathfinder.communities() from public, anon, authenticated, service_role;

comment on function pathfinder.communities() is 'The communities there are.';
