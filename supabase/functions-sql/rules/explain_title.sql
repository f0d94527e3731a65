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
    -- What somebody is in charge of is asked first: it looks with the expressions that explaining looks with again,
    -- and Postgres keeps few of them compiled.
    with asked as materialized (
        select
            coalesce(explain_in_force.title, '') as title,
            pathfinder.find_functions(explain_in_force.title, null) as functions
    )
    select jsonb_build_object(
        'title', explain_in_force.title,
        'normalized', array_to_string(pathfinder.segment_title(explain_in_force.title), ' | '),
        'is_senior', explained.level <> 'none',
        'seniority_level', nullif(explained.level, 'none'),
        'decided_by', (
            select to_jsonb(rule) - '{matcher,clues,is_active,level,created_at,updated_at}'::text[]
            from public.classification_rules as rule
            where rule.id = explained.rule_id
        ),
        'reason', explained.reason,
        'functions', case when explained.level = 'none' then '[]' else to_jsonb(asked.functions) end,
        'rules_version', (select edits.version from pathfinder.rule_edits as edits)
    ) || pathfinder.explain_parts(explain_in_force.title, explained.left_texts, explained.left_parts)
    from asked
    cross join lateral pathfinder.explain_titles(array[asked.title]) as explained
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
