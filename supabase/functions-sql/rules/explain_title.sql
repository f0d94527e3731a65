-- What explain_title() answers, with its owner's rights.
-- Returns: as explain_title().
-- Example: select pathfinder.explain_in_force('Former CFO, now CEO');
create or replace function pathfinder.explain_in_force(title text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    with reading as materialized (
        select
            read.parts,
            verdict.*
        from (select pathfinder.read_title(explain_in_force.title) as parts) as read
        cross join lateral pathfinder.match_title(
            read.parts, pathfinder.expressions_for(pathfinder.title_words(array_to_string(read.parts, ' ')))
        ) as verdict
    ),
    matches as materialized (
        select
            found.position, found.category, found.rule_id,
            to_jsonb(rule) - '{matcher,clues,is_active,level,created_at,updated_at}'::text[] as rule
        from pathfinder.matching_rules(array[explain_in_force.title]) as found
        join public.classification_rules as rule on rule.id = found.rule_id
    ),
    grouped as (
        select
            matches.position,
            jsonb_agg(
                matches.rule order by matches.category <> 'exclusion', matches.category, matches.rule_id
            ) as rules,
            bool_or(matches.category = 'exclusion') as excluded
        from matches
        group by matches.position
    )
    select jsonb_build_object(
        'title', explain_in_force.title,
        'normalized', array_to_string(pathfinder.segment_title(explain_in_force.title), ' | '),
        'segments', coalesce((
            select jsonb_agg(jsonb_build_object(
                'text', part.written,
                'excluded', coalesce(grouped.excluded, false),
                'left', coalesce((
                    select jsonb_agg(kept.text order by kept.position)
                    from unnest(reading.left_texts, reading.left_parts) with ordinality as kept (text, part, position)
                    where kept.part = part.position
                ), '[]'),
                'matches', coalesce(grouped.rules, '[]')
            ) order by part.position)
            from unnest(pathfinder.segment_title(explain_in_force.title)) with ordinality as part (written, position)
            left join grouped on grouped.position = part.position
        ), '[]'),
        'title_matches', coalesce((select grouped.rules from grouped where grouped.position = 0), '[]'),
        'is_senior', explained.level <> 'none',
        'seniority_level', nullif(explained.level, 'none'),
        'decided_by', (
            select to_jsonb(rule) - '{matcher,clues,is_active,level,created_at,updated_at}'::text[]
            from public.classification_rules as rule
            where rule.id = explained.rule_id
        ),
        'reason', explained.reason,
        'functions', case
            when explained.level = 'none' then '[]'
            else to_jsonb(pathfinder.find_functions(explain_in_force.title, null))
        end,
        'rules_version', (select edits.version from pathfinder.rule_edits as edits)
    )
    from pathfinder.explain_titles(array[coalesce(explain_in_force.title, '')]) as explained
    cross join reading
$$;

revoke all on function pathfinder.explain_in_force(text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.explain_in_force(text) to service_role;

comment on function pathfinder.explain_in_force(text) is 'What explain_title() answers.';

-- Explains how a title is classified by the rules in force.
-- Returns: {"title", "normalized", "segments": [{"text", "excluded", "left": [what exclusions leave], "matches":
--   [rule, …]}], "title_matches": [rule of scope title, …], "is_senior", "seniority_level", "decided_by": rule,
--   "reason": a sentence, "functions": [what the title says they are in charge of], "rules_version"}.
-- Example: select jsonb_pretty(public.explain_title('Former CFO, now CEO'));
create or replace function public.explain_title(title text)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.explain_in_force(explain_title.title)
$$;

revoke all on function public.explain_title(text) from public, anon, authenticated, service_role;
grant execute on function public.explain_title(text) to service_role;

comment on function public.explain_title(text) is
    'Explains how a title is classified: its normalised parts, every rule that matches, and why the result follows.';
