-- The default rules, as the first migration puts them into classification_rules. Edit the table, not this list: it is
-- read once. (`select * from pathfinder.default_rules()` shows it again; the tests judge it.)
--
-- They are written as a person would write them; how titles and rules are normalised is told in segment_title() and
-- translate_pattern(): no accents, small letters, "&" and "/" are "and", hyphens and dots are gone, parts end at
-- commas, bars, brackets and the like, and employers after "at" or "@" are cut away.
--
-- How they divide the work: a rule finds an office by its name and looks back for the words that make it another one
-- ("vice", "deputy", "product" owner); `(?<!…)` stands behind the name because that is quicker than before it.
-- Exclusions judge the rest of the part: whoever was, will be, assists, advises or sells to one.
create or replace function pathfinder.default_rules()
returns table (category text, kind text, scope text, pattern text, description text)
language sql
immutable
set search_path = ''
as $$
    values
    -- English: the C-suite ----------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment',
        '\bchief (?!of\b|officer)(\w+ ){1,7}officers?\b(?<!\b(?:deputy|vice|assistant|associate|asst|dep|under|sub) chief (?:\w+ ){1,7}officers?)',
        'Chief … officer'),
    ('csuite', 'regex', 'segment',
        '\bchief exec(utive)?\b(?! (assistant|chef|producer))(?<!\b(?:deputy|vice|assistant|associate|asst|dep) chief exec(utive)?)',
        'Chief executive'),
    ('csuite', 'regex', 'segment',
        '\b(ceo|cfo|coo|cto|cio|cmo|cro|cpo|cso|cco|cdo|clo|cao|cgo|cno|cko|cbo|cqo|cvo|cxo)\b(?<!\b(?:deputy|vice|assistant|associate|asst|dep|junior|sub) (?:group |global )?c\wo)',
        'CEO, CFO, COO, CTO and the other three-letter offices'),
    ('csuite', 'regex', 'segment',
        '\b(v?ciso|chro|cpto|cdao|cdio|cdto|caio|cmio|ccro|ctio|ccio|cnio|cmto|ceco|csco|ccmo|chco|vcio|vcto|vcfo|coceo)\b(?<!\b(?:deputy|vice|assistant|associate|asst|dep|junior|sub) (?:group |global )?c\w{2,3}o)',
        'CISO, CHRO and other longer offices'),
    ('csuite', 'regex', 'segment',
        '\bpresident\b(?<!\b(?:vice|v|vp|deputy|assistant|associate|asst) ?president)', 'President'),
    ('csuite', 'regex', 'segment',
        '\b(chairman|chairwoman|chairperson|chairlady)\b(?! of the (\w+ ){1,3}committee)(?<!\b(?:vice|deputy|assistant|associate|department|dept|committee|program|conference|session|track|faculty|division) chair\w+)',
        'Chairman, chairwoman, chairperson'),
    ('csuite', 'regex', 'segment',
        '\b(chair of the (\w+ )?board|chair of (\w+ )?board|board chair|(executive|non executive|nonexecutive) chair|chair and (ceo|president|founder))\b(?<!(?:vice|deputy) (?:board )?chair)(?<!(?:vice|deputy) chair of the (?:\w+ )?board)',
        'Chair of the board'),
    ('csuite', 'regex', 'segment', '^chair$', 'Chair'),
    ('csuite', 'regex', 'segment',
        '\b(co ?)?founder\b(?<!\b(?:iron|brass|bell|type|metal|steel|bronze|aluminium|gold) founder)', 'Founder, co-founder'),
    ('csuite', 'regex', 'segment', '\b(foundress|cofundador|proprietor|proprietress)\b', 'Proprietor'),
    ('csuite', 'regex', 'segment',
        '\b(co ?)?owner\b(?! (relations|success|engagement|services|support|representative|rep|advocate|experience|care|occupied))(?<!\b(?:product|products|process|processes|data|budget|service|services|system|systems|application|app|risk|control|requirements?|test|backlog|feature|solution|solutions|domain|platform|portfolio|epic|program|programme|project|stream|content|asset|home|house|dog|cat|pet|car|horse|line|capability|journey|knowledge|value|action) owner)',
        'Owner (of a business; not product owner)'),
    ('csuite', 'regex', 'segment',
        '\bmanaging dir(ector)?\b(?<!\b(?:deputy|assistant|associate|vice|sub|asst) managing dir(?:ector)?)', 'Managing director'),
    ('csuite', 'regex', 'segment', '\b(group|joint) md\b', 'Managing director, abbreviated'),
    ('csuite', 'regex', 'segment',
        '\bgeneral director\b(?<!\b(?:deputy|assistant|associate|vice|sub) general director)',
        'General director'),

    -- English: vice presidents ------------------------------------------------------------------------------------
    ('vp', 'regex', 'segment', '\b(vice|v) ?(presidents?|pres|prez|prs|prsdt)\b|\bv p\b', 'Vice president'),
    ('vp', 'regex', 'segment', '\b(sr|snr|ex|exec|asst|assoc|s|e|a|r|g|c|d|j|f|sa|se|sf|ss|gs|ge|fs)?vp\b', 'VP, SVP, EVP, AVP, RVP, GVP'),

    -- English: who is not one ---------------------------------------------------------------------------------------
    ('exclusion', 'regex', 'segment', '\b(former|formerly|fmr|frmr|fmly|previously|previous|erstwhile|onetime|retired|ret|late)\b', 'Former, retired'),
    ('exclusion', 'regex', 'segment', '\bex\b', 'Ex-'),
    ('exclusion', 'regex', 'segment', '\b(past|prior) (\w+ ){0,2}(president|chair\w*|ceo|c\wo|vp|vice|founder|owner|chief|managing)\b', 'Past president'),
    ('exclusion', 'regex', 'title', '\b(president|chair\w*|ceo|founder|owner|officer|director)( and \w+)? emerit\w+(?! and)\b', 'Emeritus'),
    ('exclusion', 'regex', 'segment', '\bemerit\w+', 'Emeritus'),
    ('exclusion', 'regex', 'title', '^(now |currently |happily |semi |recently )?(retired|ret|retiree|emeritus|former|formerly|ex|in retirement|im ruhestand|retraitee?|jubilad[oa]|pensionist\w*|aposentad[oa]|in pensione|gepensioneerd|pensionerad|pensioneret|pensjonert|elakkeella|emerytowany|emekli|i r|a d)$', 'Retired, said in a part of its own'),
    ('exclusion', 'regex', 'segment', '\b(aspiring|wannabe|aspire|aspires|aspirant|incoming|would be|wanna be|in training|in the making|to be|in waiting|hopeful|trainee|apprentice|nominee|designate|elect)\b', 'Aspiring, incoming, elect'),
    ('exclusion', 'regex', 'segment', '\b(future|next|tomorrow s|tomorrow''s|potential|prospective|upcoming|soon) (\w+ ){0,2}(ceo|c\wo|vp|vice|president|founder|owner|chief|chair\w*|managing|entrepreneur)\b', 'Future'),
    ('exclusion', 'regex', 'segment', '\b(interns?|co op student|work placement|job seeker)\b|\binternship$', 'Intern'),
    ('exclusion', 'regex', 'segment', '\b(student|students|student''s|students'') ((\w+ )?(body|council|government|union|association|senate|society|organi[sz]ation|club|chapter|federation|parliament|ambassador|board|assembly)|president|vice|vp|founder|entrepreneur|ceo|at|leader)\b', 'Student bodies'),
    ('exclusion', 'regex', 'segment', '^student\b(?! (affairs|services|success|life|engagement|experience|housing|loan|loans|financial|accounts|enrollment|development|recruitment|health|learning|programs))|\b(mba|phd|law|medical|college|university|graduate|undergraduate|engineering|business|school|year) students?\b|\bstudent$', 'Student'),
    ('exclusion', 'regex', 'segment', '^volunteer\b(?! (services|engagement|management|operations|relations|experience|programs|coordination))|\bvolunteer (president|vp|vice|ceo|chief|chair\w*|c\wo)\b|\bvolunteer$', 'Volunteer'),
    ('exclusion', 'regex', 'segment', '\b(president|vp|chair\w*|treasurer) (of |for )?(the )?([\w'']+ ){0,5}(club|fraternity|sorority|pta|pto|hoa|homeowners|toastmasters|students?''? (\w+ )?(body|council|government|union|senate|association|society|chapter|federation)|alumni (association|club|council|chapter|society)|class of|debate team|booster|boosters|scouts|dorm|hall council|honor society|rotary|kiwanis)\b(?<!\b(?:country|golf|health|fitness|sam''s|night|jockey|yacht) club)', 'Presidents of clubs and students'),
    ('exclusion', 'regex', 'title', '\b(president|vp|chair\w*)\n(the )?([\w'']+ ){0,5}(club|fraternity|sorority|pta|pto|hoa|homeowners|toastmasters|students?''? (\w+ )?(body|council|government|union|senate|association|society|chapter|federation)|alumni (association|club|council|chapter|society)|class of|boosters?|scouts)\b(?<!\b(?:country|golf|health|fitness|sam''s|night|jockey|yacht) club)', 'Presidents of clubs and students, after a comma'),
    ('exclusion', 'regex', 'segment', '\b(club|class|student body|fraternity|sorority|pta|pto|hoa|toastmasters|rotary|lions|kiwanis|dorm|chess|debate|senior class|junior class) (\w+ ){0,2}(president|vp)\b', 'Club presidents'),
    ('exclusion', 'regex', 'segment', '\b(assistant|asst|assistants|assisting|aide)\b(?! (general|vice|vp|v|secretary|treasurer|controller|professor|corporate|dean))', 'Assistants'),
    ('exclusion', 'regex', 'segment', '\b(secretary|sec|receptionist|pa|ea|chauffeur|driver|valet|bodyguard|nanny|right hand|stand in|speech ?writer|ghost ?writer|scribe|understudy|delegate|liaison|office) (to|of|for) (the |our |its |a )?', 'Who works for one'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|vp|president|chairman|chair|chief executive|executive|founder|owner|director) (secretary|secretariat|pa|ea|aide|advisers?|advisors?|advisory|office|support specialist|liaison|chauffeur|driver)\b', 'Secretaries, advisers and offices of one'),
    ('exclusion', 'regex', 'segment', '\b(president|founder|owner|ceo|c\wo|officer|chairman|chair|executive|vp)s?''s?\b', 'Somebody''s: the president''s club, the CEO''s office'),
    ('exclusion', 'regex', 'segment', '\b(to|for|with|behind|supporting|serving|helping|assisting|advising|coaching|empowering|enabling|mentoring|connecting|recruiting|under|interviewing|training) ((the|our|my|its|a|an|all|busy|group|global|company|deputy|several|startup|tech|new|senior|local|regional|small|various|two|three) ){0,3}(ceo|c\wo|ciso|chro|svp|evp|vp|vice president|president|founder|owner|chief|chairman|chair|managing director|general manager)s?\b', 'To, for or with one'),
    ('exclusion', 'regex', 'segment', '\bvp (\w+ )?(coordinator|administrator|intern|secretary|candidate)\b', 'Staff of vice presidents'),
    ('exclusion', 'regex', 'segment', '\b(office|bureau|staff|team|director|manager|head|lead|coordinator|specialist|analyst|associate|wife|husband|son|daughter|friend|advisor|adviser|coach|mentor|consultant|chief of staff) of (the |our |a |an )?(ceo|c\wo|ciso|president|founder|chairman|vp|vice president|chief \w+ officer)', 'Office of one'),
    ('exclusion', 'regex', 'segment', '\b(c\wo|ciso|chro|cxo|founder) (\w+ )?(coach|coaching|mentor|mentoring|consulting|services|communications?|comms|recruiter|recruitment|recruiting|search|engagement|success|ghost ?writer|whisperer|advisory|relations|specialist|analyst|manager|coordinator|business partner|programs?|associate|staff|intern|trainee|representative|rep|administrator|insights|organi[sz]ation|practice|candidate|roles?|positions?|opportunities)\b', 'Coaches, services and staff for them'),
    ('exclusion', 'regex', 'segment', '\b(c\wo|ciso|chro|founders?|presidents?|chairman) (\w+ )?(club|circle|community|council|roundtable|summit|forum|magazine|podcast|award|award winner|network|academy|institute|hotels?|inc|llc|ltd|gmbh|brewing|bank|university|college|school|street)\b', 'Clubs, events and firms named after them'),
    ('exclusion', 'regex', 'segment', '\b(chief of|associate to|founders? (associate|office|in residence)|entrepreneur in residence|c suite|c level)\b', 'Chief of staff and the like'),
    ('exclusion', 'regex', 'segment', '\bchief (\w+ )?(petty|warrant|fire|firefighting|police|prison|detention|correctional|corrections|probation|parole|customs|ship|deck|rescue|flight|border|immigration|patrol|radio|mate|constable)\b', 'Chief petty, fire and police officers'),
    ('exclusion', 'regex', 'title', '\b(assistant|ea|pa|secretary|support|adviser|advisor|coach|office) (to|for|of) [^\n]*\n(the )?(c\wo|ciso|chro|president|chairman|chair|founder|vp)( and (the )?(c\wo|ciso|chro|president|chairman|founder|vp))?(\n|$)', 'Assistant to the CEO, CFO and COO'),
    ('exclusion', 'regex', 'title', '^chair\n(the )?(\w+ )?(department|dept|faculty|division|committee|program|programme|conference|school)\b', 'Chair, Department of …'),
    ('exclusion', 'regex', 'segment', '\b(navy|naval|usn|uscg|coast guard|senior|master) cpo\b', 'Navy CPO'),
    ('exclusion', 'regex', 'segment', '\b(until|till|through) (19|20)\d\d\b', 'Until …'),
    ('exclusion', 'regex', 'segment', '\b(seeking|looking for|open to|searching for|pursuing|interested in|applying for) (\w+ ){0,3}(ceo|c\wo|vp|vice|president|chief|founder|owner)\b', 'Looking for a position'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|vp|president|founder|chairman|banker|executive) turned\b', 'CEO turned something else'),

    -- German ------------------------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(allein|mit|co)?gesch(ä|ae)ftsf(ü|ue)h(rer(in)?|rende[rsn]?|rung)\b(?<!\b(?:stellvertretende[rns]?|stv|stellv|vize|assistenz|assistent|assistentin|referentin?|sekretarin|leiter|buro|der|zur|an) (?:der )?gesch(?:ä|ae)ftsf(?:ü|ue)h(?:rer(?:in)?|rende[rsn]?|rung))', 'Geschäftsführer, Geschäftsführerin, geschäftsführender Gesellschafter'),
    ('csuite', 'regex', 'segment', '\bgesch(ä|ae)ftsleiter(in)?\b|\b(sprecher(in)?|vorsitzende[rn]?|vorsitz|mitglied) der gesch(ä|ae)ftsf(ü|ue)hrung\b', 'Geschäftsleiter, Sprecher der Geschäftsführung'),
    ('exclusion', 'regex', 'segment', '\b(gesch(ä|ae)ftsf(ü|ue)hrer(in)?|vorstand|vorstandsvorsitzende[rn]?|pr(ä|ae)sident(in)?|direktor(in)?|inhaber(in)?|ceo|c\wo) (\w+ ){0,2}(a ?d|i ?r)\b', 'a. D., i. R.'),
    ('csuite', 'regex', 'segment', '\b(vorstand|vorst(ä|ae)ndin|vorstandsvorsitzende[rn]?|vorstandsmitglied|vorstandssprecher(in)?|vorstandschef(in)?|vorsitzende[rn]? (des|der) (vorstands?|geschäftsführung)|sprecher(in)? des vorstands?|generaldirektor(in)?|(allein|finanz|technik|vertriebs|personal)vorstand|mitglied des vorstands?)\b(?<!\b(?:stellvertretende[rns]?|stv|stellv|vize|ehren|leiter|buro|der|zur|an|des|beim|vom) (?:vorstand|vorstandsvorsitzende[rn]?|generaldirektor))', 'Vorstand, Vorstandsvorsitzender'),
    ('csuite', 'regex', 'segment', '\b(mit)?(gr(ü|ue)nder|inhaber|eigent(ü|ue)mer|firmengr(ü|ue)nder|unternehmensgr(ü|ue)nder|firmeninhaber|gesch(ä|ae)ftsinhaber)(in)?\b(?<!\bprozess ?eigent(?:ü|ue)mer)', 'Gründer, Inhaber, Eigentümer'),
    ('csuite', 'regex', 'segment', '\b(pr(ä|ae)sident|pr(ä|ae)sidentin|verwaltungsratspr(ä|ae)sident(in)?)\b(?<!\b(?:vize|stellvertretende[rn]?|vice) (?:pr(?:ä|ae)sident(?:in)?))', 'Präsident'),
    ('vp', 'regex', 'segment', '\b(vize|vice|senior vize) ?pr(ä|ae)sident(in|en)?\b|\bbereichsvorstand\b', 'Vizepräsident'),
    ('exclusion', 'regex', 'segment', '\b(ehemalig\w*|ehem|ehmalige\w*|fr(ü|ue)here?r?|vormals|alt|ausgeschieden\w*|angehende[rn]?|zuk(ü|ue)nftige[rn]?|k(ü|ue)nftige[rn]?|designierte[rn]?|werdende[rn]?|emeritierte[rn]?|pensionierte[rn]?)\b', 'Ehemalig, angehend'),
    ('exclusion', 'regex', 'segment', '\b(assistent(in)?|assistenz|sekret(ä|ae)r(in)?|sekretariat|referent(in)?|b(ü|ue)ro|stabsstelle|chefsekret(ä|ae)rin|teamassistenz|vorstandsassisten\w+|direktionsassisten\w+|mitarbeiter(in)?|fahrer|berater(in)? (f(ü|ue)r|von|der)|praktikant(in)?|werkstudent(in)?|azubi|auszubildende[rn]?|studentin|trainee|coach f(ü|ue)r|ehrenamtlich\w*)\b', 'Assistenz, Referent, Praktikant'),
    ('exclusion', 'regex', 'segment', '\bverein\b|\bschützenverein\b|\b(sch(ü|ue)tzen|sport|karnevals|musik|f(ö|oe)rder|turn|fu(ß|ss)ball|kultur|heimat)verein\w*|\bstudierenden\w*|\bsch(ü|ue)ler\w*|\basta\b', 'Vereine und Studierende'),

    -- French ------------------------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(pdg|p dg|president directeur general|presidente directrice generale)\b', 'PDG'),
    ('csuite', 'regex', 'segment', '\b(directeur|directrice|dir) (general|generale|gal|gl)\b(?! (adjoint|adjointe|delegue adjoint|des services|des services adjoint))(?<!\b(?:adjoint|adjointe|vice|sous|assistante?|assistant de|du|au|de la|secretaire de) (?:au |du |de la )?(?:directeur|directrice|dir) (?:general|generale))', 'Directeur général'),
    ('csuite', 'regex', 'segment', '\bpresident[ea]\b(?! (adjointe?|d''honneur|honoraire|honorario|onorari[oa]))(?<!\b(?:vice|vize|v|vp|sous|sub) ?president[ea])', 'Président, présidente, presidente'),
    ('csuite', 'regex', 'segment', '\b(co ?)?(fondateur|fondatrice|createur d''entreprise|chef d''entreprise|cheffe d''entreprise|dirigeante?|gerante? (associee?|de société|de sarl|majoritaire|fondat\w+)|proprietaire|patron|patronne)\b', 'Fondateur, dirigeant, gérant'),
    ('csuite', 'regex', 'segment', '^(co ?)?gérante?$', 'Gérant'),
    ('csuite', 'regex', 'segment', '\badministrateur (delegue|general)\b|\badministratrice (deleguee|generale)\b', 'Administrateur délégué'),
    ('vp', 'regex', 'segment', '\b(vice|v) ?president[ea]s?\b', 'Vice-présidente, vicepresidente'),
    ('exclusion', 'regex', 'segment', '\b(ancien|ancienne|anciennement|futur|future pdg|ex|retraitee?|honoraire|d''honneur|stagiaire|apprentie?|alternante?|etudiante?|benevole)\b', 'Ancien, futur, stagiaire'),
    ('exclusion', 'regex', 'segment', '\b(assistant|assistante|secretaire|adjoint|adjointe|conseiller|conseillere|charge de mission|chargee de mission|collaborateur|collaboratrice|chauffeur|bras droit|cabinet|attachee?) (de direction |particuliere? |executive |personnelle? )?(du|de la|de l''|de|au|aupres|a la|a l'')', 'Assistante du …'),
    ('exclusion', 'regex', 'segment', '\b(bde|bureau des etudiants|association etudiante|club|amicale|junior entreprise)\b(?<!\b(?:country|golf|health|fitness|yacht) club)', 'Associations étudiantes'),

    -- Spanish -----------------------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(director|directora|gerente|dtor|dtora) (general|gral|ejecutiv[oa]|gerente)\b(?! (adjunt[oa]|de (ventas|marketing|tienda|sucursal|restaurante|hotel)))(?<!\b(?:deputy|assistant|sub|vice|adjunt[oa]|asistente|asistente de|secretari[oa] de|del?) (?:la |el )?(?:director|directora|gerente|dtor|dtora) (?:general|gral|ejecutiv[oa]|gerente))', 'Director general, gerente general, director ejecutivo'),
    ('csuite', 'regex', 'segment', '\b(conseller[oa]|consejer[oa]) delegad[oa]\b|\badministrador(a)? (unic[oa]|general|delegad[oa]|solidari[oa])\b|\bsoci[oa] (director(a)?|gerente|administrador(a)?|fundador(a)?|propietari[oa]|unic[oa])\b|\bprimer ejecutivo\b', 'Consejero delegado, administrador único'),
    ('csuite', 'regex', 'segment', '\b(co ?)?(fundador|fundadora|propietari[oa]|dueñ[oa]|titular de empresa|empresario|empresaria)\b(?<!\b(?:proceso|producto) (?:dueñ[oa]))(?! (de|del) (producto|proceso))', 'Fundador, propietario, dueño'),
    ('exclusion', 'regex', 'segment', '\b(antigu[oa]|anterior|ex|exdirector(a)?|expresident[ea]|exceo|jubilad[oa]|retirad[oa]|futur[oa]|aspirante|becari[oa]|practicante|estudiante|pasante|voluntari[oa]|electo|electa|honorari[oa])\b', 'Antiguo, futuro, becario'),
    ('exclusion', 'regex', 'segment', '\b(asistente|asistenta|ayudante|secretari[oa]|asesor|asesora|adjunt[oa]|auxiliar|apoyo|chofer|consultor|consultora|oficina|equipo) (ejecutiv[oa] |personal |administrativ[oa] )?(de|del|a|al|para)\b', 'Asistente de …'),
    ('exclusion', 'regex', 'segment', '\b(asistente|secretaria) (ejecutiv[oa]|de direccion|de gerencia)\b', 'Asistente ejecutiva'),

    -- Portuguese ----------------------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(diretor|diretora) (geral|presidente|executiv[oa]|superintendente)\b(?! adjunt[oa])(?<!\b(?:vice|sub|adjunt[oa]|assistente|assistente d[oa]|d[oa]|ao) (?:diretor|diretora) (?:geral|presidente|executiv[oa]|superintendente))', 'Diretor geral, diretor-presidente, diretor executivo'),
    ('csuite', 'regex', 'segment', '\b(administrador|administradora) (delegad[oa]|unic[oa])\b|\bsoci[oa] (gerente|administrador(a)?|fundador(a)?|proprietari[oa]|diretor(a)?)\b|\bpresidente executiv[oa]\b|\bdon[oa] d[aeo] (empresa|negocio|loja)\b|\bproprietari[oa]\b', 'Administrador delegado, sócio-gerente, proprietário'),
    ('exclusion', 'regex', 'segment', '\b(ex|antig[oa]|aposentad[oa]|reformad[oa]|estagiari[oa]|aprendiz|eleit[oa]|estudante|trainee)\b', 'Antigo, estagiário'),
    ('exclusion', 'regex', 'segment', '\b(assistente|secretari[oa]|assessor|assessora|adjunt[oa]|auxiliar|motorista|consultor|consultora|apoio) (executiv[oa] |pessoal |administrativ[oa] )?(d[aoe]|ao|para|a|de)\b|\b(assistente|secretaria) executiva\b', 'Assistente do …'),

    -- Italian -------------------------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(amministratore|amministratrice) (delegat[oa]|unic[oa]|generale)\b(?<!\b(?:vice|assistente|all|dell|segretaria dell) ?(?:''|)(?:amministratore|amministratrice) (?:delegat[oa]|unic[oa]|generale))', 'Amministratore delegato, amministratore unico'),
    ('csuite', 'regex', 'segment', '\b(direttore|direttrice) generale\b(?<!\b(?:vice|vicedirettore|assistente|del|al|assistente del) (?:direttore|direttrice) generale)', 'Direttore generale'),
    ('csuite', 'regex', 'segment', '\b(co ?)?(fondatore|fondatrice|cofondatore|proprietari[oa]|imprenditore|imprenditrice|socio fondatore|socio unico)\b|\btitolare\b(?! di cattedra)(?<!\b(?:professore|docente) titolare)', 'Fondatore, titolare, proprietario'),
    ('csuite', 'regex', 'segment', '\bpresidentessa\b', 'Presidentessa'),
    ('exclusion', 'regex', 'segment', '\b(ex|gia|pensionat[oa]|in pensione|tirocinante|stagista|studente|studentessa|aspirante|onorari[oa]|volontari[oa])\b', 'Ex, tirocinante'),
    ('exclusion', 'regex', 'segment', '\b(assistente|segretari[oa]|collaborat(ore|rice)|consulente|portavoce|staff) (di direzione |personale |esecutiv[oa] )?(del|della|dell''|dell|di|al|alla|all''|all|per)\b|\bsegretaria di direzione\b', 'Assistente del …'),

    -- Dutch -----------------------------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(algemeen|statutair|alg|gedelegeerd|waarnemend) (directeur|directrice|bestuurder)\b(?<!\b(?:adjunct|plaatsvervangend|vice|assistent|secretaresse|assistente|de|van) (?:algemeen|statutair|alg) (?:directeur|directrice))|\b(directeur|directrice) (en )?(eigenaar|eigenaresse|grootaandeelhouder|bestuurder)\b', 'Algemeen directeur, directeur-eigenaar'),
    ('csuite', 'regex', 'segment', '\b(mede ?)?(oprichter|oprichtster|eigenaar|eigenaresse|mede eigenaar|zaakvoerder|zaakvoerster|ondernemer eigenaar|bestuursvoorzitter|voorzitter (van )?(de |het )?(raad van bestuur|directie|bestuur))\b(?<!\b(?:product|proces|vice|plaatsvervangend) ?(?:eigenaar|bestuursvoorzitter))', 'Oprichter, eigenaar, zaakvoerder'),
    ('exclusion', 'regex', 'segment', '\b(voormalig|voormalige|oud|gewezen|aankomend|toekomstig|gepensioneerd|stagiair|stagiaire|studente|vrijwilliger|ex)\b', 'Voormalig, stagiair'),
    ('exclusion', 'regex', 'segment', '\b(assistent|assistente|secretaresse|secretaris|medewerker|adviseur|directiesecretaresse|managementassistent\w*|directieassistent\w*|adjunct|plaatsvervangend|ondersteuning|chauffeur)\b', 'Assistent, secretaresse'),

    -- Swedish, Danish, Norwegian, Finnish -----------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(verkst(ä|ae)llande direkt(ö|oe)r|vd|koncernchef|generaldirekt(ö|oe)r|(styrelse|bestyrelses|styre)(ordf(ö|oe)rande|formand|formann?|leder|forman|forkvinde|leiar)|styrets leder)\b(?<!\b(?:vice|vic|bitr|bitradande|stf|st(ä|ae)llf(ö|oe)retr(ä|ae)dande|till|at|f d|for|vara|tf vice) (?:verkst(?:ä|ae)llande direkt(?:ö|oe)r|vd|generaldirekt(?:ö|oe)r))', 'Verkställande direktör, vd, styrelseordförande'),
    ('csuite', 'regex', 'segment', '\b(adm(inistrerende)?|admin) dir(ekt(ø|oe|o)r)?\b|\b(konserndirektør|konsernsjef|koncerndirektør|daglig leder|dagleg leiar|generaldirektør|toppsjef|direktør og (ejer|eier|indehaver|medejer)|ordförande i styrelsen|formand for bestyrelsen)\b(?<!\b(?:vice|viceadm|ass|assisterende|til|for) (?:adm|administrerende|daglig|konsernsjef) ?(?:direktør|leder)?)', 'Administrerende direktør, daglig leder, konsernsjef'),
    ('csuite', 'regex', 'segment', '\b(grundare|medgrundare|ägare|delägare|företagare|stifter|medstifter|grundl(æ|ae)gger|medgrundl(æ|ae)gger|indehaver|medindehaver|ejer|medejer|eier|medeier|gründer|medgründer|grunnlegger|innehavare)\b(?<!\b(?:produkt|process|proces|prosess) ?(?:ägare|agare|ejer|eier))', 'Grundare, ägare, stifter, indehaver, eier'),
    ('csuite', 'regex', 'segment', '\b(toimitusjohtaja|tj|pääjohtaja|konsernijohtaja|hallituksen puheenjohtaja|perustaja|perustajajäsen|perustajaosakas|omistaja|yrittäjä ja omistaja|pääjohtaja)\b(?<!\b(?:vara|varatoimitusjohtaja|apulais|entinen|ent|vt vara) (?:toimitusjohtaja|puheenjohtaja))', 'Toimitusjohtaja, perustaja, omistaja'),
    ('vp', 'regex', 'segment', '\b(varapresidentti|vicepresident|visepresident)\b', 'Vicepresident, varapresidentti'),
    ('exclusion', 'regex', 'segment', '\b(tidigare|fd|f d|f d|forna|blivande|pensionerad|praktikant|tidligere|tidl|forhenv(æ|ae)rende|fhv|kommende|pensioneret|pensjonert|entinen|ent|tuleva|eläkkeellä|harjoittelija|opiskelija|frivillig|studerande|studerende)\b', 'Tidigare, tidligere, entinen'),
    ('exclusion', 'regex', 'segment', '\b(assistent|vd ?assistent|sekreterare|sekret(æ|ae|ä)r|direktionsassistent|direktionssekret(æ|ae)r|johdon assistentti|assistentti|sihteeri|medarbetare|rådgivare|rådgiver|stab|stabschef)\b', 'Assistent, sekreterare, assistentti'),

    -- Polish, Czech, Slovak, Hungarian, Romanian ------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(prezes|prezeska|prezes zarządu|dyrektor (generalny|naczelny|zarządzający)|dyrektorka (generalna|zarządzająca)|właściciel(ka)?|współwłaściciel(ka)?|założyciel(ka)?|współzałożyciel(ka)?|przewodnicząc[ya] (rady|zarządu))\b(?<!\b(?:vice|wice|asystent|asystentka|zastępca|z ca|produktu|procesu) (?:prezesa?|dyrektor generalny|właściciel))(?! (produktu|procesu))', 'Prezes zarządu, dyrektor generalny, właściciel, założyciel'),
    ('csuite', 'regex', 'segment', '\b((generální|výkonný|vykonna) (reditel(ka)?|riaditeľ(ka)?)|jednatel(ka)?|konateľ(ka)?|majitel(ka)?|majiteľ(ka)?|spolumajitel(ka)?|zakladatel(ka)?|zakladateľ(ka)?|spoluzakladatel(ka)?|predseda predstavenstva)\b', 'Generální ředitel, jednatel, majitel'),
    ('csuite', 'regex', 'segment', '\b(ügyvezető( igazgató)?|vezérigazgató|elnök vezérigazgató|tulajdonos|alapító|társalapító|directorul general|directoare generală|fondator|fondatoare|cofondator|proprietară?|administrator unic|asociat unic)\b(?! adjunct)(?<!\bhelyettes)', 'Ügyvezető, vezérigazgató, director general'),
    ('csuite', 'regex', 'segment', '\b(po|pelniacy obowiazki) prezesa\b', 'P.o. prezesa'),
    ('csuite', 'regex', 'segment', '\b(generalny riaditel|generalni reditel|generalni direktor(ica)?|osnivac(ica)?|suosnivac|vlasnik|vlasnica|lastnik|ustanovitelj|direktor druzbe|predsjednik uprave|predsednik uprave|generalinis direktorius|valdes priekssedetajs|tegevjuht|juhatuse esimees|asutaja|ipasnieks|savininkas|ikurejas|conseller(a)? delegat|conselleira delegada)\b', 'Generalni direktor, generalinis direktorius, tegevjuht'),
    ('csuite', 'regex', 'segment', '\bpresedinte\b(?<!\bvice ?presedinte)', 'Președinte'),
    ('vp', 'regex', 'segment', '\b(wice ?prezes|vice ?prezes|wice ?prezydent|wiceprezeska|vice ?prezident(ka)?|viceprezident(ka)?|v?ice ?președinte|alelnök|podpredseda predstavenstva|místopředseda představenstva)\b', 'Wiceprezes, viceprezident, alelnök'),
    ('exclusion', 'regex', 'segment', '\b(był[ya]|býval(ý|y|á|a)|emerytowany|przyszły|stażysta|praktykant|studentka|volt|korábbi|fost|fosta|asystent(ka)?|sekretarka|sekretariat|zastępca|asistent(ka)?|asszisztens|titkárnő|helyettes|stagiar|zástupce|zástupca|doradca)\b', 'Były, asystent, zastępca'),

    -- Turkish -----------------------------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(genel müdür|yönetim kurulu başkanı|icra kurulu başkanı|başkan|kurucu|kurucu orta(k|gı)|kurucusu|kurucu ortagı|iş(letme)? sahibi|şirket sahibi|firma sahibi|sahibi|murahhas (üye|aza)|üst yönetici)\b(?! (yardımcısı|vekili|yard|asistanı))(?<!\b(?:ürün|urun|süreç|surec) sahibi)', 'Genel müdür, yönetim kurulu başkanı, kurucu'),
    ('vp', 'regex', 'segment', '\bbaşkan (yardımcısı|yard)\b(?<!\bkurulu başkan yardımcısı)', 'Başkan yardımcısı'),
    ('exclusion', 'regex', 'segment', '\b(eski|emekli|önceki|müstakbel|gelecegin|stajyer|ögrenci|asistanı?|sekreter(i)?|danışmanı|şoförü?|gen(e|el)? müdür yardımcısı)\b', 'Eski, asistan, stajyer'),

    -- Japanese, Chinese, Korean: no word edges ----------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '^代表$|代表社員|代表取締役|代表執行役|(?<!副|前|元|秘書|次期)社長|取締役会長|代表理事|創業者|共同創業者|創業社長|創設者|最高(経営|財務|技術|情報|執行|マーケティング|製品|人事|業務|戦略|デジタル|セキュリティ)?.{0,6}責任者|最高執行責任者|オーナー(?!シップ)|ファウンダー|共同創設者|チーフ.{0,16}オフィサー|経営者', '代表取締役, 社長, 最高経営責任者, 創業者'),
    ('csuite', 'regex', 'segment', '首席.{1,6}官|(?<!副|前|原|助理)(总经理|總經理|总裁|總裁|执行总裁|董事长|董事長|董事會主席|董事会主席|行政总裁|行政總裁)(?!助理|秘书|秘書|办公室|辦公室|特助)|(?<!前|原)(联合)?(创始人|創始人|创办人|創辦人|聯合創辦人|老板|企业主|业主代表|法人代表)|(?<!副)執行長|(?<!副)执行长|常务董事', '首席执行官, 总经理, 总裁, 董事长, 创始人'),
    ('csuite', 'regex', 'segment', '대표이사|대표(?!님|자 ?비서)$|최고.{1,8}책임자|(?<!부|전|전 )사장|(?<!부|전|전 )회장|창업자|공동창업자|설립자|총괄사장', '대표이사, 최고경영자, 창업자'),
    ('csuite', 'regex', 'segment', '최고(경영|재무|기술|운영|정보)자', '최고경영자'),
    ('vp', 'regex', 'segment', '副社長|バイス ?プレジデント|副总裁|副總裁|부사장|副会長|부회장|ヴァイス ?プレジデント', '副社長, 副总裁, 부사장'),
    ('exclusion', 'regex', 'segment', '元(?=代表|社長|副社長|ceo|会長| ceo)|前(?=代表|社長|副社長|会長|总|總|董事|任|首席|执行|執行| ?c[a-z]o)|原(?=总|總|董事|副总|首席)|社長室|社長付|董事长办|总裁办|総裁室|秘書|秘书|助理|アシスタント|補佐|비서|前任|退休|退任|退職|引退|見習い|インターン|实习|實習|学生|學生|顧問として|候補|候选|次期|未来|전 ?(?=대표|사장|부사장)|인턴|학생|보좌', '元・前, 秘書, 助理, 비서'),

    -- Russian, Ukrainian, Greek, Arabic, Hebrew, Indonesian, Vietnamese ---------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(генеральн(ый|ая) директор|генеральний директор|исполнительный директор|виконавчий директор|гендиректор|президент|председатель (правления|совета директоров)|голова (правління|ради)|основатель(ница)?|сооснователь|засновник|засновниця|співзасновник|владел(ец|ица)|совладелец|власник|власниця|собственник|учредитель)\b(?<!\b(?:вице|віце|заместитель|заступник|зам|помощник) (?:президент|генеральн(?:ый|ого) директора?))', 'Генеральный директор, президент, основатель'),
    ('csuite', 'regex', 'segment', '\b(финансовый|технический|операционный|коммерческий) директор\b', 'Финансовый директор'),
    ('vp', 'regex', 'segment', '\b(вице|віце) ?президент(а|ка)?\b', 'Вице-президент'),
    ('exclusion', 'regex', 'segment', '\b(бывш(ий|ая)|экс|колишн(ій|я)|ексгендиректор|будущий|майбутній|помощни(к|ца)|помічни(к|ця)|секретарь|секретар|ассистент(ка)?|асистент(ка)?|заместитель|заступник|зам|стажер|студент(ка)?|советник|радник)\b', 'Бывший, помощник, заместитель'),
    ('csuite', 'regex', 'segment', '\b(изпълнителен директор|управител|съосновател|председател на (съвета|управителния)|διευθύνων σύμβουλος|διευθύνουσα σύμβουλος|γενικός διευθυντής|γενική διευθύντρια|πρόεδρος|ιδρυτής|ιδρύτρια|συνιδρυτής|ιδιοκτήτης|ιδιοκτήτρια)\b', 'Διευθύνων σύμβουλος, изпълнителен директор'),
    ('vp', 'regex', 'segment', '\bαντιπρόεδρος\b', 'Αντιπρόεδρος'),
    ('exclusion', 'regex', 'segment', '\b(πρώην|τέως|βοηθός|γραμματέας|αναπληρωτής|αναπληρώτρια|μελλοντικός|φοιτητής|φοιτήτρια)\b', 'Πρώην, βοηθός'),
    ('csuite', 'regex', 'segment', 'الرئيس التنفيذي|رئيس تنفيذي|المدير التنفيذي|مدير عام|المدير العام|رئيس مجلس الادارة|رئيس مجلس الإدارة|مؤسس|المؤسس|صاحب شركة|العضو المنتدب|(?<!ס)מנכל(ית)?|יור( |$)|מייסד(ת)?|בעלים|נשיא(ת)? החברה', 'الرئيس التنفيذي, מנכ"ל'),
    ('csuite', 'regex', 'segment', 'ประธานเจ้าหน้าที่(บริหาร|ฝ่าย)|กรรมการผู้จัดการ|ผู้ก่อตั้ง|เจ้าของกิจการ|मुख्य कार्यकारी अधिकारी|प्रबंध निदेशक|संस्थापक', 'ประธานเจ้าหน้าที่บริหาร, मुख्य कार्यकारी अधिकारी'),
    ('vp', 'regex', 'segment', 'نائب (ال)?رئيس|סמנכל(ית)?|סגן נשיא', 'نائب الرئيس, סמנכ"ל'),
    ('exclusion', 'regex', 'segment', '(^| )(سابق|السابق|سابقا|مساعد|مساعدة|سكرتير|سكرتيرة|متدرب|طالب|نائب المدير|לשעבר|עוזר|עוזרת|מזכיר|מזכירה|סטודנט|סגן מנכל)( |$)', 'السابق, مساعد, לשעבר'),
    ('csuite', 'regex', 'segment', '\b(direktur (utama|eksekutif)|presiden (direktur|komisaris)|presdir|dirut|pendiri|pemilik|pengusaha|tổng giám đốc|giám đốc điều hành|chủ tịch|nhà sáng lập|đồng sáng lập)\b(?<!\b(?:wakil|pho|asisten|sekretaris|mantan) (?:direktur utama|presiden direktur|tong giam doc|chu tich))', 'Direktur utama, pendiri, tổng giám đốc'),
    ('vp', 'regex', 'segment', '\b(wakil presiden|phó chủ tịch|phó tổng giám đốc)\b', 'Wakil presiden, phó chủ tịch'),
    ('exclusion', 'regex', 'segment', '\b(mantan|bekas|calon|asisten|sekretaris|magang|mahasiswa|cựu|nguyên|trợ lý|thư ký|sinh viên)\b', 'Mantan, asisten, cựu')
$$;

revoke all on function pathfinder.default_rules() from public, anon, authenticated, service_role;

comment on function pathfinder.default_rules() is 'The rules that a new project starts with.';
