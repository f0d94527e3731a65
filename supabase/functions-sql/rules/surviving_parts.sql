-- What is left of a part of a title after exclusions: where it joins several offices ("former CFO now CEO", "founder
-- and assistant to the CEO"), the pieces that no exclusion reaches. One reaches the piece it matches and, if that
-- names an office ("assistant to the president and CEO"), what follows, over commas too, until something speaks of
-- now; but what is past reaches over a comma only a bare office ("ex CEO, CTO"; not "ex CEO, VP Sales"). One that
-- matches only across pieces reaches them all, but for those that say so ("VP turned founder").
-- Returns: the survivors, and what the next part is reached by: past, all, or null. `reached` is the same from the
--   part before. The words that join pieces, and those of the past, are listed here and nowhere else.
-- Example: select (pathfinder.surviving_parts('former cfo now ceo', null, array(select e from
--   pathfinder.rule_expressions as e))).*;
create or replace function pathfinder.surviving_parts(
    part text,
    reached text,
    expressions pathfinder.rule_expressions[],
    out survivors text[],
    out reach text
)
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    past constant text :=
        'former|formerly|previously|previous|ex|fmr|prev|past|was|once|retired|ancien|ancienne|anciennement|ehem|ehemals'
        '|ehemaliger|ehemalige|fruher|fruherer|fruhere|antiguo|antigua|antes|anterior|anteriormente|antigo|antiga|gia'
        '|voormalig|tidigare|tidligere|entinen|byly|byla|dawniej|byvaly|byvala|volt|korabbi|fost|fosta|bivsi|bivsa|eski'
        '|бывшии|бывшая|экс|колишніи|бивш|mantan|bekas|cuu|nguyen';
    now_words constant text := pathfinder.present_words();
    pieces constant text[] := regexp_split_to_array(
        part,
        ' (?:and|und|et|y|e|en|och|og|ja|i|ve|plus|oraz|as|и|та|και) | (?=(?:' || now_words || '|former|formerly|previously|ex|fmr|prev|past|seeking|looking|searching|helping|hiring|supporting|serving) )'
    );
    piece text;
    speaks_of_now boolean;
    crosses boolean := reached is not null;
    any_excluded boolean := reached is not null;
    current_ones text[] := '{}';
begin
    survivors := '{}';
    reach := reached;
    if cardinality(pieces) = 1 and reached is null then
        reach := case
            when not pathfinder.names_office(part, expressions) then null
            when part ~ ('^(?:' || past || ')\M') then 'past'
            else 'all'
        end;
        return;
    end if;
    foreach piece in array pieces loop
        speaks_of_now := piece ~ ('^(?:' || now_words || ')(?: |$)');
        if speaks_of_now then
            current_ones := current_ones || piece;
        end if;
        if pathfinder.finds(piece, pathfinder.title_words(piece), expressions, 'exclusion', 'segment') then
            reach := case
                when not pathfinder.names_office(piece, expressions)
                    or (piece like any ('{% emeritus,% emerita}') and not piece like any ('{% to %,% for %}'))
                    then null
                when piece ~ ('^(?:' || past || ')\M') then 'past'
                else 'all'
            end;
            any_excluded := true;
        elsif speaks_of_now or reach is null
            or (crosses and reach = 'past' and not pathfinder.names_office(piece, expressions, barely => true))
        then
            reach := null;
            survivors := survivors || piece;
        end if;
        crosses := false;
    end loop;
    if not any_excluded then
        survivors := current_ones;
        reach := null;
    end if;
end
$$;

revoke all on function pathfinder.surviving_parts(text, text, pathfinder.rule_expressions[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.surviving_parts(text, text, pathfinder.rule_expressions[]) is
    'The pieces of a part that no exclusion reaches, and whether the next part is reached.';
