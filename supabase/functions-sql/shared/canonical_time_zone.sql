-- The name that a time zone has today. People and older systems write old ones, such as US/Eastern; the time zone
-- database keeps those as links to today's, and newer systems leave the links out, so that what is stored has to be
-- the name itself. Where this server does not know today's name yet, the old one stays.
-- Returns: the name as this server spells it; null for what it does not know.
-- Example: select pathfinder.canonical_time_zone('us/eastern');  -- America/New_York
create or replace function pathfinder.canonical_time_zone(written text)
returns text
language sql
stable
set search_path = ''
as $$
    with links as (
        -- The file "backward" of the IANA time zone database (public domain): today's name, then the old ones.
        select split_part(line, ' ', 1) as name, lower(old_name) as old_name
        from regexp_split_to_table(
            btrim('
            Africa/Asmara Africa/Asmera
            Africa/Bamako Africa/Timbuktu
            Africa/Cairo Egypt
            Africa/Tripoli Libya
            America/Adak America/Atka US/Aleutian
            America/Anchorage US/Alaska
            America/Argentina/Buenos_Aires America/Buenos_Aires
            America/Argentina/Catamarca America/Argentina/ComodRivadavia America/Catamarca
            America/Argentina/Cordoba America/Cordoba America/Rosario
            America/Argentina/Jujuy America/Jujuy
            America/Argentina/Mendoza America/Mendoza
            America/Atikokan America/Coral_Harbour
            America/Chicago CST6CDT US/Central
            America/Denver America/Shiprock MST7MDT Navajo US/Mountain
            America/Detroit US/Michigan
            America/Edmonton America/Yellowknife Canada/Mountain
            America/Halifax Canada/Atlantic
            America/Havana Cuba
            America/Indiana/Indianapolis America/Fort_Wayne America/Indianapolis US/East-Indiana
            America/Indiana/Knox America/Knox_IN US/Indiana-Starke
            America/Iqaluit America/Pangnirtung
            America/Jamaica Jamaica
            America/Kentucky/Louisville America/Louisville
            America/Los_Angeles PST8PDT US/Pacific US/Pacific-New
            America/Manaus Brazil/West
            America/Mazatlan Mexico/BajaSur
            America/Mexico_City Mexico/General
            America/New_York EST5EDT US/Eastern
            America/Noronha Brazil/DeNoronha
            America/Nuuk America/Godthab
            America/Panama EST
            America/Phoenix MST US/Arizona
            America/Regina Canada/Saskatchewan
            America/Rio_Branco America/Porto_Acre Brazil/Acre
            America/Santiago Chile/Continental
            America/Sao_Paulo Brazil/East
            America/St_Johns Canada/Newfoundland
            America/St_Thomas America/Virgin
            America/Tijuana America/Ensenada America/Santa_Isabel Mexico/BajaNorte
            America/Toronto America/Montreal America/Nipigon America/Thunder_Bay Canada/Eastern
            America/Vancouver Canada/Pacific
            America/Whitehorse Canada/Yukon
            America/Winnipeg America/Rainy_River Canada/Central
            Asia/Ashgabat Asia/Ashkhabad
            Asia/Dhaka Asia/Dacca
            Asia/Ho_Chi_Minh Asia/Saigon
            Asia/Hong_Kong Hongkong
            Asia/Jerusalem Asia/Tel_Aviv Israel
            Asia/Kathmandu Asia/Katmandu
            Asia/Kolkata Asia/Calcutta
            Asia/Macau Asia/Macao
            Asia/Makassar Asia/Ujung_Pandang
            Asia/Seoul ROK
            Asia/Shanghai Asia/Chongqing Asia/Chungking Asia/Harbin PRC
            Asia/Singapore Singapore
            Asia/Taipei ROC
            Asia/Tehran Iran
            Asia/Thimphu Asia/Thimbu
            Asia/Tokyo Japan
            Asia/Ulaanbaatar Asia/Choibalsan Asia/Ulan_Bator
            Asia/Urumqi Asia/Kashgar
            Asia/Yangon Asia/Rangoon
            Atlantic/Faroe Atlantic/Faeroe
            Atlantic/Reykjavik Iceland
            Australia/Adelaide Australia/South
            Australia/Brisbane Australia/Queensland
            Australia/Broken_Hill Australia/Yancowinna
            Australia/Darwin Australia/North
            Australia/Hobart Australia/Currie Australia/Tasmania
            Australia/Lord_Howe Australia/LHI
            Australia/Melbourne Australia/Victoria
            Australia/Perth Australia/West
            Australia/Sydney Australia/ACT Australia/Canberra Australia/NSW
            Europe/Athens EET
            Europe/Brussels CET MET
            Europe/Chisinau Europe/Tiraspol
            Europe/Dublin Eire
            Europe/Istanbul Asia/Istanbul Turkey
            Europe/Kyiv Europe/Kiev Europe/Uzhgorod Europe/Zaporozhye
            Europe/Lisbon Portugal WET
            Europe/London Europe/Belfast GB GB-Eire
            Europe/Moscow W-SU
            Europe/Oslo Atlantic/Jan_Mayen
            Europe/Warsaw Poland
            GMT Etc/GMT+0 Etc/GMT-0 Etc/GMT0 Etc/Greenwich GMT+0 GMT-0 GMT0 Greenwich
            Pacific/Auckland NZ
            Pacific/Chatham NZ-CHAT
            Pacific/Chuuk Pacific/Truk Pacific/Yap
            Pacific/Easter Chile/EasterIsland
            Pacific/Honolulu HST Pacific/Johnston US/Hawaii
            Pacific/Kanton Pacific/Enderbury
            Pacific/Kwajalein Kwajalein
            Pacific/Pago_Pago Pacific/Samoa US/Samoa
            Pacific/Pohnpei Pacific/Ponape
            UTC Etc/UCT Etc/Universal Etc/Zulu UCT Universal Zulu
            ', E' \n'),
            '\n *'
        ) as line,
            regexp_split_to_table(substr(line, strpos(line, ' ') + 1), ' ') as old_name
    ),
    wanted as (
        select lower(replace(btrim(written), ' ', '_')) as name
    )
    select known.name
    from wanted
    left join links on links.old_name = wanted.name
    join pg_timezone_names as known on lower(known.name) in (wanted.name, lower(links.name))
    -- What is left out is a file of the time zone database that names no place.
    where known.name !~ '^(posix/|right/|posixrules$|localtime$|Factory$)'
    order by known.name = links.name desc nulls last
    limit 1;
$$;
revoke all on function pathfinder.canonical_time_zone(text) from public, anon, authenticated, service_role;
comment on function pathfinder.canonical_time_zone(text) is
    'The name that a time zone has today, as this server spells it; null for what it does not know.';
