-- What is left of a part of a title after exclusions: nothing, or, where the part joins several offices ("former CFO
-- now CEO", "founder and assistant to the CEO"), the pieces that no exclusion reaches.
--
-- An exclusion reaches the piece it matches and, if that names an office ("assistant to the president and CEO") or ends
-- in somebody's rank ("EA to MD and CEO"), the pieces after it, until one that says "now", "currently", …; but what
-- follows its office reaches no further ("chairman emeritus and CEO", unless one works for that chairman). One that
-- matches only across pieces reaches them all, but for those that say so ("VP turned founder"). The words that join pieces, and those that speak of the present
-- or the past, are listed here and nowhere else.
--
-- Called by match_title() and explain_title(), for a part that an exclusion matches.
--
--     select pathfinder.surviving_parts('former cfo now ceo', rule_versions.compiled) from …;   -- {now ceo}
create or replace function pathfinder.surviving_parts(part text, compiled jsonb)
returns text[]
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    present constant text :=
        'turned|now|current|currently|presently|today|jetzt|aktuell|nun|actuellement|maintenant|desormais'
        '|actualmente|ahora|hoy|atualmente|agora|attualmente|ora|oggi|nu|tegenwoordig|huidig|numera|nuvarande'
        '|nykyisin|nyt|obecnie|teraz|simdi|suan';
    past constant text := 'former|formerly|previously|ex|fmr|prev|past';
    joints constant text :=
        ' (?:and|und|et|y|e|en|och|og|ja|i|ve|plus|oraz|as|и|та|και) | (?=(?:' || present || '|' || past || ') )';
    pieces text[];
    piece text;
    speaks_of_now boolean;
    excluded boolean := false;
    any_excluded boolean := false;
    survivors text[] := '{}';
    current_ones text[] := '{}';
begin
    pieces := pg_catalog.regexp_split_to_array(part, joints);
    if pg_catalog.cardinality(pieces) = 1 then
        return '{}';
    end if;
    foreach piece in array pieces loop
        speaks_of_now := piece ~ ('^(?:' || present || ') ');
        if speaks_of_now then
            current_ones := current_ones || piece;
        end if;
        if pathfinder.finds(piece, pathfinder.title_words(piece), compiled, 'exclusion') then
            excluded := (piece !~ ' (?:emeritus|emerita)$' or piece ~ ' (?:to|for) ')
                and (
                    piece ~ ' (?:md|gm|director|manager|partner)$'
                    or coalesce(piece ~ (compiled ->> 'offices'), false)
                );
            any_excluded := true;
        elsif speaks_of_now or not excluded then
            excluded := false;
            survivors := survivors || piece;
        end if;
    end loop;
    return case when any_excluded then survivors else current_ones end;
end
$$;

revoke all on function pathfinder.surviving_parts(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.surviving_parts(text, jsonb) is
    'The pieces of an excluded part that its exclusion does not reach.';
