-- Judges a normalised title (segment_title()) by a compiled rule set (rule_versions.compiled). Returns the level, or
-- null, and the text that decided it.
--
-- The highest office held now wins. Only a part that may hold an office is looked at closely; all in all this uses a
-- handful of expressions, of the 32 that a backend keeps compiled.
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
    segment text;
    words text[];
    is_csuite boolean;
    part text;
    whole text;
begin
    -- While an upgrade goes on, a statement that began before it may bring rules compiled before it. To judge by them
    -- would find nobody; as it is, the webhook stays queued and is judged anew.
    if not compiled ? 'clues' then
        raise exception 'The rules were compiled by another release'
            using errcode = 'object_not_in_prerequisite_state',
            hint = 'Try again when the upgrade is through.';
    end if;

    scope := 'segment';
    foreach segment in array segments loop
        words := pathfinder.title_words(segment);
        is_csuite := pathfinder.finds(segment, words, compiled, 'csuite');
        continue when not is_csuite and not pathfinder.finds(segment, words, compiled, 'vp');

        if not pathfinder.finds(segment, words, compiled, 'exclusion') then
            if is_csuite or level is null then
                level := case when is_csuite then 'csuite' else 'vp' end;
                decisive := segment;
            end if;
        else
            foreach part in array pathfinder.surviving_parts(segment, compiled) loop
                if pathfinder.finds(part, words, compiled, 'csuite') then
                    level := 'csuite';
                    decisive := part;
                    exit;
                elsif level is null and pathfinder.finds(part, words, compiled, 'vp') then
                    level := 'vp';
                    decisive := part;
                end if;
            end loop;
        end if;
        exit when level = 'csuite';
    end loop;

    if level is null and not compiled ?| '{title_csuite_1,title_vp_1}' then
        return;
    end if;
    whole := pg_catalog.array_to_string(segments, E'\n');
    words := pathfinder.title_words(whole);
    if level is distinct from 'csuite' and pathfinder.finds(whole, words, compiled, 'title_csuite') then
        level := 'csuite';
        decisive := whole;
        scope := 'title';
    elsif level is null and pathfinder.finds(whole, words, compiled, 'title_vp') then
        level := 'vp';
        decisive := whole;
        scope := 'title';
    end if;
    if level is not null and pathfinder.finds(whole, words, compiled, 'title_exclusion') then
        level := null;
        decisive := null;
    end if;
end
$$;

revoke all on function pathfinder.match_title(text[], jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.match_title(text[], jsonb) is 'Judges a normalised title by a compiled rule set.';
