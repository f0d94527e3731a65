-- The texts of a title that rules are matched with: its parts, and the whole of it for the scope title.
-- Returns: a row each; the whole has the position 0.
-- Example: select * from pathfinder.title_pieces('CEO | Speaker');
create or replace function pathfinder.title_pieces(title text)
returns table (piece text, words text[], "position" integer)
language sql
stable
set search_path = ''
as $$
    select listed.piece, pathfinder.title_words(listed.piece), listed.position::integer
    from (select pathfinder.read_title(title_pieces.title) as parts) as reading
    cross join lateral (
        select ltrim(part.written, ',:(@') as piece, part.position
        from unnest(reading.parts) with ordinality as part (written, position)
        union all
        select array_to_string(reading.parts, E'\n'), 0
    ) as listed
$$;

revoke all on function pathfinder.title_pieces(text) from public, anon, authenticated, service_role;

comment on function pathfinder.title_pieces(text) is 'The texts of a title that rules are matched with.';
