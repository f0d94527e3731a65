-- Reduces a company's name to what tells it from others: the name's key without "the" and without legal forms at its
-- end, or at its beginning where nothing else begins so. The first word is never taken for a form ("SA Power
-- Networks", "AS Roma", "Limited Brands"). Two names are one company only if their keys are equal.
-- Returns: text; null for null, and where nothing is left.
-- Example: select pathfinder.company_key('The Procter & Gamble Company');  -- procter and gamble
create or replace function pathfinder.company_key(company text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
    written text := company_key.company;
    quoted text[];
    key text;
    words text[];
    first integer := 1;
    last integer;
    size integer;
begin
    -- UAB „Vinted“, АО «Казатомпром»: a form before a name in quotation marks.
    if written <> translate(written, '"«“„', '') then
        quoted := regexp_match(written, '^\s*([^\s"«“„]{2,5})\s*["«“„](.+)["»”“]\s*$');
        if pathfinder.legal_forms() -> 'ends' ? pathfinder.name_key(quoted[1]) then
            written := quoted[2];
        end if;
    end if;
    words := string_to_array(pathfinder.name_key(written), ' ');
    last := cardinality(words);
    if last > 1 and words[1] = 'the' then
        first := 2;
    end if;
    for number in first + 1 .. last - 1 loop
        if words[number] in ('und', 'et', 'en', 'och', 'og', 'y') then
            words[number] := 'and';
        end if;
    end loop;

    -- Forms in a row, from the end; of those that fit the one of most words.
    loop
        size := least(5, last - first);
        while size > 0
            and not pathfinder.legal_forms() -> 'ends' ? array_to_string(words[last - size + 1 : last], ' ')
        loop
            size := size - 1;
        end loop;
        if size <= 0 and words[last] = 'na' and words[last - 1] = 'bank' then
            size := 1;
        elsif size <= 0 and last < cardinality(words) and last - first > 2
            and array_to_string(words[last - 2 : last], ' ') in ('sanayi ve ticaret', 'san ve tic', 'ticaret ve sanayi', 'tic ve san') then
            size := 3;
        end if;
        exit when size <= 0;
        last := last - size;
    end loop;

    size := least(4, last - first);
    while size > 0
        and not pathfinder.legal_forms() -> 'beginnings' ? array_to_string(words[first : first + size - 1], ' ')
    loop
        size := size - 1;
    end loop;
    -- In Indonesia and Romania a form begins a name; elsewhere names begin so too.
    if size <= 0 and last > first and (
        words[first] = 'pt' and (last - first > 1 or words[cardinality(words)] in ('tbk', 'persero'))
        or words[first] = 'sc' and words[cardinality(words)] in ('srl', 'sa') and last < cardinality(words)
    ) then
        size := 1;
    end if;
    key := array_to_string(words[first + greatest(size, 0) : last], ' ');
    -- Where words are not divided by blanks.
    if octet_length(key) > length(key) then
        key := regexp_replace(key, '^(?:株式会社|有限会社|合同会社|주식회사|유한회사|[株有주유] | ?บริษัท) ?(?=.)', '');
        key := regexp_replace(
            key,
            '(?<=.) ?(?:株式会社|有限会社|合同会社|주식회사|유한회사| [株有주유]|(?:股份)?有限公司|有限责任公司|有限責任公司|จํากัด(?: มหาชน)?)$',
            ''
        );
    end if;
    return nullif(key, '');
end
$$;

revoke all on function pathfinder.company_key(text) from public, anon, authenticated, service_role;
-- Whoever edits accounts and suppressions, or reads them by this, evaluates its index.
grant execute on function pathfinder.company_key(text) to service_role;

comment on function pathfinder.company_key(text) is
    'A company''s name without legal forms, "the", accents and punctuation; equal keys are one company.';
