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
    segments text[];
    words text[];
    has_clue boolean;
    compiled jsonb;
    verdict record;
begin
    -- Plain words need no normalising to be compared with clues. (segment_title() cuts off what is longer.)
    if pg_catalog.length(title) <= 1000 and title ~ '^[A-Za-z0-9 ]*$' then
        words := pg_catalog.string_to_array(pg_catalog.lower(title), ' ');
    else
        segments := pathfinder.segment_title(title);
        words := pathfinder.title_words(pg_catalog.array_to_string(segments, ' '));
    end if;

    -- Most titles have none of the words that an office needs, and are done with here.
    select rule_versions.version, coalesce(rule_versions.clues ?| words, true)
    into rules_version, has_clue
    from public.rule_versions
    order by rule_versions.version desc
    limit 1;
    if has_clue is not true then
        return;
    end if;

    -- Appending nothing fetches the value from its out-of-line storage once, not at each use.
    select rule_versions.compiled || '{}'
    into compiled
    from public.rule_versions
    where rule_versions.version = classify.rules_version;

    verdict := pathfinder.match_title(coalesce(segments, pathfinder.segment_title(title)), compiled);
    level := verdict.level;
    if level is not null then
        matched_rule := pathfinder.find_rule(verdict.decisive, verdict.level, verdict.scope);
    end if;
end
$$;

revoke all on function pathfinder.classify(text) from public, anon, authenticated, service_role;

comment on function pathfinder.classify(text) is 'Classifies a title by the rules in force: level, the rule that decided, version.';
