-- The parts of a normalised title, without the signs that read_title() puts before them.
-- Returns: the parts in order; empty for null and blank.
-- Example: select pathfinder.segment_title('Sr. V.P. Sales @ Chief Inc | ex-CEO');  -- {sr vp sales,ex ceo}
create or replace function pathfinder.segment_title(title text)
returns text[]
language plpgsql
stable
parallel safe
set search_path = ''
as $$
begin
    return array(
        select ltrim(part.written, ',:(@')
        from unnest(pathfinder.read_title(segment_title.title)) with ordinality as part (written, position)
        order by part.position
    );
end
$$;

revoke all on function pathfinder.segment_title(text) from public, anon, authenticated, service_role;

comment on function pathfinder.segment_title(text) is 'The parts of a normalised title.';
