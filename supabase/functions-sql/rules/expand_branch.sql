-- Writes out what an expression of translate_pattern() matches, as far as that can be written out: one text for each
-- way through its alternatives and optional parts. In it, a blank stands for any edge of a word (a blank, \y, ^, $,
-- an apostrophe), and E'\x01' for what can be anything at all. What looks ahead or back is left out, so the texts say
-- more than the expression matches, never less. Of very many texts, those that have a whole word are cut short behind
-- it.
-- Returns: the texts; null where there are too many all the same.
-- Example: select pathfinder.expand_branch('\yv(?:ice)? president\y');  -- {" v president "," vice president "}
create or replace function pathfinder.expand_branch(branch text)
returns text[]
language plpgsql
immutable
strict
set search_path = ''
as $$
declare
    anything constant text := E'\x01';
    tokens constant text[] := array(
        select piece.groups[1]
        from regexp_matches(
            pathfinder.loosen_branch(branch),
            '(\\.|\[\^?\]?(?:\\.|\[:[a-z]+:\]|[^]\\])*\]|\(\?:|[()|^$.]|[*+?]\??|\{[0-9,]+\}\??|[[:alnum:] ]+(?![*+?{])|[^\\])',
            'g') as piece (groups)
    );
    whole_word constant text := ' ([[:alnum:]]+) ';
    token text;
    next_token text;
    too_many boolean;
    atom text[];                    -- the texts of what was read last
    texts text[] := '{""}';         -- of the alternative that is being read
    finished text[] := '{}';        -- of the alternatives before it in the same group
    outer_texts jsonb := '[]';      -- the same two of each group around it
begin
    for position in 1..cardinality(tokens) loop
        token := tokens[position];
        if token ~ '^(?:[*+?]|\{)' then
            continue;               -- taken into account with the atom before it
        elsif token in ('(?:', '(') then
            outer_texts := outer_texts || jsonb_build_array(jsonb_build_array(texts, finished));
            texts := '{""}';
            finished := '{}';
            continue;
        elsif token = '|' then
            finished := finished || texts;
            texts := '{""}';
            continue;
        end if;

        if token = ')' then
            atom := finished || texts;
            texts := array(select jsonb_array_elements_text(outer_texts -> -1 -> 0));
            finished := array(select jsonb_array_elements_text(outer_texts -> -1 -> 1));
            outer_texts := outer_texts - -1;
        elsif token ~ '^\[[[:alnum:]]{1,9}\]$' then
            atom := regexp_split_to_array(btrim(token, '[]'), '');
        else
            atom := array[case
                when token ~ '^\[[,:(@]+\]$' then ''   -- the sign before a part
                when token in ('\y', '\m', '\M', '^', '$', '[ \n]', '\n') then ' '
                when token ~ '^[[:alnum:] ]' or octet_length(token) > length(token) and token !~ '^\[' then token
                when token ~ '^(?:\\[^[:alnum:]]|[^.\\[])$' then ' '
                else anything
            end];
        end if;

        next_token := tokens[position + 1];
        if next_token ~ '^(?:[*+]|\{)' then
            -- As often as may be: once, or anything between the edges that all have in common.
            atom := atom || (
                select case when bool_and(left(once.text, 1) = ' ') then ' ' else '' end
                    || anything
                    || case when bool_and(right(once.text, 1) = ' ') then ' ' else '' end
                from unnest(atom) as once (text)
            );
        end if;
        if next_token ~ '^(?:[?*]|\{0)' then
            atom := atom || ''::text;
        end if;
        too_many := cardinality(texts) * cardinality(atom) > 6000;
        if too_many then
            -- Of a text that has a whole word already, nothing more need be known.
            texts := array(
                select distinct coalesce(' ' || substring(read.text, whole_word) || ' ' || anything, read.text)
                from unnest(texts) as read (text)
            );
        end if;
        texts := array(
            select distinct case
                when too_many and read.text ~ whole_word then read.text
                else regexp_replace(read.text || next.text, anything || '+', anything, 'g')
            end
            from unnest(texts) as read (text)
            cross join unnest(atom) as next (text)
        );
        if cardinality(texts) > 6000 then
            return null;
        end if;
    end loop;
    return texts;
end
$$;

revoke all on function pathfinder.expand_branch(text) from public, anon, authenticated, service_role;

comment on function pathfinder.expand_branch(text) is 'Writes out what an expression matches, one text for each way through it.';
