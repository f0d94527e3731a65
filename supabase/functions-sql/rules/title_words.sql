-- What a normalised title, or a part of one, offers to the clues of rules (see clue_words()): its words, and each letter
-- of its own that is not ASCII, since in Chinese, Japanese or Thai words have no edges.
--
-- Called by classify(), match_title() and find_rule().
--
--     select pathfinder.title_words('account manager president''s club');   -- {account,manager,president,s,club}
--     select pathfinder.title_words('代表 ceo');                             -- {代表,ceo,代,表}
create or replace function pathfinder.title_words(part text)
returns text[]
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
    if part ~ '[^ -~\n]' then
        return pg_catalog.regexp_split_to_array(part, '[ \n]')
            || pg_catalog.regexp_split_to_array(part, '[^[:alnum:]]+')
            || pg_catalog.regexp_split_to_array(pg_catalog.regexp_replace(part, '[ -~\n]+', '', 'g'), '');
    end if;
    return pg_catalog.string_to_array(pg_catalog.translate(part, E'''$%\n', '    '), ' ');
end
$$;

revoke all on function pathfinder.title_words(text) from public, anon, authenticated, service_role;

comment on function pathfinder.title_words(text) is 'What a normalised title offers to the clues of rules.';
