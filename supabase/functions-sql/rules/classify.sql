-- Classifies a title by the rules in force. Most titles have none of the words that an office needs, and are done
-- with after one look into an index.
-- Returns: the level (null for none), the rule that decided (its description, or else its pattern; null without a
--   level), the version of the rules (null if there are none yet), and what find_functions() reads (null without a
--   level).
-- Example: select * from pathfinder.classify('Former CFO, now CEO');  -- csuite | Chief executive | 1 | {ceo}
create or replace function pathfinder.classify(
    title text,
    out level text,
    out matched_rule text,
    out rules_version bigint,
    out charges text[]
)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
    parts text[];
    words text[];
    has_clue boolean;
    verdict record;
begin
    -- Plain words need no normalising to be compared with clues. (read_title() cuts off what is longer, splits
    -- "GroupPresident" and joins "c e o".)
    if length(title) <= 500 and title ~ '^[A-Za-z0-9 ]*$' and title !~ '[a-z][A-Z]|[A-Z]{2}[a-z]'
        and ' ' || title || ' ' not like '% _ _ _ %' then
        words := string_to_array(lower(title), ' ');
    else
        parts := pathfinder.read_title(title);
        words := pathfinder.title_words(array_to_string(parts, ' '));
    end if;

    select
        edits.version,
        exists (
            select from pathfinder.rule_clues as clue where clue.word = any (words || ''::text) and clue.finds_people
        )
    into rules_version, has_clue
    from pathfinder.rule_edits as edits;
    if has_clue is not true or words is null then
        return;
    end if;

    parts := coalesce(parts, pathfinder.read_title(title));
    verdict := pathfinder.match_title(parts, pathfinder.expressions_for(words));
    level := verdict.level;
    if level is not null then
        charges := verdict.charges;
        matched_rule := (pathfinder.find_rule(verdict.decisive, verdict.level, verdict.scope)).name;
    end if;
end
$$;

revoke all on function pathfinder.classify(text) from public, anon, authenticated, service_role;

comment on function pathfinder.classify(text) is 'Classifies a title by the rules in force: level, the rule that decided, version.';
