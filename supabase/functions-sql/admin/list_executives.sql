-- A page of the executives as they are now, for the dashboard. search holds what is looked for, each left out where
-- it does not matter: text (in name, title, company or id), level, function, country (a code), account (an id),
-- community; and sort: newest, oldest, name or company. Paged by the last row's keys, so that a page costs the same
-- wherever it is. The statement is put together because the order must be one that an index has.
-- Returns: {"rows": […], "next": what to pass as after for the page that follows, or null}.
-- Example: select public.list_executives('{"text": "acme", "level": "csuite"}');
create or replace function pathfinder.list_executives(search jsonb, after jsonb, page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    sort constant text := coalesce(search ->> 'sort', 'newest');
    sort_key constant text := case sort
        when 'name' then 'lower(coalesce(executive.username, ''''))'
        when 'company' then 'lower(coalesce(executive.company, ''''))'
        else 'executive.first_detected_at'
    end;
    is_descending constant boolean := sort not in ('name', 'company', 'oldest');
    size constant integer := least(greatest(page_size, 1), 1000);
    page jsonb;
begin
    execute format(
        $query$
            select coalesce(jsonb_agg(to_jsonb(found) order by found.place), '[]')
            from (
                select
                    row_number() over () as place, page.*
                from (
                    select
                        executive.community, executive.user_id, executive.username, executive.title,
                        executive.seniority_level as level, executive.functions, executive.company,
                        coalesce(countries.name, executive.country) as country, accounts.name as account,
                        executive.account_id, executive.first_detected_at as at, executive.matched_rule as why,
                        executive.profile_url, %1$s as sort_key
                    from public.user_state as executive
                    left join public.countries on countries.code = executive.country_code
                    left join public.accounts on accounts.id = executive.account_id
                    where ($1 ->> 'text' is null or %2$s)
                        and ($1 ->> 'level' is null or executive.seniority_level = $1 ->> 'level')
                        and ($1 ->> 'function' is null or $1 ->> 'function' = any (executive.functions))
                        and ($1 ->> 'country' is null or executive.country_code = $1 ->> 'country')
                        and ($1 ->> 'account' is null or executive.account_id = ($1 ->> 'account')::bigint)
                        and ($1 ->> 'community' is null or executive.community = $1 ->> 'community')
                        and (
                            $2 is null
                            or (%1$s, executive.community, executive.user_id)
                                %3$s (($2 ->> 'sort_key')::%5$s, $2 ->> 'community', $2 ->> 'user_id')
                        )
                    order by %1$s %4$s, executive.community %4$s, executive.user_id %4$s
                    limit $3 + 1
                ) as page
            ) as found
        $query$,
        sort_key,
        pathfinder.contains_words('executive', search ->> 'text'),
        case when is_descending then '<' else '>' end,
        case when is_descending then 'desc' else 'asc' end,
        case when sort in ('name', 'company') then 'text' else 'timestamptz' end
    )
    into page
    using search, list_executives.after, size;
    return pathfinder.cut_page(page, size, '{sort_key,community,user_id}');
end
$$;

create or replace function public.list_executives(
    search jsonb default '{}', after jsonb default null, page_size integer default 50
)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_executives(list_executives.search, list_executives.after, list_executives.page_size)
$$;

revoke all on function pathfinder.list_executives(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
revoke all on function public.list_executives(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_executives(jsonb, jsonb, integer) to service_role;
grant execute on function public.list_executives(jsonb, jsonb, integer) to service_role;

comment on function pathfinder.list_executives(jsonb, jsonb, integer) is 'A page of the executives.';
comment on function public.list_executives(jsonb, jsonb, integer) is
    'A page of the executives as they are now, found by text, level, function, country or account.';
