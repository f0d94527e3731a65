-- The parts of a title, each with the rules in force that match it. left_texts and left_parts are what match_title()
-- leaves of them, where it is to be shown; null where not.
-- Returns: {"segments": [{"text", "excluded", "left": [what exclusions leave], "matches": [rule, …]}], "title_matches":
--   [rule of scope title, …]}.
-- Example: select pathfinder.explain_parts('Former CFO, now CEO', null, null);
create or replace function pathfinder.explain_parts(title text, left_texts text[], left_parts integer[])
returns jsonb
language sql
stable
set search_path = ''
as $$
    with grouped as materialized (
        select
            found.position,
            jsonb_agg(
                to_jsonb(rule) - '{matcher,clues,is_active,level,created_at,updated_at}'::text[]
                order by found.category <> 'exclusion', found.category, found.rule_id
            ) as rules,
            bool_or(found.category = 'exclusion') as excluded
        from pathfinder.matching_rules(array[explain_parts.title]) as found
        join public.classification_rules as rule on rule.id = found.rule_id
        group by found.position
    )
    select jsonb_build_object(
        'segments', coalesce((
            select jsonb_agg(jsonb_build_object(
                'text', part.written,
                'excluded', coalesce(grouped.excluded, false),
                'left', coalesce((
                    select jsonb_agg(kept.text order by kept.position)
                    from unnest(explain_parts.left_texts, explain_parts.left_parts) with ordinality
                        as kept (text, part, position)
                    where kept.part = part.position
                ), '[]'),
                'matches', coalesce(grouped.rules, '[]')
            ) order by part.position)
            from unnest(pathfinder.segment_title(explain_parts.title)) with ordinality as part (written, position)
            left join grouped on grouped.position = part.position
        ), '[]'),
        'title_matches', coalesce((select grouped.rules from grouped where grouped.position = 0), '[]')
    )
$$;

revoke all on function pathfinder.explain_parts(text, text[], integer[]) from public, anon, authenticated, service_role;

comment on function pathfinder.explain_parts(text, text[], integer[]) is
    'The parts of a title, each with the rules in force that match it.';
