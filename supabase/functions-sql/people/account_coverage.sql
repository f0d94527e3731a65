-- For accounts, in the order of their ids: who of which level is a member, and of which level that is on nobody is.
-- Returns: a JSON object with accounts, and next: what to pass as after for the following page, null on the last.
-- Example: select public.account_coverage(after => 0, page_size => 100);
create or replace function pathfinder.account_coverage(
    after bigint,
    page_size integer,
    only_watched boolean,
    community text
)
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
                    'community', executive.community, 'user_id', executive.user_id,
                    'username', executive.username, 'title', executive.title,
                    'level', executive.seniority_level, 'functions', executive.functions, 'country', executive.country
                )
                order by levels.rank, executive.first_detected_at, executive.community, executive.user_id
            ) as people,
            array_agg(distinct executive.seniority_level) as levels
        from page
        join public.user_state as executive on executive.account_id = page.id
        join public.levels on levels.level = executive.seniority_level
        where account_coverage.community is null or executive.community = account_coverage.community
        group by page.id
    )
    select jsonb_build_object(
        'accounts', coalesce(
            jsonb_agg(
                to_jsonb(page) - '{aliases,domains,created_at}'::text[] || jsonb_build_object(
                    'people', coalesce(covered.people, '[]'),
                    'missing', array(
                        select levels.level
                        from public.levels
                        where levels.is_on and levels.level <> all (coalesce(covered.levels, '{}'))
                        order by levels.rank
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
    only_watched boolean default false,
    community text default null
)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.account_coverage(
        account_coverage.after, account_coverage.page_size, account_coverage.only_watched, account_coverage.community
    )
$$;

revoke all on function pathfinder.account_coverage(bigint, integer, boolean, text)
from public, anon, authenticated, service_role;
revoke all on function public.account_coverage(bigint, integer, boolean, text)
from public, anon, authenticated, service_role;
grant execute on function pathfinder.account_coverage(bigint, integer, boolean, text) to service_role;
grant execute on function public.account_coverage(bigint, integer, boolean, text) to service_role;

comment on function pathfinder.account_coverage(bigint, integer, boolean, text) is
    'Who of which level is a member, by account.';
comment on function public.account_coverage(bigint, integer, boolean, text) is
    'For each account who of which level is a member, and of which level nobody is; in pages.';
