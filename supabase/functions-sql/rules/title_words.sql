-- What a normalised title, or a part of one, offers to the clues of rules (see clue_words()): its words, and each
-- letter of its own that is not ASCII, since in Chinese, Japanese or Thai words have no edges.
-- Returns: the words, some of them twice.
-- Example: select pathfinder.title_words('社長 (ceo');  -- {社長,"",ceo,社,長, …}
create or replace function pathfinder.title_words(part text)
returns text[]
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
    if octet_length(part) <> length(part) then
        return regexp_split_to_array(part, '[ \n,:(@]')
            || regexp_split_to_array(part, '[^[:alnum:]]+')
            || regexp_split_to_array(regexp_replace(part, '[ -~\n]+', '', 'g'), '');
    end if;
    return string_to_array(translate(part, E'''$%\n,:(@', '        '), ' ');
end
$$;

revoke all on function pathfinder.title_words(text) from public, anon, authenticated, service_role;

comment on function pathfinder.title_words(text) is 'What a normalised title offers to the clues of rules.';
