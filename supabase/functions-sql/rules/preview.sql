-- What preview_rules() answers, with its owner's rights.
create or replace function pathfinder.preview(candidate jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    proposed constant jsonb := pathfinder.candidate_rules(candidate);
    compiled constant jsonb := (pathfinder.compile_rules(proposed)).compiled;
    counts constant jsonb := (pathfinder.compile_rules(proposed)).counts;
    newest public.rule_versions;
    answer jsonb;
begin
    select * into newest from public.rule_versions order by version desc limit 1;
    newest.compiled := newest.compiled || '{}';

    with known as (
        select
            listed.title,
            pg_catalog.array_agg(distinct listed.source order by listed.source) as sources,
            pg_catalog.count(distinct listed.member) as people,
            max(listed.expected) as expected
        from (
            select example.title, 'example' as source, null as member, example.expected
            from public.rule_examples as example
            union all
            select state.title, 'executive', state.community || ':' || state.user_id, null
            from public.user_state as state
            union all
            select event.value, 'event', event.community || ':' || event.user_id, null
            from public.events_raw as event
            where event.attribute = 'title' and pg_catalog.btrim(event.value) <> ''
        ) as listed
        group by listed.title
    ),
    judged as (
        select
            known.*,
            coalesce(present.level, 'none') as before,
            coalesce(future.level, 'none') as after
        from known
        cross join lateral (select pathfinder.segment_title(known.title) as segments) as normalized
        cross join lateral pathfinder.match_title(normalized.segments, newest.compiled) as present
        cross join lateral pathfinder.match_title(normalized.segments, compiled) as future
    ),
    changed as (
        select judged.*, pg_catalog.row_number() over (order by judged.people desc, judged.title) as position
        from judged
        where judged.before <> judged.after
    )
    select pg_catalog.jsonb_build_object(
        'rules_version', newest.version,
        'change', pathfinder.compare_rules(coalesce(newest.rules, '[]'), proposed),
        'counts', counts,
        'examined', (select pg_catalog.count(*) from judged),
        'changed', (select pg_catalog.count(*) from changed),
        'broken_examples', (select pg_catalog.count(*) from judged where judged.expected <> judged.after),
        'titles', coalesce((
            select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                'title', changed.title,
                'before', changed.before,
                'after', changed.after,
                'known_from', changed.sources,
                'people', changed.people,
                'expected', changed.expected
            ) order by changed.position)
            from changed
            where changed.position <= 200
        ), '[]'),
        'warnings', coalesce((
            select pg_catalog.jsonb_agg(pg_catalog.format('No active rule would find %s any more.', level.meaning))
            from (values ('csuite', 'the C-suite'), ('vp', 'vice presidents')) as level (name, meaning)
            where (counts ->> level.name)::integer = 0
        ), '[]')
    )
    into answer;
    return answer;
end
$$;

revoke all on function pathfinder.preview(jsonb) from public, anon, authenticated, service_role;
grant execute on function pathfinder.preview(jsonb) to service_role;

comment on function pathfinder.preview(jsonb) is 'What preview_rules() answers.';
