-- What the dashboard's filters offer: levels that are on, functions, countries, accounts by name, channels; and what
-- every page says: all levels, and the schedule's time zone.
-- Returns: a JSON object of arrays of pairs, each the value and what it is called; at most 1000 accounts; with
--   "levels", rows of that table, and "time_zone".
-- Example: select public.list_choices();
create or replace function pathfinder.list_choices()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'time_zone', (select settings.time_zone from public.settings),
        'levels', (select coalesce(jsonb_agg(to_jsonb(levels) order by levels.rank), '[]') from public.levels),
        'level', (
            select coalesce(jsonb_agg(jsonb_build_array(levels.level, levels.label) order by levels.rank), '[]')
            from public.levels
            where levels.is_on
        ),
        'function', (
            select coalesce(jsonb_agg(jsonb_build_array(known.function, known.label) order by known.place), '[]')
            from public.functions as known
        ),
        'country', (
            select coalesce(
                jsonb_agg(jsonb_build_array(countries.code, countries.name) order by countries.name), '[]'
            )
            from public.countries
        ),
        'account', (
            select coalesce(jsonb_agg(jsonb_build_array(account.id::text, account.name) order by account.name), '[]')
            from (select accounts.id, accounts.name from public.accounts order by accounts.name limit 1000) as account
        ),
        'channel', (
            select coalesce(jsonb_agg(jsonb_build_array(channels.name, channels.name) order by channels.name), '[]')
            from public.channels
        )
    )
$$;

create or replace function public.list_choices()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_choices()
$$;

revoke all on function pathfinder.list_choices() from public, anon, authenticated, service_role;
revoke all on function public.list_choices() from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_choices() to service_role;
grant execute on function public.list_choices() to service_role;

comment on function pathfinder.list_choices() is 'What the dashboard''s filters offer.';
comment on function public.list_choices() is 'What the dashboard''s filters offer: levels, functions, countries, accounts, channels.';
