-- Whether a part of a title names an office, held or not: "vice chairman" and "product owner" do, too.
-- Returns: boolean; with `barely`, whether it says nothing else.
-- Example: select pathfinder.names_office('deputy ceo', array(select e from pathfinder.rule_expressions as e));  --
--   true
create or replace function pathfinder.names_office(
    part text,
    expressions pathfinder.rule_expressions[],
    barely boolean default false
)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    candidate pathfinder.rule_expressions;
    -- An office that is held is named, too; what finds it was compiled for that, and is shorter to match.
    is_found boolean := not barely and (
        part like any ('{% md,% gm,% director,% manager,% partner}')
        or (pathfinder.find_level(part, pathfinder.title_words(part), expressions, 'segment')).rank is not null
        or part ~ '\m(?:[a-z]*vp|c[a-z]{1,3}o|president|chairman|founder|owner|executive|officer|director)s\M'
    );
    rest text := part;
begin
    foreach candidate in array expressions loop
        exit when is_found;
        continue when candidate.loose is null or part !~ candidate.loose;
        if barely then
            rest := regexp_replace(rest, candidate.loose, '', 'g');
        end if;
        -- "founder" may be of one expression, "club founder" of another.
        is_found := not barely or btrim(rest) = '' or btrim(regexp_replace(part, candidate.loose, '', 'g')) = '';
    end loop;
    return is_found;
end
$$;

revoke all on function pathfinder.names_office(text, pathfinder.rule_expressions[], boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.names_office(text, pathfinder.rule_expressions[], boolean) is
    'Whether a part of a title names an office, held or not.';
