-- What check_rules() answers, with its owner's rights.
create or replace function pathfinder.check_examples()
returns table (title text, expected text, actual text, rule_id bigint, rule text, reason text, note text)
language sql
stable
security definer
set search_path = ''
as $$
    with newest as (
        select rule_versions.rules, rule_versions.compiled || '{}' as compiled, rule_versions.counts
        from public.rule_versions
        order by rule_versions.version desc
        limit 1
    )
    select
        failing.title, failing.expected, failing.actual,
        (explained.answer -> 'decided_by' ->> 'id')::bigint,
        explained.answer -> 'decided_by' ->> 'pattern',
        explained.answer ->> 'reason',
        failing.note
    from newest
    cross join lateral pathfinder.failing_examples(newest.compiled) as failing
    cross join lateral (select pathfinder.explain(failing.title, newest.rules, newest.compiled) as answer) as explained
    union all
    select
        null, level.name, 'none', null, null,
        pg_catalog.format('No active rule finds %s.', level.meaning),
        null
    from newest
    cross join (values ('csuite', 'the C-suite'), ('vp', 'vice presidents')) as level (name, meaning)
    where (newest.counts ->> level.name)::integer = 0
$$;

revoke all on function pathfinder.check_examples() from public, anon, authenticated, service_role;
grant execute on function pathfinder.check_examples() to service_role;

comment on function pathfinder.check_examples() is 'What check_rules() answers.';
