-- What preview_rules() answers, with its owner's rights.
-- Returns: as preview_rules().
-- Example: select pathfinder.preview('[{"category": "vp", "pattern": "second in command"}]');
create or replace function pathfinder.preview(candidate jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    proposed constant jsonb := pathfinder.candidate_rules(candidate);
    present constant pathfinder.rule_expressions[] := array(
        select expression from pathfinder.rule_expressions as expression
    );
    future constant pathfinder.rule_expressions[] := array(
        select expression from pathfinder.compile_rules(proposed, pathfinder.level_ranks()) as expression
    );
    counts constant jsonb := pathfinder.count_rules(proposed);
    newest public.rule_versions;
    answer jsonb;
begin
    select * into newest from public.rule_versions order by version desc limit 1;

    with known as (
        select
            listed.title,
            array_agg(distinct listed.source order by listed.source) as sources,
            count(distinct listed.member) as people,
            max(listed.expected) as expected
        from (
            select
                example.title, 'example' as source, null as member,
                case when known.is_on then known.level else 'none' end as expected
            from public.rule_examples as example
            left join public.levels as known on known.level = example.level
            union all
            select state.title, 'executive', state.community || ':' || state.user_id, null
            from public.user_state as state
            union all
            -- What somebody was called before is a title to try, and nobody's any more.
            select
                event.value, 'event',
                case when event.id = event.newest then event.community || ':' || event.user_id end, null
            from (
                select
                    stored.*, max(stored.id) over (partition by stored.community, stored.user_id) as newest
                from public.events_raw as stored
                where stored.attribute = 'title'
            ) as event
            where btrim(event.value) <> ''
        ) as listed
        group by listed.title
    ),
    judged as (
        select
            known.*,
            coalesce(judged_now.level, 'none') as before,
            coalesce(judged_then.level, 'none') as after
        from known
        left join pathfinder.judge_titles(array(select listed.title from known as listed), present) as judged_now
            on judged_now.title = known.title
        left join pathfinder.judge_titles(array(select listed.title from known as listed), future) as judged_then
            on judged_then.title = known.title
    ),
    changed as (
        select judged.*, row_number() over (order by judged.people desc, judged.title) as position
        from judged
        where judged.before <> judged.after
    )
    select jsonb_build_object(
        'rules_version', newest.version,
        'change', pathfinder.compare_rules(coalesce(newest.rules, '[]'), proposed),
        'counts', counts,
        'examined', (select count(*) from judged),
        'changed', (select count(*) from changed),
        'broken_examples', (select count(*) from judged where judged.expected <> judged.after),
        'titles', coalesce((
            select jsonb_agg(jsonb_build_object(
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
            select jsonb_agg(format('No active rule would find the level %s any more.', known.level))
            from public.levels as known
            where known.is_on and (counts ->> known.level)::integer = 0
        ), '[]')
    )
    into answer;
    return answer;
end
$$;

revoke all on function pathfinder.preview(jsonb) from public, anon, authenticated, service_role;
grant execute on function pathfinder.preview(jsonb) to service_role;

comment on function pathfinder.preview(jsonb) is 'What preview_rules() answers.';

-- Shows, without changing anything, which known titles would change level under a proposed edit of the rules.
-- `candidate` is a rule set as export_rules() gives it, or a list of rules to add, or {"add": [{"category",
-- "pattern", "kind", "scope", "description", "is_active"}, …], "change": [{"id", what changes}, …], "remove": [id,
-- …]}. Known titles are those of the examples, of the executives and of the retained events;
-- `people` are those whose title it is now.
-- Returns: {"rules_version": compared with, "change": the rules' difference, "counts", "examined", "changed",
--   "broken_examples": examples that would be wrong, "titles": up to 200 of [{"title", "before", "after",
--   "known_from", "people", "expected"}, …], "warnings"}.
-- Raises: 22023 (400) for an edit that would be refused.
-- Example: select public.preview_rules('[{"category": "csuite", "pattern": "head of country"}]');
create or replace function public.preview_rules(candidate jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.preview(preview_rules.candidate)
$$;

revoke all on function public.preview_rules(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.preview_rules(jsonb) to service_role;

comment on function public.preview_rules(jsonb) is 'Which known titles would change level under a proposed edit of the rules.';
