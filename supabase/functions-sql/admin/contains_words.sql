-- The condition that every word of a text stands somewhere in somebody's name, title, company or id, as SQL for an
-- alias. The words are quoted here, and what like() reads in them is escaped.
-- Returns: the condition; true where there is no word.
-- Example: select pathfinder.contains_words('executive', 'acme cfo');
create or replace function pathfinder.contains_words(alias text, words text)
returns text
language sql
immutable
set search_path = ''
as $$
    select coalesce(
        string_agg(
            format(
                '(coalesce(%1$I.username, '''') || '' '' || coalesce(%1$I.title, '''') || '' '''
                || ' || coalesce(%1$I.company, '''') || '' '' || %1$I.user_id) ilike %2$L',
                contains_words.alias,
                '%' || regexp_replace(word, '([\\%_])', '\\\1', 'g') || '%'
            ),
            ' and '
        ),
        'true'
    )
    from regexp_split_to_table(left(contains_words.words, 200), '\s+') as word
    where word <> ''
$$;

revoke all on function pathfinder.contains_words(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.contains_words(text, text) is 'The condition that every word of a text is in somebody''s row.';
