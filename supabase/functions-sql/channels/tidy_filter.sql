-- A channel's filter as it is looked at: lists everywhere, countries as codes, owners in small letters. Whatever
-- filter_problems() complains about stays as it is.
-- Returns: jsonb.
-- Example: select pathfinder.tidy_filter('{"level": "csuite", "country": ["Germany"]}');
create or replace function pathfinder.tidy_filter(filter jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select coalesce(jsonb_object_agg(given.key, case
        when given.key = 'watched' then given.value
        when jsonb_typeof(listed.value) <> 'array' then given.value
        else (
            select coalesce(jsonb_agg(case
                when jsonb_typeof(element) <> 'string' then
                    case when given.key = 'tier' then to_jsonb(element #>> '{}') else element end
                when given.key = 'country' then to_jsonb(
                    coalesce(pathfinder.find_country(element #>> '{}'), lower(btrim(element #>> '{}')))
                )
                when given.key = 'owner' then to_jsonb(lower(btrim(element #>> '{}')))
                else to_jsonb(btrim(element #>> '{}'))
            end), '[]')
            from jsonb_array_elements(listed.value) as element
        )
    end), '{}')
    from jsonb_each(tidy_filter.filter) as given
    cross join lateral (
        select case
            when jsonb_typeof(given.value) in ('string', 'number') then jsonb_build_array(given.value)
            else given.value
        end as value
    ) as listed
$$;

revoke all on function pathfinder.tidy_filter(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.tidy_filter(jsonb) is
    'A channel''s filter as it is looked at: lists, codes, small letters.';
