-- Judges a normalised title (segment_title()) by a compiled rule set (rule_versions.compiled). Returns the level, or
-- null, and the text that decided it.
--
-- The highest office held now wins. Only a part that may hold an office is looked at closely, so most titles cost two
-- matches; all in all it uses a handful of expressions, of the 32 that a backend keeps compiled.
--
-- Called by classify(), preview_rules() and the like.
create or replace function pathfinder.match_title(
    segments text[],
    compiled jsonb,
    out level text,
    out decisive text,
    out scope text
)
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    senior constant text := compiled ->> 'senior';
    senior_inner constant text := compiled ->> 'senior_inner';
    segment text;
    part text;
    parts text[];
    whole text;
begin
    scope := 'segment';
    foreach segment in array segments loop
        if segment ~ senior or segment ~ senior_inner then
            if segment ~ (compiled ->> 'exclusion') or segment ~ (compiled ->> 'exclusion_inner') then
                parts := pathfinder.surviving_parts(segment, compiled);
            else
                parts := array[segment];
            end if;
            foreach part in array parts loop
                if part ~ (compiled ->> 'csuite') or part ~ (compiled ->> 'csuite_inner') then
                    level := 'csuite';
                    decisive := part;
                    exit;
                elsif level is null and (part ~ (compiled ->> 'vp') or part ~ (compiled ->> 'vp_inner')) then
                    level := 'vp';
                    decisive := part;
                end if;
            end loop;
            exit when level = 'csuite';
        end if;
    end loop;

    if level is null and not compiled ?| '{title_csuite,title_csuite_inner,title_vp,title_vp_inner}' then
        return;
    end if;
    whole := pg_catalog.array_to_string(segments, E'\n');
    if level is distinct from 'csuite'
        and (whole ~ (compiled ->> 'title_csuite') or whole ~ (compiled ->> 'title_csuite_inner'))
    then
        level := 'csuite';
        decisive := whole;
        scope := 'title';
    elsif level is null and (whole ~ (compiled ->> 'title_vp') or whole ~ (compiled ->> 'title_vp_inner')) then
        level := 'vp';
        decisive := whole;
        scope := 'title';
    end if;
    if level is not null
        and (whole ~ (compiled ->> 'title_exclusion') or whole ~ (compiled ->> 'title_exclusion_inner'))
    then
        level := null;
        decisive := null;
    end if;
end
$$;

revoke all on function pathfinder.match_title(text[], jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.match_title(text[], jsonb) is 'Judges a normalised title by a compiled rule set.';
