-- Reads the text of whatever stands where a text should: a list is the texts in it, as parts; of an object one of the
-- names counts that is filled; null, false, [] and blanks are empty. Looked into before anything becomes text, so that
-- it costs what it says: at most 200 values, eight levels, 8,000 characters, numbers up to thirty digits.
-- Returns: the decoded text, null for empty; is_ignored where there is something that is no text; room: how many more
--   values would have been looked at.
-- Example: select content from pathfinder.plain_value('["CEO", {"label": "Chair"}]', '{label,value,name}');  -- CEO | Chair
create or replace function pathfinder.plain_value(
    given jsonb,
    names text[],
    takes_lists boolean default true,
    levels integer default 8,
    inout room integer default 200,
    out content text,
    out is_ignored boolean
)
language plpgsql
stable
set search_path = ''
as $$
declare
    kind constant text := jsonb_typeof(given);
    is_inner constant boolean := levels < 8;
    entry record;
    name text;
begin
    is_ignored := false;
    room := room - 1;
    if kind = 'string' then
        content := left(pathfinder.decode_text(left(given #>> '{}', 8000)), 4000);
        content := nullif(normalize(content, nfc), '');
    elsif kind = 'number' then
        is_ignored := abs(given::numeric) >= 1e30 or scale(given::numeric) > 30;
        if not is_ignored then
            content := trim_scale(given::numeric)::text;
        end if;
    elsif kind = 'array' and takes_lists and levels > 0 then
        for position in 0..jsonb_array_length(given) - 1 loop
            exit when room <= 0;
            entry := pathfinder.plain_value(given -> position, names, takes_lists, levels - 1, room);
            room := entry.room;
            content := nullif(concat_ws(' | ', content, entry.content), '');
            is_ignored := is_ignored or entry.is_ignored;
        end loop;
        is_ignored := is_ignored and content is null;
        content := left(content, 4000);
    elsif kind = 'object' and levels > 0 and (is_inner or given <> '{}') then
        is_ignored := not given ?| names;
        foreach name in array names loop
            continue when not given ? name;
            entry := pathfinder.plain_value(given -> name, names, takes_lists, levels - 1, room);
            room := entry.room;
            content := entry.content;
            exit when content is not null or room <= 0;
            is_ignored := is_ignored or entry.is_ignored;
        end loop;
        is_ignored := is_ignored and content is null;
    else
        is_ignored := given not in ('null', 'false', '[]', '{}');
    end if;
end
$$;

revoke all on function pathfinder.plain_value(jsonb, text[], boolean, integer, integer)
    from public, anon, authenticated, service_role;

comment on function pathfinder.plain_value(jsonb, text[], boolean, integer, integer) is
    'The text of whatever stands where a text should; ignored is what is none.';
