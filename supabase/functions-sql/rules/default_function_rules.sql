-- The rules of the functions that a new project starts with: English, German, French, Spanish, Portuguese, Italian,
-- Dutch, Japanese; and who runs the whole in Chinese, Korean, Russian and Arabic. Read once, into function_rules: edit
-- the table, not this list.
-- Returns: a row each.
-- Example: select * from pathfinder.default_function_rules();
create or replace function pathfinder.default_function_rules()
returns table (function text, kind text, pattern text, description text)
language sql
immutable
set search_path = ''
as $$
    values
    ('general', 'regex', '\b(ceo|chief executive|co ?founder|founder|co ?owner|owner|proprietor|general manager|gm|coceo|principal executive)\b', 'English'),
    ('general', 'regex', '\b(president|pres|chairman|chairwoman|chairperson|chair of the board|board chair|managing director|md|general director)\b(?<!\bv(?:ice|p)? ?pres(?:ident)?)(?! (of |for |and )?(global |worldwide |group |corporate )?(sales|finance|marketing|operations|technology|engineering|product|products|people|hr|human|legal|data|security|customer|strategy|commercial|it|services)\b)', 'English: who runs the whole'),
    ('general', 'regex', '\b(gesch(ä|ae)ftsf(ü|ue)hrer(in)?|gesch(ä|ae)ftsf(ü|ue)hrende[rn]?|gesch(ä|ae)ftsf(ü|ue)hrung|gesch(ä|ae)ftsleiter(in)?|vorstand|vorst(ä|ae)ndin|vorstandsvorsitzende[rn]?|vorsitzende[rn]? des vorstand(e?s)?|generaldirektor(in)?|inhaber(in)?|gr(ü|ue)nder(in)?|mitgr(ü|ue)nder(in)?|eigent(ü|ue)mer(in)?|gf|pr(ä|ae)sident(in)?)\b(?! (f(ü|ue)r |der |des )?(finanzen|vertrieb|technik|marketing|personal|operations|it|einkauf|produktion|recht|strategie|daten|kunden|produkt|produkte)\b)', 'German'),
    ('general', 'regex', '\b(pdg|dg|directeur general|directrice generale|(co ?)?fondateur|(co ?)?fondatrice|president directeur|presidente?|gerante?|dirigeante?|administrateur delegue|proprietaire|directeur gerant)\b(?<!\bvice presidente?)(?! (en charge )?(de la |du |des |de |charge )?(finance|finances|ventes|marketing|technique|commercial|operations)\b)', 'French'),
    ('general', 'regex', '\b(director(a)? general|gerente general|director(a)? ejecutiv[oa]|consejer[oa] delegad[oa]|(co ?)?fundador(a)?|dueñ[oa]|propietari[oa]|diretor(a)? (geral|presidente|executiv[oa])|soci[oa] (gerente|fundador(a)?|administrador(a)?)|proprietari[oa]|amministrat(ore|rice) (delegat[oa]|unic[oa])|direttore generale|direttrice generale|(co ?)?fondat(ore|rice)|titolare|imprenditore|algemeen directeur|directeur eigenaar|(mede ?)?(eigenaar|oprichter)|bestuursvoorzitter|zaakvoerder)\b', 'Spanish, Portuguese, Italian, Dutch'),
    ('general', 'regex', '代表取締役|代表|(?<!副)社長|会長|創業者|理事長|オーナー|最高経営責任者|経営者', 'Japanese'),
    ('general', 'regex', '首席执行官|首席執行官|(?<!副)(总经理|總經理|总裁|總裁)|(?<!副)(董事长|董事長|理事长|理事長)|執行長|执行长|董事[会會]主席|董事局主席|创始人|創始人|创办人|創辦人|老板', 'Chinese'),
    ('general', 'regex', '대표|(?<!부)사장|(?<!부)회장|창업자|이사장|최고 ?경영 ?(책임)?자', 'Korean'),
    ('general', 'regex', '\b(генеральн(ый|ая) директор|гендиректор|исполнительн(ый|ая) директор|президент|председатель (правления|совета директоров)|(со)?основатель(ница)?|(со)?владел(ец|ица)|(со)?собственни(к|ца)|(со)?учредитель(ница)?)\b(?<!\bвице президент)', 'Russian'),
    ('general', 'regex', '((ال)?رئيسة? (ال)?تنفيذية?|(ال)?مديرة? (ال)?(تنفيذية?|عامة?))( |$)(?!لل|لشؤون)|رئيسة? مجلس (ال)?(ادارة|مديرين)|رئيسة? (ال)?شركة|(^| )و?(ال)?مؤسس( |$)|صاحبة? (ال)?شركة', 'Arabic'),
    ('finance', 'regex', '\b(cfo|cao|finance|financial|finances|fin|accounting|acctg|acct|accountant|controller|comptroller|controllership|treasury|treasurer|tax|taxation|fp and a|investor relations|internal audit|audit|budgeting|vcfo)\b(?! (services sales|crime))', 'English'),
    ('finance', 'regex', '\b(finanzen|finanz|finanzvorstand|finanzchef|finanzchefin|finanzdirektor|finanzdirektorin|rechnungswesen|controlling|steuern|buchhaltung|kaufm(ä|ae)nnische[rn]?|kaufm(ä|ae)nnisch|treasury|finanzwesen)\b', 'German'),
    ('finance', 'regex', '\b(finances|finance|financier|financiere|daf|raf|comptabilite|comptable|tresorerie|fiscalite|controle de gestion|financien|financieel|financiele|boekhouding|administratie|fiscaal)\b', 'French, Dutch'),
    ('finance', 'regex', '\b(finanzas|financier[oa]|contabilidad|tesoreria|fiscal|financas|financeir[oa]|contabilidade|tesouraria|controladoria|controladora|finanza|finanziari[oa]|contabilita|tesoreria|amministrazione e finanza|controllo di gestione|contador|fiscalidad|impuestos)\b', 'Spanish, Portuguese, Italian'),
    ('finance', 'regex', '財務|経理|会計|税務|ファイナンス', 'Japanese'),
    ('technology', 'regex', '\b(cto|cio|cpto|vcio|vcto|ctio|cdio|cdto|technology|technologies|technical|tech|it|ict|i t|information technology|information systems|information|info|engineering|eng|software|infrastructure|cloud|devops|architecture|systems|digital|r and d|research and development|development and engineering)\b(?<!\bbiz)(?! (security|sec|ethics|to|risk)\b)', 'English'),
    ('technology', 'regex', '\b(platform engineering|it operations|it services|it infrastructure|application development|web development|caio|cyber engineering|vp eng|vpe|network engineering)\b', 'English: kinds of engineering'),
    ('technology', 'regex', '\b(technik|technische[rn]?|technologie|technologien|technikvorstand|informatik|edv|entwicklung|softwareentwicklung|digitalisierung|informationstechnologie|ingenieurwesen|forschung und entwicklung|it)\b', 'German'),
    ('technology', 'regex', '\b(technique|technologie|technologies|informatique|dsi|systemes d''information|ingenierie|numerique|developpement logiciel|technisch|technische|techniek|informatica|automatisering|digitale|dti)\b', 'French, Dutch'),
    ('technology', 'regex', '\b(tecnologia|tecnologias|tecnologic[oa]|tecnic[oa]|sistemas|informatica|ingenieria|engenharia|ti|t i|sistemi informativi|ingegneria|digitale|sistemas de informacion|desarrollo de software|transformacion digital)\b', 'Spanish, Portuguese, Italian'),
    ('technology', 'regex', '技術|情報(?!セキュリティ)|開発|システム|エンジニアリング|テクノロジー|デジタル|(^| )it( |$)', 'Japanese'),
    ('security', 'regex', '\b(ciso|vciso|security|cyber|cybersecurity|infosec|cyber risk)\b(?! (sales|services sales))', 'English'),
    ('security', 'regex', '\b(sicherheit|informationssicherheit|it sicherheit|cybersicherheit|konzernsicherheit|unternehmenssicherheit)\b', 'German'),
    ('security', 'regex', '\b(securite|cybersecurite|surete|rssi|beveiliging|informatiebeveiliging|veiligheid|cyberbeveiliging)\b', 'French, Dutch'),
    ('security', 'regex', '\b(seguridad|ciberseguridad|seguranca|ciberseguranca|sicurezza|cybersicurezza|cibersicurezza)\b', 'Spanish, Portuguese, Italian'),
    ('security', 'regex', 'セキュリティ', 'Japanese'),
    ('data', 'regex', '\b(cdo|cdao|caio|data|analytics|business intelligence|bi|machine learning|artificial intelligence|ai|ml|data science|insights)\b(?! (cent(er|re)s?|protection|privacy|security)\b)', 'English'),
    ('data', 'regex', '\b(daten|datenmanagement|datenstrategie|datenanalyse|ki|k(ü|ue)nstliche intelligenz)\b(?! schutz)', 'German'),
    ('data', 'regex', '\b(donnees|intelligence artificielle|ia|kunstmatige intelligentie)\b(?! personnelles)', 'French, Dutch'),
    ('data', 'regex', '\b(datos|dados|dati|analitica|inteligencia artificial|intelligenza artificiale|inteligencia de negocio|inteligencia de negocios|analise de dados)\b', 'Spanish, Portuguese, Italian'),
    ('data', 'regex', 'データ|分析|人工知能|アナリティクス|( |^)ai( |$)', 'Japanese'),
    ('product', 'regex', '\b(cpo|cpto|product|products|product management|ux|user experience|product design)\b(?! (marketing|sales|security|legal|counsel|support)\b)(?<!\b(?:people|procurement) cpo)', 'English'),
    ('product', 'regex', '\b(produkt|produkte|produktmanagement|produktentwicklung|produktvorstand)\b', 'German'),
    ('product', 'regex', '\b(produit|produits|producten|productontwikkeling|productmanagement)\b', 'French, Dutch'),
    ('product', 'regex', '\b(producto|productos|produto|produtos|prodotto|prodotti)\b', 'Spanish, Portuguese, Italian'),
    ('product', 'regex', 'プロダクト|製品|商品', 'Japanese'),
    ('marketing', 'regex', '\b(cmo|cgo|marketing|mktg|mkt|mktng|brand|brands|branding|communications|communication|comms|pr|public relations|advertising|demand generation|demand gen|content|social media|growth|corporate affairs)\b', 'English'),
    ('marketing', 'regex', '\b(kommunikation|unternehmenskommunikation|marke|marken|werbung|(ö|oe)ffentlichkeitsarbeit|markenf(ü|ue)hrung)\b', 'German'),
    ('marketing', 'regex', '\b(communication|marque|marques|publicite|communicatie|merk|reclame|relations publiques)\b', 'French, Dutch'),
    ('marketing', 'regex', '\b(mercadotecnia|mercadeo|comunicacion|comunicaciones|marca|marcas|publicidad|comunicacao|publicidade|comunicazione|pubblicita|marchio|marketing)\b', 'Spanish, Portuguese, Italian'),
    ('marketing', 'regex', 'マーケティング|広報|宣伝|ブランド|広告|コミュニケーション', 'Japanese'),
    ('sales', 'regex', '\b(cro|cco|sales|revenue|business development|biz dev|bizdev|bd|commercial|accounts|account management|partnerships|alliances|channel|channels|go to market|gtm|chief commercial|cso sales)\b', 'English'),
    ('sales', 'regex', '\b(vertrieb|vertriebs|vertriebsvorstand|verkauf|verkaufs|gesch(ä|ae)ftsentwicklung|vertriebsleitung|kommerzielle[rn]?)\b', 'German'),
    ('sales', 'regex', '\b(ventes|vente|commercial|commerciale|developpement commercial|developpement des affaires|verkoop|commercieel|commerciele|bedrijfsontwikkeling)\b', 'French, Dutch'),
    ('sales', 'regex', '\b(ventas|comercial|comerciales|desarrollo de negocio|desarrollo de negocios|vendas|desenvolvimento de negocios|novos negocios|receita|vendite|commerciale|sviluppo business|sviluppo commerciale)\b', 'Spanish, Portuguese, Italian'),
    ('sales', 'regex', '営業|販売|セールス|事業開発|コマーシャル|商業', 'Japanese'),
    ('customer', 'regex', '\b(cxo|customer|customers|client|clients|cx|customer success|customer experience|customer service|customer care|member experience|guest experience|patient experience|support services|technical support)\b', 'English'),
    ('customer', 'regex', '\b(kunden|kundenservice|kundenerfolg|kundenbetreuung|kundendienst|kundenerlebnis|kundenbeziehungen|kundenmanagement)\b', 'German'),
    ('customer', 'regex', '\b(clients?|clientele|relation client|relations clients|experience client|service client|klant|klanten|klantenservice|klantervaring|klantsucces|klantenservice)\b', 'French, Dutch'),
    ('customer', 'regex', '\b(clientes?|atencion al cliente|experiencia de cliente|experiencia do cliente|sucesso do cliente|cliente|clienti|assistenza clienti)\b', 'Spanish, Portuguese, Italian'),
    ('customer', 'regex', '顧客|カスタマー|お客様|お客さま', 'Japanese'),
    ('operations', 'regex', '\b(coo|cno|csco|operations|operation|operating|oper|ops|supply chain|logistics|manufacturing|production|procurement|purchasing|sourcing|quality|facilities|administration|administrative|service delivery|delivery|plant|plants|distribution|fulfillment|warehouse|real estate and facilities)\b(?<!\b(?:security|sales|revenue|marketing|people|hr|it|product|legal|data|finance) (?:operations|ops))', 'English'),
    ('operations', 'regex', '\b(betrieb|produktion|logistik|einkauf|beschaffung|lieferkette|qualit(ä|ae)t|qualit(ä|ae)tsmanagement|fertigung|operative[rn]?|werk|operations|verwaltung)\b', 'German'),
    ('operations', 'regex', '\b(operations|exploitation|logistique|achats|production|qualite|operationnel|industriel|industrielle|chaine d''approvisionnement|operationele|operationeel|logistiek|inkoop|productie|kwaliteit|bedrijfsvoering)\b', 'French, Dutch'),
    ('operations', 'regex', '\b(operaciones|operativ[oa]|logistica|compras|produccion|calidad|cadena de suministro|operacoes|operacional|producao|qualidade|suprimentos|cadeia de suprimentos|produzione|acquisti|qualita|operazioni|industriale|approvvigionamenti|adquisiciones|planta|manufactura)\b', 'Spanish, Portuguese, Italian'),
    ('operations', 'regex', 'オペレーション|運営|業務|製造|生産|物流|調達|購買|品質|執行責任者', 'Japanese'),
    ('people', 'regex', '\b(chro|chco|hr|human resources|human resource|human capital|people|talent|culture|recruiting|recruitment|diversity|dei|de and i|learning and development|workforce|employee experience|compensation|total rewards|organizational development)\b', 'English'),
    ('people', 'regex', '\b(personal|personalwesen|personalvorstand|personalleitung|personalchef|personalchefin|arbeitsdirektor|arbeitsdirektorin|personalentwicklung|kultur|hr)\b', 'German'),
    ('people', 'regex', '\b(rh|drh|ressources humaines|capital humain|talents|personnel|personeel|personeelszaken|hrm|p and o|menselijk kapitaal|cultuur)\b', 'French, Dutch'),
    ('people', 'regex', '\b(rrhh|recursos humanos|talento|capital humano|personas|gestion humana|gente|pessoas|gente e gestao|gestao de pessoas|risorse umane|personale|persone)\b', 'Spanish, Portuguese, Italian'),
    ('people', 'regex', '人事|人材|労務|ピープル|( |^)hr( |$)', 'Japanese'),
    ('legal', 'regex', '\b(clo|legal|law|counsel|general counsel|compliance|regulatory|privacy|governance|corporate secretary|company secretary|litigation|ethics|data protection|cco compliance|ip|intellectual property)\b', 'English'),
    ('legal', 'regex', '\b(recht|rechtsabteilung|rechtsvorstand|chefjurist|chefjustiziar|justiziar|justiziarin|syndikus|datenschutz|regulierung)\b', 'German'),
    ('legal', 'regex', '\b(juridique|juridiques|conformite|affaires juridiques|droit|reglementaire|juridisch|juridische|juridische zaken|jurist|naleving|bedrijfsjurist)\b', 'French, Dutch'),
    ('legal', 'regex', '\b(juridic[oa]|legales|cumplimiento|asuntos legales|conformidade|legale|legali|affari legali|giuridic[oa]|compliance|proteccion de datos|asesoria juridica)\b', 'Spanish, Portuguese, Italian'),
    ('legal', 'regex', '法務|コンプライアンス|知財|知的財産|法令', 'Japanese'),
    ('strategy', 'regex', '\b(cso|strategy|strategic planning|strategic initiatives|strategic development|strategic|corporate development|corp dev|transformation|innovation|m and a|mergers|mergers and acquisitions|planning|chief strategy)\b(?! (accounts|sales|alliances|partnerships|sourcing|communications|hr)\b)(?<!\bfinancial planning)', 'English'),
    ('strategy', 'regex', '\b(strategie|strategien|strategische[rn]?|unternehmensentwicklung|unternehmensstrategie|innovation|innovationen|transformation)\b', 'German'),
    ('strategy', 'regex', '\b(strategie|strategique|innovation|transformation|strategisch|innovatie|transformatie|fusions et acquisitions)\b', 'French, Dutch'),
    ('strategy', 'regex', '\b(estrategia|estrategic[oa]|estrategias|innovacion|transformacion|planeacion|planificacion|inovacao|transformacao|planejamento|strategia|strategie|strategic[oa]|innovazione|trasformazione)\b', 'Spanish, Portuguese, Italian'),
    ('strategy', 'regex', '戦略|経営企画|企画|イノベーション|変革', 'Japanese')
$$;

revoke all on function pathfinder.default_function_rules() from public, anon, authenticated, service_role;

comment on function pathfinder.default_function_rules() is 'The rules of the functions that a new project starts with.';
