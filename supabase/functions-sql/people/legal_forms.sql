-- The legal forms of companies in some seventy jurisdictions, as name_key() reduces them: those that may end a name,
-- and the few that may begin one. Forms that are everyday words, places or other companies too are left out ("sc",
-- "eu", "da", "pc"): better two names for one company than two companies in one.
-- Returns: a JSON object with ends and beginnings, each an object whose keys are the forms.
-- Example: select pathfinder.legal_forms() -> 'ends' ? 'gmbh';  -- true
create or replace function pathfinder.legal_forms()
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
    select jsonb_object_agg(place, forms)
    from (
        select written.place, jsonb_object_agg(form, true) as forms
        from (
            values
                ('ends',
        -- Said in English: America, Britain, Ireland, Canada, Australia, New Zealand, India, Singapore, Hong Kong,
                    -- Malaysia, South Africa, Nigeria, Kenya, the Philippines, the Gulf.
                    'the|inc|incorporated|corp|corporation|co|company|ltd|limited|unlimited|unltd|ultd|llc|lllp|llp|lp|plc|pllc|ulc'
                    '|pbc|cic|dac|clg|opc|pvt|private|p ltd|pte|pty|proprietary|soc|rf|gte|bhd|berhad|sdn|sendirian'
                    '|public limited|limited liability|limited partnership|limited liability partnership|professional corporation'
                    '|public benefit corporation|community interest|designated activity|close corporation|cc|cyf|cyfyngedig|joint stock|public joint stock|national association|teoranta|ltee'
                    '|limitee|jsc|pjsc|ojsc|cjsc|qpsc|qsc|kscp|kscc|saog|saoc|bsc|wll|fze|fzco|fz llc|dmcc|sal|sae'
                    -- Of the names of partners: "& Co.", "& Cie".
                    '|and co|and company|and cie|and compagnie|and cia|cie'
                    -- Germany, Austria, Switzerland, Liechtenstein; Europe.
                    '|gmbh|ggmbh|mbh|gesmbh|ges mbh|gesellschaft mbh|gesellschaft mit beschrankter haftung|ag|aktiengesellschaft|kg|kgaa'
                    '|kommanditgesellschaft|ohg|gbr|ug|haftungsbeschrankt|ev|eg|ek|e kfm|se|sce|ewiv|societas europaea|sagl'
                    -- France, Belgium, Luxembourg, the Maghreb, West Africa.
                    '|sa|sas|sasu|sarl|sarlau|sarl au|sa rl|suarl|eurl|snc|scs|sca|scsp|scop|gie|selarl|sprl|bvba|scrl|cvba|vzw|asbl|aisbl'
                    '|societe anonyme|societe par actions simplifiee|societe a responsabilite limitee'
                    -- The Netherlands.
                    '|bv|nv|vof|besloten vennootschap|naamloze vennootschap'
                    -- Italy, San Marino.
                    '|spa|srl|srls|sapa|scpa|scarl|societa per azioni|societa a responsabilita limitata'
                    -- Spain, Mexico, Central and South America.
                    '|sl|slu|sll|slp|slne|sau|s coop|sccl|sociedad anonima|sociedad limitada|sociedad de responsabilidad limitada'
                    '|sa de cv|sab de cv|sab|sapi de cv|sapib de cv|s de rl|s de rl de cv|sa c|sac|saa|saci|eirl|limitada|cia'
                    '|compania anonima|sociedad anonima cerrada|sociedad anonima abierta|anonima'
                    -- Portugal, Brazil, Angola, Mozambique.
                    '|lda|ltda|sgps|unipessoal|eireli|sociedade anonima'
                    -- Sweden, Norway, Denmark, Finland, Iceland.
                    '|ab|publ|aktiebolag|aktiebolaget|handelsbolag|kommanditbolag|hb|kb|as|asa|ans|aps|ivs|amba|smba|aktieselskab|anpartsselskab|aksjeselskap'
                    '|allmennaksjeselskap|oy|oyj|abp|osakeyhtio|julkinen osakeyhtio|hf|ehf|ohf'
                    -- Estonia, Latvia, Lithuania.
                    '|ou|aktsiaselts|osauhing|sia|akciju sabiedriba|uab|mb|akcine bendrove|uzdaroji akcine bendrove'
                    -- Poland, Czechia, Slovakia, Hungary, Romania.
                    '|sp z oo|sp zoo|spolka z oo|spolka zoo|spolka z ograniczona odpowiedzialnoscia|prosta spolka akcyjna|spolka akcyjna|spolka komandytowa|spolka jawna'
                    '|spolka partnerska|sp j|sp k|sp p|spj|spk|spp|ska|psa'
                    '|sro|s ro|spol sro|spol s ro|vos|akciova spolecnost|akciova spolocnost|spolecnost s rucenim omezenym'
                    '|spolocnost s rucenim obmedzenym|kft|zrt|nyrt|rt|bt|kkt|korlatolt felelossegu tarsasag|reszvenytarsasag'
                    '|societate cu raspundere limitata|societate pe actiuni'
                    -- Slovenia, Croatia, Serbia, Bosnia, North Macedonia, Bulgaria, Albania, Greece, Cyprus.
                    '|doo|d oo|dooel|jdoo|dd|ad|dno|ead|eood|ood|ад|еад|еоод|оод|доо|дд|sha|sh a|shpk|sh pk|ae|epe|ike|αε|επε|ικε'
                    '|μονοπροσωπη|ανωνυμη εταιρεια|dionicko drustvo|akcionarsko drustvo|delniska druzba'
                    '|drustvo s ogranicenom odgovornoscu|druzba z omejeno odgovornostjo'
                    -- Turkey.
                    '|anonim sirketi|limited sirketi|anonim ortakligi|ao|ltd sti|sti|tas'
                    -- Russia, Ukraine, Belarus, Kazakhstan, Uzbekistan.
                    '|ooo|oao|zao|pao|ooo|ооо|оао|зао|пао|ао|нао|тов|прат|пат|ат|тоо|жшс|ақ|ип|mchj|общество с ограниченнои ответственностью'
                    '|публичное акционерное общество|акционерное общество|товариство з обмеженою відповідальністю'
                    -- Israel, Arabic.
                    '|בע מ|בעמ|شمم|شمع|شمك|شمل|ذمم|المحدودة|محدودة|شركة مساهمة'
                    -- Japan, Indonesia, Vietnam, Thailand.
                    '|kk|gk|yk|kabushiki kaisha|kabushiki gaisha|godo kaisha|tbk|persero|tbk pt|pcl|public company|tnhh'
                ),
                ('beginnings',
                    'ooo|oao|pjsc|ojsc|cjsc|jsc|aktiebolaget|cong ty tnhh|cong ty co phan|cong ty tnhh mtv|ооо|оао|зао|пао|ао'
                    '|нао|тов|прат|пат|тоо|ип|ақ|жшс|общество с ограниченнои ответственностью|شركة'
                    '|публичное акционерное общество|акционерное общество|товариство з обмеженою відповідальністю'
                )
        ) as written (place, list)
        cross join string_to_table(written.list, '|') as form
        where form <> ''
        group by written.place
    ) as grouped
$$;

revoke all on function pathfinder.legal_forms() from public, anon, authenticated, service_role;

comment on function pathfinder.legal_forms() is 'The legal forms that may end or begin a company''s name.';
