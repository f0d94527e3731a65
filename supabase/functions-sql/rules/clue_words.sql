-- Finds the clues of a rule: a few words, of which every title that the rule matches holds at least one. Where its
-- wording has no whole word, since it begins or ends inside of one, a letter of it that is not ASCII is the clue: 社
-- of 社長. Of several possible clues, the one that stands for the most wordings is taken ("chief" of "chief
-- exec(utive)?"), and one that many titles hold only where there is no other ("club" of "president of the club").
-- Exclusions are asked about titles that name an office, so what names one is hardly a clue to them.
-- Returns: the words; null where there are none, as for "\w+ officer", or very many: then every title has to be
--   looked at.
-- Example: select pathfinder.clue_words('{"\\y(?:chief exec(?:utive)?|ceo)\\y"}');  -- {ceo,chief}
create or replace function pathfinder.clue_words(branches text[], is_exclusion boolean default false)
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
declare
    poor_clues constant text[] := '{
        a,and,at,by,de,del,der,du,for,in,of,the,to,with,
        associate,board,chair,consultant,coordinator,director,executive,group,head,manager,officer,partner,
        president,senior,specialist,vice,vp,ceo,cfo,cio,cmo,coo,cto
    }'::text[] || case when is_exclusion then pathfinder.office_words() end;
    branch text;
    expansion text[];
    read jsonb;
    wordings jsonb := '[]';         -- for each plain wording, the words that could be its clue
    clue text;
    clues text[] := '{}';
begin
    foreach branch in array branches loop
        expansion := pathfinder.expand_branch(branch);
        if expansion is null then
            return null;
        end if;
        select jsonb_agg(distinct coalesce(whole.good_words, whole.words, letters.good_letters, letters.letters))
        into read
        from unnest(expansion) as wording (text)
        -- What touches an end of the wording may go on in the title, and so may what touches "anything".
        cross join lateral (
            select
                array_agg(inner_word order by inner_word) as words,
                array_agg(inner_word order by inner_word) filter (where inner_word <> all (poor_clues)) as good_words
            from regexp_split_to_table(regexp_replace(wording.text, '^[^ ]*|[^ ]*$', '', 'g'), ' +') as inner_word
            where inner_word <> '' and strpos(inner_word, E'\x01') = 0
                -- Beside a sign that is no letter to Postgres (vowels and tones of Hindi or Thai) is an edge anywhere.
                and inner_word !~ '[^[:alnum:] -~]'
        ) as whole
        cross join lateral (
            select
                array_agg(letter order by letter) as letters,
                array_agg(letter order by letter) filter (where letter !~ '[\u3040-\u30ff]') as good_letters
            from regexp_split_to_table(regexp_replace(wording.text, E'[\x01-~]+', '', 'g'), '') as letter
            where letter <> ''
        ) as letters;
        if read @> '[null]' then
            return null;
        end if;
        wordings := wordings || coalesce(read, '[]');
    end loop;

    while wordings <> '[]' loop
        select candidate.word
        into clue
        from jsonb_array_elements(wordings) as uncovered (words)
        cross join lateral jsonb_array_elements_text(uncovered.words) as candidate (word)
        group by candidate.word
        order by count(*) desc, length(candidate.word) desc, candidate.word
        limit 1;
        clues := clues || clue;
        -- To choose so many would take seconds, and nobody waits that long for a rule to be saved.
        if cardinality(clues) > 300 then
            return null;
        end if;
        select coalesce(jsonb_agg(uncovered.words) filter (where not uncovered.words ? clue), '[]')
        into wordings
        from jsonb_array_elements(wordings) as uncovered (words);
    end loop;
    return array(select clue_word from unnest(clues) as clue_word order by clue_word);
end
$$;

revoke all on function pathfinder.clue_words(text[], boolean) from public, anon, authenticated, service_role;

comment on function pathfinder.clue_words(text[], boolean) is
    'Words of which every title that a rule matches holds at least one.';
