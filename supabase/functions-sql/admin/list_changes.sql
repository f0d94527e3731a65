-- A page of the changes, newest first or oldest, for the dashboard: what happened to executives, those who left
-- included. search holds text, level (after the change, or before somebody left), function, country, account,
-- community, kind, days (so many back from now), user_id, and sort: newest or oldest.
-- Returns: {"rows": […], "next": what to pass as after for the page that follows, or null}.
-- Example: select public.list_changes('{"kind": "promotion", "days": 30}');
create or replace function pathfinder.list_changes(search jsonb, after jsonb, page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    is_descending constant boolean := coalesce(search ->> 'sort', 'newest') <> 'oldest';
    size constant integer := least(greatest(page_size, 1), 1000);
    page jsonb;
begin
    execute format(
        $query$
            select coalesce(jsonb_agg(to_jsonb(page) order by page.at %3$s, page.id %3$s), '[]')
            from (
                select
                    change.id, change.community, change.user_id, change.username,
                    coalesce(change.title, change.previous_title) as title,
                    coalesce(change.seniority_level, change.previous_level) as level,
                    case when change.kind = 'left' then change.previous_functions else change.functions end as functions,
                    coalesce(change.company, change.previous_company) as company,
                    coalesce(countries.name, change.country) as country, accounts.name as account,
                    change.account_id, change.detected_at as at, change.kind, change.previous_title,
                    change.previous_level, change.previous_company, change.matched_rule as why, change.origin,
                    change.is_told, change.profile_url
                from public.detections as change
                left join public.countries on countries.code = change.country_code
                left join public.accounts on accounts.id = change.account_id
                where ($1 ->> 'text' is null or %1$s)
                    and (
                        $1 ->> 'level' is null
                        or coalesce(change.seniority_level, change.previous_level) = $1 ->> 'level'
                    )
                    and (
                        $1 ->> 'function' is null
                        or $1 ->> 'function' = any (change.functions || coalesce(change.previous_functions, '{}'))
                    )
                    and ($1 ->> 'country' is null or change.country_code = $1 ->> 'country')
                    and ($1 ->> 'account' is null or change.account_id = ($1 ->> 'account')::bigint)
                    and ($1 ->> 'community' is null or change.community = $1 ->> 'community')
                    and ($1 ->> 'user_id' is null or change.user_id = $1 ->> 'user_id')
                    and ($1 ->> 'kind' is null or change.kind = $1 ->> 'kind')
                    and (
                        $1 ->> 'days' is null
                        or change.detected_at > now() - make_interval(days => ($1 ->> 'days')::integer)
                    )
                    and (
                        $2 is null
                        or (change.detected_at, change.id) %2$s (($2 ->> 'at')::timestamptz, ($2 ->> 'id')::bigint)
                    )
                order by change.detected_at %3$s, change.id %3$s
                limit $3 + 1
            ) as page
        $query$,
        pathfinder.contains_words('change', search ->> 'text'),
        case when is_descending then '<' else '>' end,
        case when is_descending then 'desc' else 'asc' end
    )
    into page
    using search, list_changes.after, size;
    return pathfinder.cut_page(page, size, '{at,id}');
end
$$;

create or replace function public.list_changes(
    search jsonb default '{}', after jsonb default null, page_size integer default 50
)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_changes(list_changes.search, list_changes.after, list_changes.page_size)
$$;

revoke all on function pathfinder.list_changes(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
revoke all on function public.list_changes(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_changes(jsonb, jsonb, integer) to service_role;
grant execute on function public.list_changes(jsonb, jsonb, integer) to service_role;

comment on function pathfinder.list_changes(jsonb, jsonb, integer) is 'A page of the changes.';
comment on function public.list_changes(jsonb, jsonb, integer) is
    'A page of what happened to executives, found by text, level, function, country, account, kind or time.';
