-- What is left of a part of a title after exclusions: nothing, or, where the part joins several offices ("former CFO
-- now CEO", "founder and assistant to the CEO"), the pieces that no exclusion reaches.
--
-- An exclusion reaches the piece it matches and those after it, until one that says "now", "currently", …; one that
-- matches only across pieces reaches them all. The words that join pieces, and those that speak of the present or
-- the past, are listed here and nowhere else.
--
-- Called by match_title() and explain_title(), for a part that an exclusion matches.
--
--     select pathfinder.surviving_parts('former cfo now ceo', '\yformer\y');   -- {now ceo}
create or replace function pathfinder.surviving_parts(part text, exclusion text)
returns text[]
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    piece text;
    survivors text[] := '{}';
    excluded boolean := false;
    any_excluded boolean := false;
begin
    if part !~ ' (?:and|und|et|y|e|en|och|og|ja|i|ve|plus|oraz|as|turned|и|та|και|now|current|currently|presently|today|jetzt|aktuell|nun|actuellement|maintenant|desormais|actualmente|ahora|hoy|atualmente|agora|attualmente|ora|oggi|nu|tegenwoordig|huidig|numera|nuvarande|naa|nykyisin|nyt|obecnie|teraz|simdi|suan|former|formerly|previously|ex|fmr|prev|past) ' then
        return '{}';
    end if;
    foreach piece in array pg_catalog.regexp_split_to_array(
        part,
        ' (?:and|und|et|y|e|en|och|og|ja|i|ve|plus|oraz|as|и|та|και) '
        '| (?=(?:turned|now|current|currently|presently|today|jetzt|aktuell|nun|actuellement|maintenant|desormais|actualmente|ahora|hoy|atualmente|agora|attualmente|ora|oggi|nu|tegenwoordig|huidig|numera|nuvarande|naa|nykyisin|nyt|obecnie|teraz|simdi|suan|former|formerly|previously|ex|fmr|prev|past) )'
    )
    loop
        if piece ~ exclusion then
            excluded := true;
            any_excluded := true;
        elsif piece ~ '^(?:turned|now|current|currently|presently|today|jetzt|aktuell|nun|actuellement|maintenant|desormais|actualmente|ahora|hoy|atualmente|agora|attualmente|ora|oggi|nu|tegenwoordig|huidig|numera|nuvarande|naa|nykyisin|nyt|obecnie|teraz|simdi|suan) ' then
            excluded := false;
        end if;
        if not excluded then
            survivors := survivors || piece;
        end if;
    end loop;
    return case when any_excluded then survivors else '{}' end;
end
$$;

revoke all on function pathfinder.surviving_parts(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.surviving_parts(text, text) is 'The pieces of an excluded part that its exclusion does not reach.';
