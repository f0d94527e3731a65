-- Classifies a title by the rules in force.
--
-- Called by the webhook, the schedule and the public functions of this stage. Returns the level (csuite, vp, or
-- null), the rule that decided (its description, or else its pattern; null without a level) and the version of the
-- rules (null if there are none yet). A null or blank title has no level.
--
--     select * from pathfinder.classify('Former CFO, now CEO');   -- csuite | Chief executive | 1
create or replace function pathfinder.classify(
    title text,
    out level text,
    out matched_rule text,
    out rules_version bigint
)
language plpgsql
stable
set search_path = ''
as $$
declare
    compiled jsonb;
    verdict record;
    rules jsonb;
    rule_id bigint;
begin
    -- Appending nothing fetches the value from its out-of-line storage once, not at each use.
    select rule_versions.version, rule_versions.compiled || '{}'
    into rules_version, compiled
    from public.rule_versions
    order by rule_versions.version desc
    limit 1;

    verdict := pathfinder.match_title(pathfinder.segment_title(title), compiled);
    level := verdict.level;
    if level is null then
        return;
    end if;

    -- In two steps, so that the rule is looked for once and not for each rule that it might be.
    select
        rule_versions.rules,
        pathfinder.find_rule(
            verdict.decisive,
            rule_versions.origins,
            case verdict.scope when 'title' then 'title_' else '' end || verdict.level
        )
    into rules, rule_id
    from public.rule_versions
    where rule_versions.version = classify.rules_version;

    select coalesce(nullif(pg_catalog.btrim(rule.value ->> 'description'), ''), rule.value ->> 'pattern')
    into matched_rule
    from pg_catalog.jsonb_array_elements(rules) as rule
    where (rule.value ->> 'id')::bigint = rule_id;
end
$$;

revoke all on function pathfinder.classify(text) from public, anon, authenticated, service_role;

comment on function pathfinder.classify(text) is 'Classifies a title by the rules in force: level, the rule that decided, version.';
