-- Makes the escapes of a JSON text such that text can hold them: half characters (lone surrogates) become U+FFFD, and
-- \u0000 a blank. One pass each, whatever stands there.
-- Returns: the JSON text.
-- Example: select pathfinder.mend_escapes('{"name": "Ann \ud83d"}');  -- {"name": "Ann \ufffd"}
create or replace function pathfinder.mend_escapes(body text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
    -- Control characters never stand in JSON as they are: here they keep apart what is no escape, and whole characters.
    return (
        select translate(
            replace(
                regexp_replace(
                    regexp_replace(
                        regexp_replace(
                            replace(mend_escapes.body, '\\', E'\x01'),
                            '\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})', E'\x02u\\1\x02u\\2', 'g'
                        ),
                        '\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '\ufffd', 'g'
                    ),
                    '\\u0000', ' ', 'g'
                ),
                E'\x01', '\\'
            ),
            E'\x02', '\'
        )
    );
end
$$;

revoke all on function pathfinder.mend_escapes(text) from public, anon, authenticated, service_role;

comment on function pathfinder.mend_escapes(text) is 'Makes the escapes of a JSON text such that text can hold them.';
