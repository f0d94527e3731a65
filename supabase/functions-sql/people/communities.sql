-- The communities there are: those that a source feeds, and those that executives are known of, or suppressed in.
-- Returns: their names in order; {main} before there is any.
-- Example: select pathfinder.communities();  -- {main}
create or replace function pathfinder.communities()
returns text[]
language sql
stable
set search_path = ''
as $$
    select coalesce(array_agg(named.community order by named.community), '{main}')
    from (
        select webhook_sources.community from public.webhook_sources
        union
        select user_state.community from public.user_state
        union
        select suppressions.community from public.suppressions where suppressions.community is not null
    ) as named
$$;

revoke all on function pathfinder.communities() from public, anon, authenticated, service_role;

comment on function pathfinder.communities() is 'The communities there are.';
