-- Judges a normalised title (segment_title()) by a compiled rule set (rule_versions.compiled). Returns the level, or
-- null, and the text that decided it.
--
-- The highest office held now wins. Only a part that holds an office is looked at closely, so most titles cost one
-- match: a backend caches 32 expressions, and this uses seven.
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
    exclusion constant text := compiled ->> 'exclusion';
    segment text;
    part text;
    whole text;
begin
    foreach segment in array segments loop
        if segment ~ senior then
            if segment ~ exclusion then
                foreach part in array pathfinder.surviving_parts(segment, senior, exclusion) loop
                    if part ~ (compiled ->> 'csuite') then
                        level := 'csuite';
                        decisive := part;
                        exit;
                    elsif level is null and part ~ (compiled ->> 'vp') then
                        level := 'vp';
                        decisive := part;
                    end if;
                end loop;
            elsif segment ~ (compiled ->> 'csuite') then
                level := 'csuite';
                decisive := segment;
            elsif level is null then
                level := 'vp';
                decisive := segment;
            end if;
            exit when level = 'csuite';
        end if;
    end loop;
    scope := 'segment';

    if level is null and not compiled ?| '{title_csuite,title_vp}' then
        return;
    end if;
    whole := pg_catalog.array_to_string(segments, E'\n');
    if level is distinct from 'csuite' and whole ~ (compiled ->> 'title_csuite') then
        level := 'csuite';
        decisive := whole;
        scope := 'title';
    elsif level is null and whole ~ (compiled ->> 'title_vp') then
        level := 'vp';
        decisive := whole;
        scope := 'title';
    end if;
    if level is not null and whole ~ (compiled ->> 'title_exclusion') then
        level := null;
        decisive := null;
    end if;
end
$$;

revoke all on function pathfinder.match_title(text[], jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.match_title(text[], jsonb) is 'Judges a normalised title by a compiled rule set.';
