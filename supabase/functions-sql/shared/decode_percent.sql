-- Undoes percent-encoding.
-- Returns: the decoded text; the same text where the bytes are no UTF-8.
-- Example: select pathfinder.decode_percent('Vice%20President');  -- Vice President
create or replace function pathfinder.decode_percent(content text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
    return convert_from(
        (
            select string_agg(
                case
                    when piece.position = 1 then convert_to(translate(piece.written, '+', ' '), 'UTF8')
                    when piece.written ~ '^[0-9A-Fa-f]{2}' then
                        decode(left(piece.written, 2), 'hex')
                            || convert_to(translate(substr(piece.written, 3), '+', ' '), 'UTF8')
                    else convert_to('%' || translate(piece.written, '+', ' '), 'UTF8')
                end,
                '' order by piece.position)
            from unnest(string_to_array(content, '%')) with ordinality as piece (written, position)
        ),
        'UTF8'
    );
exception
    when character_not_in_repertoire or untranslatable_character then
        return content;
end
$$;

revoke all on function pathfinder.decode_percent(text) from public, anon, authenticated, service_role;

comment on function pathfinder.decode_percent(text) is 'Undoes percent-encoding.';
