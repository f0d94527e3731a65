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
begin
    -- UAB „Vinted“, АО «Казатомпром»: a form before a name in quotation marks.
    if written ~ '["«“„]' then
        quoted := regexp_match(written, '^\s*([^\s"«“„]{2,5})\s*["«“„](.+)["»”“]\s*$');
        if ' ' || pathfinder.name_key(quoted[1]) ~ ('^ (?:' || pathfinder.legal_forms() || ')$') then
            written := quoted[2];
        end if;
    end if;
    key := regexp_replace(pathfinder.name_key(written), '^(?:the |sc (?=.* (?:srl|sa)$)|pt (?=.* (?:tbk|persero)$))(?=.)', '');
    key := regexp_replace(key, ' (?:und|et|en|och|og|y) ', ' and ', 'g');
    key := regexp_replace(key, '(?: (?:' || pathfinder.legal_forms() || '|the))+$', '');
    key := regexp_replace(
        key,
        '^(?:ooo|oao|pjsc|ojsc|cjsc|jsc|aktiebolaget|pt(?= \S+ \S)|cong ty (?:tnhh|co phan)(?: mtv)?'
        '|ооо|оао|зао|пао|ао|нао|тов|прат|пат|тоо|ип|ақ|жшс|общество с ограниченнои ответственностью|شركة'
        '|(?:публичное )?акционерное общество|товариство з обмеженою відповідальністю) (?=.)',
        ''
    );
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
