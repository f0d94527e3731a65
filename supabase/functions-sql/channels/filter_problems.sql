-- What is wrong in a channel's filter, after tidy_filter().
-- Returns: one sentence part a problem; {} when all is well.
-- Example: select pathfinder.filter_problems('{"level": ["ceo"]}');
create or replace function pathfinder.filter_problems(filter jsonb)
returns text[]
language sql
stable
set search_path = ''
as $$
    with choices (key, allowed) as (
        values
            ('level', (select array_agg(levels.level order by levels.rank) from public.levels)),
            ('kind', '{new,promotion,demotion,role,moved,left}'),
            ('function', null),
            ('country', null),
            ('tier', null),
            ('owner', null),
            ('community', null)
    )
    select coalesce(array_agg(problem.said order by given.key), '{}')
    from jsonb_each(filter_problems.filter) as given
    left join choices using (key)
    cross join lateral (
        select case
            when given.key = 'watched' then
                case when jsonb_typeof(given.value) <> 'boolean' then 'watched must be true or false' end
            when choices.key is null then format(
                '%s is not known: it can be %s or watched',
                given.key, (select string_agg(choices.key, ', ') from choices)
            )
            when not pathfinder.is_list_of(given.value, 'string', 1) then
                format('%s must be a list of texts, such as ["%s"]', given.key, case given.key
                    when 'function' then 'finance'
                    when 'country' then 'DE'
                    when 'tier' then '1'
                    when 'owner' then 'Jane Doe'
                    when 'community' then 'main'
                    else choices.allowed[1]
                end)
            when not given.value <@ to_jsonb(choices.allowed) then format(
                '%s can be %s, not %s',
                given.key,
                array_to_string(choices.allowed, ', '),
                (
                    select string_agg(element, ', ') from jsonb_array_elements_text(given.value) as element
                    where element <> all (choices.allowed)
                )
            )
        end as said
    ) as problem
    where problem.said is not null
$$;

revoke all on function pathfinder.filter_problems(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.filter_problems(jsonb) is 'What is wrong in a channel''s filter.';
