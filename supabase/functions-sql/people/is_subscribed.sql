-- Whether a channel is told of a change, by its filter. Of a level or a company, before the change counts as after it:
-- who hears of the C-suite hears who leaves it. A country is a code, or as it was written.
-- Returns: true or false, never null.
-- Example: select pathfinder.is_subscribed('{"level": ["csuite"]}', change, accounts) from …;
create or replace function pathfinder.is_subscribed(
    filter jsonb, change pathfinder.net_change, account public.accounts
)
returns boolean
language sql
immutable
set search_path = ''
as $$
    select filter = '{}' or (
        (not filter ? 'level' or filter -> 'level' ?| array[change.level, change.previous_level])
        and (not filter ? 'kind' or filter -> 'kind' ? change.kind)
        and (not filter ? 'community' or filter -> 'community' ? change.community)
        and (not filter ? 'function' or filter -> 'function' ?| change.functions)
        and (not filter ? 'country' or filter -> 'country' ?| array[change.country_code, lower(btrim(change.country))])
        and (not filter ? 'tier' or filter -> 'tier' ? account.tier)
        and (not filter ? 'owner' or filter -> 'owner' ? lower(btrim(account.owner)))
        and (not filter ? 'watched' or coalesce(account.is_watched, false) = (filter ->> 'watched')::boolean)
    ) is true
$$;

revoke all on function pathfinder.is_subscribed(jsonb, pathfinder.net_change, public.accounts)
    from public, anon, authenticated, service_role;

comment on function pathfinder.is_subscribed(jsonb, pathfinder.net_change, public.accounts) is
    'Whether a channel is told of a change, by its filter.';
