-- Explains what a rule set makes of a title: see public.explain_title(). `rules` is rule_versions.rules, `compiled` what
-- compile_rules() makes of them. Tries rule by rule, so it is for people, not for every webhook.
--
-- Called by explain_title() and check_rules().
create or replace function pathfinder.explain(title text, rules jsonb, compiled jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    segments constant text[] := pathfinder.segment_title(title);
    whole constant text := pg_catalog.array_to_string(segments, E'\n');
    verdict record;
    parts jsonb;
    whole_matches jsonb;
    decided_by jsonb;
    reason text;
begin
    verdict := pathfinder.match_title(segments, compiled);

    with listed as (
        select
            element.value - '{matcher,clues,is_active}'::text[] as rule,
            element.value ->> 'category' as category,
            element.value ->> 'scope' as scope,
            '(?w)' || (select pg_catalog.string_agg(branch.value, '|') from pg_catalog.jsonb_array_elements_text(element.value -> 'matcher') as branch) as expression,
            element.position
        from pg_catalog.jsonb_array_elements(explain.rules) with ordinality as element (value, position)
        where (element.value ->> 'is_active')::boolean
    ),
    judged as (
        select
            segment.text,
            segment.position,
            coalesce(
                pg_catalog.jsonb_agg(listed.rule order by listed.category <> 'exclusion', listed.category, listed.position)
                    filter (where listed.rule is not null),
                '[]'
            ) as matches,
            coalesce(pg_catalog.bool_or(listed.category = 'exclusion'), false) as excluded
        from pg_catalog.unnest(segments) with ordinality as segment (text, position)
        left join listed on listed.scope = 'segment' and segment.text ~ listed.expression
        group by segment.text, segment.position
    )
    select
        coalesce((
            select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                'text', judged.text,
                'excluded', judged.excluded,
                'left', case
                    when judged.excluded then pg_catalog.to_jsonb(pathfinder.surviving_parts(judged.text, compiled))
                    else pg_catalog.jsonb_build_array(judged.text)
                end,
                'matches', judged.matches
            ) order by judged.position)
            from judged
        ), '[]'),
        coalesce((
            select pg_catalog.jsonb_agg(listed.rule order by listed.category <> 'exclusion', listed.category, listed.position)
            from listed
            where listed.scope = 'title' and whole ~ listed.expression
        ), '[]')
    into parts, whole_matches;

    if verdict.level is not null then
        -- The first that matches the text that decided, as in find_rule().
        select element.value - '{matcher,clues,is_active}'::text[] into decided_by
        from pg_catalog.jsonb_array_elements(explain.rules) with ordinality as element (value, position)
        where (element.value ->> 'is_active')::boolean
            and element.value ->> 'category' = verdict.level
            and element.value ->> 'scope' = verdict.scope
            and verdict.decisive ~ (
                '(?w)' || (
                    select pg_catalog.string_agg(branch.value, '|')
                    from pg_catalog.jsonb_array_elements_text(element.value -> 'matcher') as branch
                )
            )
        order by element.position
        limit 1;
        reason := pg_catalog.format(
            '"%s" is %s by the rule "%s".', pg_catalog.replace(verdict.decisive, E'\n', ' | '),
            case verdict.level when 'csuite' then 'an office of the C-suite' else 'a vice president' end,
            coalesce(nullif(decided_by ->> 'description', ''), decided_by ->> 'pattern'));
    elsif segments = '{}' then
        reason := 'The title is empty.';
    else
        -- An exclusion is to blame where an office was found beside it.
        select candidate.rule into decided_by
        from (
            select exclusion.value as rule, 1 as rank, part.position
            from pg_catalog.jsonb_array_elements(parts) with ordinality as part (value, position)
            cross join lateral pg_catalog.jsonb_array_elements(part.value -> 'matches') as exclusion
            where exclusion.value ->> 'category' = 'exclusion'
                and part.value -> 'matches' @> any (array['[{"category": "csuite"}]', '[{"category": "vp"}]']::jsonb[])
            union all
            select exclusion.value, 0, 0
            from pg_catalog.jsonb_array_elements(whole_matches) as exclusion
            where exclusion.value ->> 'category' = 'exclusion'
                and parts @> any (array['[{"matches": [{"category": "csuite"}]}]', '[{"matches": [{"category": "vp"}]}]']::jsonb[])
        ) as candidate
        order by candidate.rank, candidate.position
        limit 1;
        reason := case
            when decided_by is null then 'No rule finds an office in it.'
            else pg_catalog.format('The office in it is excluded by the rule "%s".',
                coalesce(nullif(decided_by ->> 'description', ''), decided_by ->> 'pattern'))
        end;
    end if;

    return pg_catalog.jsonb_build_object(
        'title', title,
        'normalized', pg_catalog.array_to_string(segments, ' | '),
        'segments', parts,
        'title_matches', whole_matches,
        'is_senior', verdict.level is not null,
        'seniority_level', verdict.level,
        'decided_by', decided_by,
        'reason', reason
    );
end
$$;

revoke all on function pathfinder.explain(text, jsonb, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.explain(text, jsonb, jsonb) is 'Explains what a rule set makes of a title.';
