-- For accounts, in the order of their ids: who of which level is a member, and of which level that is on nobody is.
-- Returns: a JSON object with accounts, and next: what to pass as after for the following page, null on the last.
-- Example: select public.account_coverage(after => 0, page_size => 100);
create or replace function pathfinder.account_coverage(after bigint, page_size integer, only_watched boolean)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    with page as (
        select accounts.*
        from public.accounts
        where accounts.id > account_coverage.after and (accounts.is_watched or not account_coverage.only_watched)
        order by accounts.id
        limit least(greatest(account_coverage.page_size, 1), 1000)
    ),
    covered as (
        select
            page.id,
            jsonb_agg(
                jsonb_build_object(
                    'user_id', executive.user_id, 'username', executive.username, 'title', executive.title,
                    'level', executive.seniority_level, 'country', executive.country
                )
                order by executive.seniority_level, executive.first_detected_at, executive.user_id
            ) as people,
            array_agg(distinct executive.seniority_level) as levels
        from page
        cross join lateral pathfinder.account_executives(page.id) as executive
        group by page.id
    )
    select jsonb_build_object(
        'accounts', coalesce(
            jsonb_agg(
                to_jsonb(page) - '{aliases,domains,created_at}'::text[] || jsonb_build_object(
                    'people', coalesce(covered.people, '[]'),
                    'missing', array(
                        select level.name
                        from unnest('{csuite,vp}'::text[]) with ordinality as level (name, rank)
                        where level.name <> all (coalesce(covered.levels, '{}'))
                        order by level.rank
                    )
                )
                order by page.id
            ),
            '[]'
        ),
        'next', case when count(*) = least(greatest(account_coverage.page_size, 1), 1000) then max(page.id) end
    )
    from page
    left join covered on covered.id = page.id
$$;

create or replace function public.account_coverage(
    after bigint default 0,
    page_size integer default 100,
    only_watched boolean default false
)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.account_coverage(
        account_coverage.after, account_coverage.page_size, account_coverage.only_watched
    )
$$;

revoke all on function pathfinder.account_coverage(bigint, integer, boolean)
from public, anon, authenticated, service_role;
revoke all on function public.account_coverage(bigint, integer, boolean) from public, anon, authenticated, service_role;
grant execute on function pathfinder.account_coverage(bigint, integer, boolean) to service_role;
grant execute on function public.account_coverage(bigint, integer, boolean) to service_role;

comment on function pathfinder.account_coverage(bigint, integer, boolean) is 'Who of which level is a member, by account.';
comment on function public.account_coverage(bigint, integer, boolean) is
    'For each account who of which level is a member, and of which level nobody is; in pages.';
