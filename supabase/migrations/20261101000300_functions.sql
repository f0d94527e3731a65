-- Every function. Made from supabase/functions-sql by `make baseline`; edit there.

set check_function_bodies = off;

-- source: shared/acting_name.sql
-- What whoever is behind the current statement is called by those who read it. A person or a token's subject stands for
-- itself; a role is said to be one.
-- Returns: the name.
-- Example: select pathfinder.acting_name();  -- Table Editor or SQL (postgres)
create or replace function pathfinder.acting_name()
returns text
language sql
stable
set search_path = ''
as $$
    select case
        when who = 'service_role' then 'Worker or command line'
        when exists (select from pg_roles where rolname = who) then format('Table Editor or SQL (%s)', who)
        else who
    end
    from pathfinder.acting_user() as who
$$;

revoke all on function pathfinder.acting_name() from public, anon, authenticated, service_role;

comment on function pathfinder.acting_name() is 'What whoever is behind the current statement is called.';

-- source: shared/acting_user.sql
-- Who is behind the current statement, as far as the database can know: the person whom the dashboard names in a
-- header, which counts only together with the secret key; or the e-mail or id in the API's token; or else the role
-- that was set, or the one that logged in. (current_user would name the owner of the function that asks.)
-- Returns: the name.
-- Example: select pathfinder.acting_user();
create or replace function pathfinder.acting_user()
returns text
language sql
stable
set search_path = ''
as $$
    select coalesce(
        case
            when coalesce(claims ->> 'role', current_setting('role', true)) = 'service_role'
                then left(nullif(btrim(headers ->> 'x-captpathfinder-actor'), ''), 300)
        end,
        claims ->> 'email', claims ->> 'sub', claims ->> 'role',
        nullif(current_setting('role', true), 'none'), session_user
    )
    from (
        select
            pathfinder.parse_json(current_setting('request.jwt.claims', true)) as claims,
            pathfinder.parse_json(current_setting('request.headers', true)) as headers
    ) as request
$$;

revoke all on function pathfinder.acting_user() from public, anon, authenticated, service_role;

comment on function pathfinder.acting_user() is
    'Who is behind the current statement: the dashboard''s person, the API''s token, or the role.';

-- source: shared/add_to_counter.sql
-- Adds an amount to one of the counters that stats() reads instead of counting rows. Each count is spread over
-- shards, and a transaction takes one that no other is using, with the same advisory lock as count_webhook: no
-- transaction ever waits for another here.
-- Returns: nothing.
-- Example: select pathfinder.add_to_counter('detections', '2026-11-20', '{vp}', 1);
create or replace function pathfinder.add_to_counter(subject text, day date, label text[], amount bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    lock_space constant integer := hashtext('pathfinder.webhook_counters');
    shard smallint := pg_backend_pid() % 16;
begin
    while not pg_try_advisory_xact_lock(lock_space, shard) loop
        shard := shard + 1;
    end loop;

    insert into pathfinder.counters as counter (subject, day, label, shard, count)
    values (add_to_counter.subject, add_to_counter.day, add_to_counter.label, shard, add_to_counter.amount)
    on conflict on constraint counters_pkey do update
    set count = counter.count + excluded.count;
end
$$;

revoke all on function pathfinder.add_to_counter(text, date, text[], bigint)
    from public, anon, authenticated, service_role;

comment on function pathfinder.add_to_counter(text, date, text[], bigint) is
    'Adds an amount to a counter; no transaction waits for another here.';

-- source: shared/after_quiet_hours.sql
-- The first moment, from a given one on, that is not in a channel's quiet hours. They are half-open, and local to a
-- time zone; from later than to spans midnight.
-- Returns: the moment itself outside of them, and where there are none.
-- Example: select pathfinder.after_quiet_hours(now(), '{"from": "22:00", "to": "07:00"}', 'Europe/Berlin');
create or replace function pathfinder.after_quiet_hours(moment timestamptz, quiet_hours jsonb, time_zone text)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
    begins time;
    ends time;
    local timestamp;
begin
    if coalesce(jsonb_typeof(quiet_hours), 'null') <> 'object' then
        return moment;
    end if;
    begins := (quiet_hours ->> 'from')::time;
    ends := (quiet_hours ->> 'to')::time;
    local := moment at time zone time_zone;
    if begins < ends then
        if local::time < begins or local::time >= ends then
            return moment;
        end if;
    elsif local::time >= ends and local::time < begins then
        return moment;
    end if;
    return greatest(
        moment,
        pathfinder.local_instant(local::date + case when local::time >= ends then 1 else 0 end + ends, time_zone)
    );
end
$$;

revoke all on function pathfinder.after_quiet_hours(timestamptz, jsonb, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.after_quiet_hours(timestamptz, jsonb, text) is
    'The first moment that is not in a channel''s quiet hours.';

-- source: shared/age_in_words.sql
-- How long ago something was, for a sentence: the largest whole unit.
-- Returns: "40 seconds", "25 minutes", "3 hours", "2 days"; null for null.
-- Example: select pathfinder.age_in_words(interval '1 hour 59 minutes');   -- 119 minutes
create or replace function pathfinder.age_in_words(age interval)
returns text
language sql
immutable
set search_path = ''
as $$
    select case
        when seconds < 120 then seconds || ' seconds'
        when seconds < 7200 then seconds / 60 || ' minutes'
        when seconds < 172800 then seconds / 3600 || ' hours'
        else seconds / 86400 || ' days'
    end
    from (select greatest(extract(epoch from age), 0)::bigint as seconds) as whole
$$;

revoke all on function pathfinder.age_in_words(interval) from public, anon, authenticated, service_role;

comment on function pathfinder.age_in_words(interval) is 'How long ago something was, for a sentence.';

-- source: shared/audit_row.sql
-- Trigger, after each row of a table that people edit: notes who changed what. Of a changed row the columns with what
-- they were and became; never a channel's config, which may hold addresses, nor whom a suppression is about, who may
-- want to be forgotten.
-- Returns: null.
-- Example: update public.settings set digest_size = 20;
create or replace function pathfinder.audit_row()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    before constant jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) else '{}' end;
    after constant jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else '{}' end;
    kept constant text[] := array['config', 'key', 'reason', 'value', 'updated_at', 'created_at'];
    changed jsonb;
begin
    if before - 'updated_at' = after - 'updated_at' then
        return null;
    end if;
    select jsonb_object_agg(
        name, case when name = any (kept) then '{}' else jsonb_build_object('from', before -> name, 'to', after -> name) end
    )
    into changed
    from jsonb_object_keys(before || after) as name
    where before -> name is distinct from after -> name and name not in ('key', 'updated_at', 'created_at');
    perform pathfinder.write_audit(
        tg_table_name, lower(tg_op),
        jsonb_strip_nulls(jsonb_build_object(
            'name', coalesce(after ->> 'name', before ->> 'name', after ->> 'id', before ->> 'id'), 'changed', changed
        ))
    );
    return null;
end
$$;

revoke all on function pathfinder.audit_row() from public, anon, authenticated, service_role;

comment on function pathfinder.audit_row() is 'Trigger: notes who changed a row.';

-- source: shared/canonical_time_zone.sql
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

-- source: shared/check_announced_changes.sql
-- Refuses what settings.announced_changes cannot be, and says what to write instead.
-- Returns: nothing.
-- Raises: 23514.
-- Example: select pathfinder.check_announced_changes('{"digest": ["new"], "alert": []}');
create or replace function pathfinder.check_announced_changes(announced jsonb)
returns void
language plpgsql
immutable
set search_path = ''
as $$
declare
    kinds constant text[] := '{new,promotion,demotion,role,moved,left}';
    problem text;
begin
    select case
        when jsonb_typeof(announced) is distinct from 'object' then 'it is to be an object'
        when not announced ?& '{digest,alert}' then 'it is to say both digest and alert'
        else (
            select string_agg(
                case
                    when given.key not in ('digest', 'alert') then format('%s is not known: it can be digest or alert', given.key)
                    when not pathfinder.is_list_of(given.value, 'string', 0) then format('%s must be a list', given.key)
                    when not given.value <@ to_jsonb(kinds) then
                        format('%s can hold %s', given.key, array_to_string(kinds, ', '))
                end,
                '; '
            )
            from jsonb_each(announced) as given
        )
    end
    into problem;
    if problem is not null then
        raise check_violation using
            message = 'announced_changes: ' || problem,
            hint = 'For example {"digest": ["new", "promotion", "moved", "role", "left"], "alert": ["new", "promotion"]}.';
    end if;
end
$$;

revoke all on function pathfinder.check_announced_changes(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.check_announced_changes(jsonb) is 'Refuses what settings.announced_changes cannot be.';

-- source: shared/check_settings.sql
-- Trigger on settings: refuse what cannot be, in words that say what to write instead; tidy what is merely untidy.
-- It runs before the checks of the table, which would only name themselves. Nothing else happens at an edit: the
-- next tick reads the new values, and the ledger's names of periods do not depend on them. It has its owner's
-- rights, because whoever may edit the settings may not call the schedule's functions.
-- Returns: the row, tidied.
-- Raises: 23514.
-- Example: update public.settings set time_zone = 'Europe/Berln';  -- refused: Did you mean Europe/Berlin?
create or replace function pathfinder.check_settings()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    written text;
    zone text;
    day_name text;
    suggestions text[];
    entry record;
begin
    if tg_op = 'DELETE' then
        raise check_violation using
            message = 'the one row of settings cannot be deleted',
            hint = 'Edit its values instead.';
    end if;

    if tg_op = 'INSERT' or new.time_zone is distinct from old.time_zone then
        written := btrim(new.time_zone);
        zone := pathfinder.canonical_time_zone(written);
        if upper(written) in ('EST', 'MST', 'HST') then
            raise check_violation using
                message = format('time_zone: %s never changes to summer time', upper(written)),
                hint = 'Write a place instead: '
                    || case upper(written)
                        when 'EST' then 'America/New_York, or America/Panama where there is no summer time.'
                        when 'MST' then 'America/Denver, or America/Phoenix where there is no summer time.'
                        else 'Pacific/Honolulu.'
                    end;
        elsif zone is null and new.time_zone is not null then
            suggestions := pathfinder.nearest_time_zones(written);
            raise check_violation using
                message = format('time_zone: %L is not a known time zone', left(new.time_zone, 60)),
                hint = case
                    when suggestions = '{}' then 'Write a continent and a city, such as America/New_York.'
                    else 'Did you mean ' || array_to_string(suggestions, ', or ') || '?'
                end;
        end if;
        new.time_zone := zone;
    end if;

    -- Three letters of a day are enough to know it.
    select day.name into day_name
    from unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) as day (name)
    where length(btrim(new.digest_day)) >= 3 and starts_with(day.name, lower(btrim(new.digest_day)));
    if day_name is null and new.digest_day is not null then
        raise check_violation using
            message = format('digest_day: %L is not a day of the week', left(new.digest_day, 40)),
            hint = 'Write monday, tuesday, wednesday, thursday, friday, saturday or sunday.';
    end if;
    new.digest_day := day_name;

    for entry in
        values
            ('digest_time', new.digest_time),
            ('month_end_time', new.month_end_time),
            ('housekeeping_time', new.housekeeping_time)
    loop
        if entry.column2 = '24:00' then
            raise check_violation using
                message = format('%s: 24:00 is not a time of day', entry.column1),
                hint = 'Write a time from 00:00 to 23:59.';
        end if;
    end loop;

    if new.digest_size not between 1 and 100 then
        raise check_violation using
            message = format('digest_size: a digest message holds 1 to 100 people, not %s', new.digest_size),
            hint = 'Ten is usual; everybody else comes in part 2, part 3 and so on.';
    elsif new.digest_messages not between 1 and 20 then
        raise check_violation using
            message = format('digest_messages: a channel gets 1 to 20 messages a digest, not %s', new.digest_messages),
            hint = 'Three are usual; everybody else stands behind the link.';
    end if;
    perform pathfinder.check_announced_changes(new.announced_changes);
    new.profile_url_template := nullif(btrim(new.profile_url_template), '');
    if new.profile_url_template !~ '^https?://[^][\s{}"<>\\^`|]+$'
        and new.profile_url_template !~
            '^https?://[^][\s{}"<>\\^`|]*(\{(user_id|username)\}[^][\s{}"<>\\^`|]*)+$'
        or new.profile_url_template !~ '\{(user_id|username)\}' then
        raise check_violation using
            message = 'profile_url_template: it is to be an address with {user_id} or {username} in it',
            hint = 'For example https://community.example.com/users/{user_id}; empty: what the community''s API says.';
    end if;

    for entry in
        values
            ('event_retention', new.event_retention, '1 day', null, '14 days'),
            ('history_retention', new.history_retention, '7 days', null, '90 days'),
            ('detection_retention', new.detection_retention, '62 days', null, '2 years'),
            ('link_lifetime', new.link_lifetime, '1 minute', '365 days', '7 days'),
            ('dedup_window', new.dedup_window, '0', '30 days', '24 hours'),
            ('enrichment_wait', new.enrichment_wait, '0', '24 hours', '30 minutes'),
            ('alert_delay', new.alert_delay, '0', '1 hour', '2 minutes'),
            ('hold_window', new.hold_window, '0', '24 hours', '15 minutes'),
            ('silence_alarm', new.silence_alarm, '1 hour', null, '3 days')
    loop
        if entry.column2 < entry.column3::interval or entry.column2 > entry.column4::interval then
            raise check_violation using
                message = format(
                    '%s: %s is too %s',
                    entry.column1,
                    entry.column2,
                    case when entry.column2 < entry.column3::interval then 'short' else 'long' end
                ),
                hint = format(
                    'Write at least %s%s; for example %s.',
                    entry.column3,
                    ', at most ' || entry.column4,
                    entry.column5
                );
        end if;
    end loop;

    new.updated_at := now();
    return new;
end
$$;
revoke all on function pathfinder.check_settings() from public, anon, authenticated, service_role;
comment on function pathfinder.check_settings() is 'Refuses settings that cannot be, and says what to write instead.';

-- source: shared/clean_text.sql
-- Replaces control characters and line separators by spaces, and composes accents (Unicode NFC).
-- Returns: text; null for null.
-- Example: select pathfinder.clean_text(E'VP\tSales');  -- VP Sales
create or replace function pathfinder.clean_text(content text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
    if content ~ '^[ -~]*$' then
        return content;
    end if;
    return normalize(
        regexp_replace(content, '[\u0001-\u001f\u007f-\u00a0\u2028\u2029\u3000\ufeff]+', ' ', 'g'), NFC
    );
end
$$;

revoke all on function pathfinder.clean_text(text) from public, anon, authenticated, service_role;

comment on function pathfinder.clean_text(text) is 'Replaces control characters by spaces, and composes accents.';

-- source: shared/country_name.sql
-- What a country is called in English, for messages and pages.
-- Returns: the name; null for null and for what is no code.
-- Example: select pathfinder.country_name('ES');  -- Spain
create or replace function pathfinder.country_name(code text)
returns text
language sql
stable
strict
parallel safe
set search_path = ''
as $$
    select countries.name
    from public.countries
    where countries.code = upper(country_name.code)
$$;

revoke all on function pathfinder.country_name(text) from public, anon, authenticated, service_role;

comment on function pathfinder.country_name(text) is 'What a country is called in English.';

-- source: shared/decode_entities.sql
-- Replaces the entities of HTML, by name and by number, once. A name without its semicolon counts where no letter
-- follows.
-- Returns: text; what is no entity stays. Half characters and numbers that stand for none become U+FFFD.
-- Example: select pathfinder.decode_entities('R&amp;D &#8211; Caf&eacute;');  -- R&D – Café
create or replace function pathfinder.decode_entities(content text)
returns text
language plpgsql
stable
strict
parallel safe
set search_path = ''
as $$
begin
    return (
        with pieces as (
            select split.position, split.written, split.position > 1 and left(split.written, 1) ~ '[#A-Za-z]' as may_be_one
            from unnest(string_to_array(decode_entities.content, '&')) with ordinality as split (written, position)
        ),
        named as materialized (
            select
                pieces.position,
                pieces.written,
                case
                    when not pieces.may_be_one then null
                    when left(pieces.written, 34) ~ '^#?[A-Za-z0-9]+;' then split_part(pieces.written, ';', 1)
                    -- Without its semicolon.
                    else substring(pieces.written from '^((?:#|#[xX])?[A-Za-z0-9]+)(?![A-Za-z0-9=])')
                end as name
            from pieces
        ),
        numbered as materialized (
            select
                named.position,
                named.written,
                named.name,
                case
                    when named.name ~ '^#[0-9]{1,8}$' then substr(named.name, 2)::integer
                    when named.name ~ '^#[xX][0-9a-fA-F]{1,6}$'
                        then ('x' || lpad(substr(named.name, 3), 8, '0'))::bit(32)::integer
                end as code,
                substr(
                    named.written,
                    length(named.name)
                        + case when substr(named.written, length(named.name) + 1, 1) = ';' then 2 else 1 end
                ) as rest
            from named
        ),
        decoded as (
            select
                numbered.*,
                -- Two halves of one character, with nothing between them.
                lag(numbered.code) over inline as code_before,
                lag(numbered.rest) over inline as rest_before,
                lead(numbered.code) over inline as code_after
            from numbered
            window inline as (order by numbered.position)
        )
        select string_agg(
            case
                when decoded.position = 1 then decoded.written
                when decoded.code is null then coalesce(
                    (select entity.content from pathfinder.html_entities as entity where entity.name = decoded.name)
                        || decoded.rest,
                    '&' || decoded.written
                )
                when decoded.code between 56320 and 57343
                    and decoded.code_before between 55296 and 56319
                    and decoded.rest_before = ''
                    then chr(65536 + (decoded.code_before - 55296) * 1024 + decoded.code - 56320) || decoded.rest
                when decoded.code between 55296 and 56319
                    and decoded.code_after between 56320 and 57343
                    and decoded.rest = '' then ''
                when decoded.code between 128 and 159
                    -- What Windows put there.
                    then substr('€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ', decoded.code - 127, 1) || decoded.rest
                when decoded.code between 1 and 55295 or decoded.code between 57344 and 1114111
                    then chr(decoded.code) || decoded.rest
                else U&'\FFFD' || decoded.rest
            end,
            '' order by decoded.position)
        from decoded
    );
end
$$;

revoke all on function pathfinder.decode_entities(text) from public, anon, authenticated, service_role;

comment on function pathfinder.decode_entities(text) is 'Replaces the entities of HTML, once.';

-- source: shared/decode_percent.sql
-- Undoes percent-encoding.
-- Returns: the decoded text; the same text where the bytes are no UTF-8.
-- Example: select pathfinder.decode_percent('Vice%20President');  -- Vice President
create or replace function pathfinder.decode_percent(content text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
    return convert_from(
        (
            select string_agg(
                case
                    when piece.position = 1 then convert_to(translate(piece.written, '+', ' '), 'UTF8')
                    when piece.written ~ '^[0-9A-Fa-f]{2}' then
                        decode(left(piece.written, 2), 'hex')
                            || convert_to(translate(substr(piece.written, 3), '+', ' '), 'UTF8')
                    else convert_to('%' || translate(piece.written, '+', ' '), 'UTF8')
                end,
                '' order by piece.position)
            from unnest(string_to_array(content, '%')) with ordinality as piece (written, position)
        ),
        'UTF8'
    );
exception
    when character_not_in_repertoire or untranslatable_character then
        return content;
end
$$;

revoke all on function pathfinder.decode_percent(text) from public, anon, authenticated, service_role;

comment on function pathfinder.decode_percent(text) is 'Undoes percent-encoding.';

-- source: shared/decode_text.sql
-- Undoes what a platform's editor, a form or a mail made of a text: entities by name and number (also encoded twice),
-- tags, %20 and the like where the whole value is encoded, characters that nobody sees. Mojibake stays as it is.
-- Decoding what is decoded already changes nothing, and plain text costs nothing.
-- Returns: text without blanks at its ends; null for null. Half characters (lone surrogates) become U+FFFD.
-- Example: select pathfinder.decode_text('<p>Founder &amp;amp; CEO</p>');  -- Founder & CEO
create or replace function pathfinder.decode_text(content text)
returns text
language plpgsql
stable
strict
parallel safe
set search_path = ''
as $$
declare
    decoded text := content;
    before_it text;
begin
    -- All of ASCII that can be seen, but for % & and <.
    if decoded ~ '^[!-$''-;=-~](?:[ -$''-;=-~]*[!-$''-;=-~])?$' then
        return decoded;
    end if;
    if decoded ~ '%[0-9A-Fa-f]{2}' and decoded !~ '[^-A-Za-z0-9_.~!*''()+,;:@/%]' then
        decoded := pathfinder.decode_percent(decoded);
    end if;
    for round in 1..3 loop
        exit when decoded !~ '[&<]';
        before_it := decoded;
        if decoded ~ '<[A-Za-z/!]' then
            decoded := regexp_replace(decoded, '<!--.*?-->|<(script|style)\M[^>]*>.*?</\1 *>', ' ', 'gi');
            decoded := regexp_replace(
                decoded, '</?(?:b|i|u|s|em|strong|span|small|big|sub|sup|font|a|mark|code|abbr|wbr|o:p)(?:\s[^<>]*)?/?>', '', 'gi');
            decoded := regexp_replace(
                decoded,
                '</?(?:p|br|div|ul|ol|li|h[1-6]|hr|table|tbody|thead|tr|td|th|blockquote|pre|section|article|header|footer|main|nav'
                '|figure|img|label|center|body|html|head|title|meta|link|input|button|form|script|style|iframe|svg|video|audio)'
                '(?:\s[^<>]*)?/?>',
                ' ', 'gi');
        end if;
        if strpos(decoded, '&') > 0 then
            decoded := pathfinder.decode_entities(decoded);
        end if;
        exit when decoded = before_it;
    end loop;
    if octet_length(decoded) <> length(decoded) then
        -- Soft hyphens, zero-width blanks, marks of direction, byte order marks, tags; and joiners, which shape
        -- Persian or emoji, where they stand beside ASCII or at an end.
        decoded := regexp_replace(
            decoded,
            '[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]+'
            '|^[\u200c\u200d]+|[\u200c\u200d]+$|(?<=[ -~])[\u200c\u200d]+|[\u200c\u200d]+(?=[ -~])',
            '', 'g');
    end if;
    return btrim(regexp_replace(
        decoded, '[\u0001-\u0020\u007f-\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g'));
end
$$;

revoke all on function pathfinder.decode_text(text) from public, anon, authenticated, service_role;

comment on function pathfinder.decode_text(text) is 'Undoes entities, tags, %20 and invisible characters.';

-- source: shared/encode_uri_part.sql
-- Encodes a text so that it stands for itself within a part of a URL: all but unreserved characters as %XX of UTF-8.
-- Returns: text; null for null.
-- Example: select pathfinder.encode_uri_part('a/b é');  -- a%2Fb%20%C3%A9
create or replace function pathfinder.encode_uri_part(part text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
    if part ~ '^[A-Za-z0-9._~-]*$' then
        return part;
    end if;
    return (
        select string_agg(
            case
                when chr(octet.value) ~ '[A-Za-z0-9._~-]' then chr(octet.value)
                else '%' || upper(lpad(to_hex(octet.value), 2, '0'))
            end,
            '' order by place
        )
        from convert_to(part, 'UTF8') as bytes
        cross join generate_series(0, length(bytes) - 1) as place
        cross join lateral (select get_byte(bytes, place) as value) as octet
    );
end
$$;

revoke all on function pathfinder.encode_uri_part(text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.encode_uri_part(text) is
    'Encodes a text for a part of a URL.';

-- source: shared/field_key.sql
-- Reduces a field's label to what tells it from others: no case, white space, dashes and underscores.
-- Returns: text; null for null.
-- Example: select pathfinder.field_key('Job_Title');  -- jobtitle
create or replace function pathfinder.field_key(label text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
    return lower(translate(label, E' \t\u00a0_-', ''));
end
$$;

revoke all on function pathfinder.field_key(text) from public, anon, authenticated, service_role;
-- Whoever edits field_registry evaluates its index.
grant execute on function pathfinder.field_key(text) to service_role;

comment on function pathfinder.field_key(text) is 'A field''s label without case, white space, dashes and underscores.';

-- source: shared/find_country.sql
-- The country that a text names, in any of some forty languages, by code, by a usual short form or by its flag.
-- Of a text in parts ("Schweiz / Suisse", "Germany (DE)") each part must name the same country: "Atlanta, Georgia"
-- is no country.
-- Returns: the ISO 3166 code of two letters; null where the text names none, or more than one.
-- Example: select pathfinder.find_country('España');  -- ES
create or replace function pathfinder.find_country(written text)
returns text
language plpgsql
stable
strict
parallel safe
set search_path = ''
as $$
declare
    flags constant text := '🇦🇧🇨🇩🇪🇫🇬🇭🇮🇯🇰🇱🇲🇳🇴🇵🇶🇷🇸🇹🇺🇻🇼🇽🇾🇿';
    plain text := left(find_country.written, 200);
    key text;
    found text;
begin
    -- A flag is its two letters, in signs of their own. Without a regular expression where there is none: of those a
    -- backend keeps few.
    if octet_length(plain) > length(plain) and plain <> translate(plain, flags, '') then
        plain := translate(
            regexp_replace(plain, '([🇦-🇿]{2})', '/\1/', 'g'), flags, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
        );
    end if;
    key := pathfinder.name_key(plain);
    select country_names.code into found
    from pathfinder.country_names
    -- A few names have a meaning of their own with their accents: "Áo" is Austria in Vietnamese, and AO Angola.
    where country_names.name in (key, lower(plain))
    order by country_names.name = key
    limit 1;
    if found is null and (key like 'the %' or plain <> translate(plain, '/|(),;:·•–—-', '')) then
        select min(country_names.code) into found
        from regexp_split_to_table(plain, '[/|(),;:·•–—-]+') as part
        cross join lateral regexp_replace(pathfinder.name_key(part), '^the ', '') as part_key
        left join pathfinder.country_names on country_names.name = part_key
        where part_key <> ''
        having count(distinct country_names.code) = 1 and count(*) = count(country_names.code);
    end if;
    return found;
end
$$;

revoke all on function pathfinder.find_country(text) from public, anon, authenticated, service_role;

comment on function pathfinder.find_country(text) is 'The code of the country that a text names; null for none.';

-- source: shared/fold_text.sql
-- Folds a text to the form that rules are matched in: Unicode compatibility forms composed, lower case, no accents,
-- one kind of apostrophe, nothing invisible. Titles and the rules' own literals go through it alike, so
-- "Geschäftsführer", "GESCHÄFTSFÜHRER" and "Geschaftsfuhrer" are the same. (Not by extensions.unaccent: its
-- dictionary differs between versions of Postgres.)
-- Returns: text of at most 500 characters; null for null.
-- Example: select pathfinder.fold_text('ＧＥＳＣＨÄＦＴＳführer');  -- geschaftsfuhrer
create or replace function pathfinder.fold_text(original text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
    folded text := original;
begin
    -- Most titles are plain ASCII and need nothing else.
    if octet_length(folded) = length(folded) then
        return translate(lower(left(folded, 500)), '`', '''');
    end if;
    -- Sorting the marks of a letter takes the square of their number, and a ligature may stand for eighteen letters.
    folded := regexp_replace(left(folded, 500), '([^[:alnum:][:space:] -~]{6})[^[:alnum:][:space:] -~]+', '\1', 'g');
    if folded ~ '[\ufdf0-\ufdff]' then
        folded := left(folded, 100);
    end if;
    folded := left(normalize(folded, nfkd), 500);
    folded := normalize(lower(folded), nfkd);
    folded := regexp_replace(
        folded,
        -- accents of Latin, Greek and Cyrillic; Hebrew points; Arabic vowels and the stretching tatweel
        '[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670'
        -- soft hyphen; zero-width, bidirectional and joining controls; variation selectors; byte order mark
        '\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f'
        '\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]',
        '', 'g'
    );
    -- What decomposition leaves whole.
    folded := translate(folded, 'øłđðħıŧςʼ’‘´`＇′', 'olddhitσ''''''''''''''');
    folded := replace(replace(replace(folded, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
    return normalize(folded, nfkc);
end
$$;

revoke all on function pathfinder.fold_text(text) from public, anon, authenticated, service_role;

comment on function pathfinder.fold_text(text) is
    'Folds case, accents, compatibility forms and invisible characters, for titles and rules alike.';

-- source: shared/hmac_sha256.sql
-- The HMAC-SHA256 of some content under a key, as RFC 2104 has it, from what every Postgres has built in: where a
-- project keeps the extension pgcrypto, or whether it has it, does not matter then.
-- Returns: 32 bytes; null for no key or no content.
-- Example: select encode(pathfinder.hmac_sha256('content', 'key'), 'hex');
create or replace function pathfinder.hmac_sha256(content bytea, key bytea)
returns bytea
language plpgsql
immutable
strict
set search_path = ''
as $$
begin
    return (
        select sha256(pads.outer_pad || sha256(pads.inner_pad || hmac_sha256.content))
        from (
            -- A key is filled up with zeros to a block of 64 bytes; a longer one is hashed first.
            select
                string_agg(set_byte('\x00', 0, get_byte(block.bytes, place) # 54), '\x' order by place) as inner_pad,
                string_agg(set_byte('\x00', 0, get_byte(block.bytes, place) # 92), '\x' order by place) as outer_pad
            from (
                select case when length(key) > 64 then sha256(key) else key end
                    || decode(repeat('00', 64 - case when length(key) > 64 then 32 else length(key) end), 'hex')
            ) as block (bytes)
            cross join generate_series(0, 63) as place
        ) as pads
    );
end
$$;

revoke all on function pathfinder.hmac_sha256(bytea, bytea) from public, anon, authenticated, service_role;

comment on function pathfinder.hmac_sha256(bytea, bytea) is 'The HMAC-SHA256 of some content under a key.';

-- source: shared/is_email_address.sql
-- Whether a JSON value is an e-mail address, alone or as Name <address>. The worker has the same rule.
-- Returns: true or false, never null.
-- Example: select pathfinder.is_email_address('"Board <board@example.com>"');
create or replace function pathfinder.is_email_address(value jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
    select jsonb_typeof(is_email_address.value) = 'string'
        and length(is_email_address.value #>> '{}') <= 320
        and (is_email_address.value #>> '{}')
            ~ ('^(?:[^]<>@",;:()\\[\x01-\x1f\x7f]*<' || spec.address || '>|' || spec.address || ')$')
    from (
        select '[A-Za-z0-9!#$%&''*+/=?^_{|}~-]+(?:\.[A-Za-z0-9!#$%&''*+/=?^_{|}~-]+)*'
            '@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*'
    ) as spec (address)
$$;

revoke all on function pathfinder.is_email_address(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.is_email_address(jsonb) is 'Whether a JSON value is an e-mail address.';

-- source: shared/is_list_of.sql
-- Whether a JSON value is a list whose elements are all of one JSON type. Empty texts do not count as texts.
-- Returns: true or false, never null.
-- Example: select pathfinder.is_list_of('[3, 4]', 'number', 1);
create or replace function pathfinder.is_list_of(list jsonb, element_type text, least_length integer)
returns boolean
language sql
immutable
set search_path = ''
as $$
    select case
        when jsonb_typeof(is_list_of.list) = 'array' then
            jsonb_array_length(is_list_of.list) >= is_list_of.least_length
            and not exists (
                select from jsonb_array_elements(is_list_of.list) as element
                where jsonb_typeof(element) <> is_list_of.element_type
                    or element = '""'
                    or (jsonb_typeof(element) = 'number' and (element #>> '{}')::numeric % 1 <> 0)
            )
        else false
    end
$$;

revoke all on function pathfinder.is_list_of(jsonb, text, integer) from public, anon, authenticated, service_role;

comment on function pathfinder.is_list_of(jsonb, text, integer) is 'Whether a JSON value is a list of one type.';

-- source: shared/is_whole_number.sql
-- Whether a JSON value is a whole number, and no smaller than a given one.
-- Returns: true or false, never null.
-- Example: select pathfinder.is_whole_number('101', 1);
create or replace function pathfinder.is_whole_number(value jsonb, minimum numeric)
returns boolean
language sql
immutable
set search_path = ''
as $$
    select case jsonb_typeof(is_whole_number.value)
        when 'number' then
            (is_whole_number.value #>> '{}')::numeric % 1 = 0
            and (is_whole_number.value #>> '{}')::numeric >= is_whole_number.minimum
        else false
    end
$$;

revoke all on function pathfinder.is_whole_number(jsonb, numeric) from public, anon, authenticated, service_role;

comment on function pathfinder.is_whole_number(jsonb, numeric) is 'Whether a JSON value is a whole number.';

-- source: shared/json_object.sql
-- The JSON object that an argument holds, whichever way the server in front of the database handed it over.
-- PostgREST passes a nested object on as an object, Supabase Lite as a JSON string that holds its text.
-- Returns: the object; {} for null.
-- Raises: 22023 when it is not an object; 22P02 when the text is not JSON.
-- Example: select pathfinder.json_object('"{\"a\": 1}"');  -- {"a": 1}
create or replace function pathfinder.json_object(value jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
    content jsonb := case
        when jsonb_typeof(json_object.value) = 'string' then (json_object.value #>> '{}')::jsonb
        else json_object.value
    end;
begin
    if content is null or jsonb_typeof(content) = 'null' then
        return '{}';
    end if;
    if jsonb_typeof(content) <> 'object' then
        raise exception 'a JSON object is needed, not %', jsonb_typeof(content) using errcode = '22023';
    end if;
    return content;
end
$$;

revoke all on function pathfinder.json_object(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.json_object(jsonb) is 'The JSON object that an argument holds, also as a string.';

-- source: shared/local_instant.sql
-- The instant at which clocks in a time zone show a local time. Where daylight saving leaves the time out, the
-- first instant after the gap; where it shows the time twice, the first of the two. (Postgres alone would say an
-- hour too late in both cases.)
-- Returns: timestamptz; null for null.
-- Raises: 22023 for an unknown zone.
-- Example: select pathfinder.local_instant('2026-03-08 02:30', 'America/New_York');  -- 2026-03-08 07:00:00+00
create or replace function pathfinder.local_instant(local timestamp, zone text)
returns timestamptz
language plpgsql
stable
strict
set search_path = ''
as $$
declare
    instant timestamptz := local at time zone zone;
    -- Longer than any change of a clock, shorter than the time between two.
    day_before timestamptz := instant - interval '26 hours';
    earlier timestamptz;
    low bigint;
    high bigint;
    middle bigint;
begin
    if instant at time zone zone = local then
        -- Of two instants Postgres takes the second. The first has the offset of the day before.
        earlier := (local - (day_before at time zone zone - day_before at time zone 'UTC')) at time zone 'UTC';
        if earlier < instant and earlier at time zone zone = local then
            return earlier;
        end if;
        return instant;
    end if;

    -- In a gap Postgres counts on with the offset from before it, so the gap ended at most its own length ago.
    -- Clocks change at whole seconds.
    high := floor(extract(epoch from instant));
    low := high - ceil(extract(epoch from instant at time zone zone - local)) - 1;
    while high - low > 1 loop
        middle := (low + high) / 2;
        if to_timestamp(middle) at time zone zone > local then
            high := middle;
        else
            low := middle;
        end if;
    end loop;
    return to_timestamp(high);
end
$$;
revoke all on function pathfinder.local_instant(timestamp, text) from public, anon, authenticated, service_role;
comment on function pathfinder.local_instant(timestamp, text) is
    'The instant of a local time: after the gap where daylight saving skips it, the first where it comes twice.';

-- source: shared/lock_member.sql
-- Makes the events of one member take turns, until the transaction ends.
-- Returns: nothing.
-- Raises: 55P03 when the lock is not free within lock_timeout.
-- Example: select pathfinder.lock_member('main', '2000');
create or replace function pathfinder.lock_member(community text, user_id text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    perform pg_advisory_xact_lock(pathfinder.member_lock_key(community, user_id));
end
$$;

revoke all on function pathfinder.lock_member(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.lock_member(text, text) is 'Makes the events of one member take turns, until the transaction ends.';

-- source: shared/member_lock_key.sql
-- Gives the key of a member's advisory lock: 64 bits, so that two members hardly ever share one.
-- Returns: bigint.
-- Example: select pg_try_advisory_xact_lock(pathfinder.member_lock_key('main', '2000'));
create or replace function pathfinder.member_lock_key(community text, user_id text)
returns bigint
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
    return hashtextextended('pathfinder.member:' || community || ':' || user_id, 0);
end
$$;

revoke all on function pathfinder.member_lock_key(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.member_lock_key(text, text) is 'The key of a member''s advisory lock.';

-- source: shared/mend_time_zone.sql
-- Gives settings.time_zone the name that it has today where the server does not know the one that is stored: it was
-- restored from, or upgraded on, a system that had the old names. Nothing that is due waits for a person then.
-- Returns: nothing.
-- Example: select pathfinder.mend_time_zone();
create or replace function pathfinder.mend_time_zone()
returns void
language plpgsql
set search_path = ''
as $$
begin
    perform now() at time zone settings.time_zone from public.settings;
exception when invalid_parameter_value then
    update public.settings
    set time_zone = pathfinder.canonical_time_zone(settings.time_zone)
    where pathfinder.canonical_time_zone(settings.time_zone) is not null;
end
$$;
revoke all on function pathfinder.mend_time_zone() from public, anon, authenticated, service_role;
comment on function pathfinder.mend_time_zone() is
    'Gives settings.time_zone the name of today where the server does not know the one that is stored.';

-- source: shared/name_key.sql
-- Reduces a name to what tells it from others: no case, accents, punctuation and signs; "&" is "and"; initials stand
-- together. Countries and companies are looked up by it. What sounds or looks alike stays different.
-- Returns: text, empty when nothing is left; null for null.
-- Example: select pathfinder.name_key(' J.P. Morgan & Co.™');  -- jp morgan and co
create or replace function pathfinder.name_key(name text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
    -- Trademark signs would become letters.
    key text := pathfinder.fold_text(translate(left(name_key.name, 400), '™℠®©', ''));
begin
    if key ~ '^[a-z0-9]+( [a-z0-9][a-z0-9]+)*$' then
        return key;
    end if;
    key := replace(replace(replace(key, '''', ''), '&amp;', '&'), '&', ' and ');
    -- A plus sign that belongs to a word is told from none: "Canal+" is not "Canal".
    key := replace(replace(key, ' + ', ' and '), '+', ' plus ');
    if key ~ '[./]' then
        key := regexp_replace(key, '\m(\w)[./]', '\1', 'g');
    end if;
    key := case when octet_length(key) = length(key) then btrim(regexp_replace(key, '[^a-z0-9]+', ' ', 'g'))
    else btrim(regexp_replace(
        key,
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7'
        '\u05be\u05c0\u05c3\u05f3\u05f4\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u2000-\u206f\u2190-\u2bff'
        '\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u30fb\ufe30-\ufe6f\U0001f000-\U0001faff]+',
        ' ', 'g'
    )) end;
    return regexp_replace(key, '\m(\w) (?=\w\M)', '\1', 'g');
end
$$;

revoke all on function pathfinder.name_key(text) from public, anon, authenticated, service_role;

comment on function pathfinder.name_key(text) is
    'A name without case, accents and punctuation, by which countries and companies are looked up.';

-- source: shared/nearest_time_zones.sql
-- Names of time zones that look like what somebody wrote, the most alike first, at most three. Alike is what shares
-- pairs of letters, with the whole name or with its city.
-- Returns: text[].
-- Example: select pathfinder.nearest_time_zones('Europe/Berln');  -- {Europe/Berlin,…}
create or replace function pathfinder.nearest_time_zones(written text)
returns text[]
language sql
stable
set search_path = ''
as $$
    with zones as (
        select pg_timezone_names.name
        from pg_timezone_names
        where pg_timezone_names.name ~ '^[A-Z][A-Za-z_]+/' and pg_timezone_names.name !~ '^(Etc|SystemV)/'
    ),
    spellings as (
        select zones.name, lower(zones.name) as spelling from zones
        union all
        select zones.name, lower(regexp_replace(zones.name, '^.*/', '')) from zones
    ),
    wanted as (
        select array(
            select distinct substr(normalised.text, place, 2)
            from (select lower(translate(btrim(left(written, 60)), ' ', '_')) as text) as normalised,
                generate_series(1, greatest(length(normalised.text) - 1, 1)) as place
        ) as pairs
    ),
    alike as (
        select
            spellings.name,
            2.0 * count(*) filter (where pair.pair = any (wanted.pairs))
                / (count(*) + max(cardinality(wanted.pairs))) as likeness
        from spellings
        cross join wanted
        cross join lateral (
            select distinct substr(spellings.spelling, place, 2) as pair
            from generate_series(1, length(spellings.spelling) - 1) as place
        ) as pair
        group by spellings.name, spellings.spelling
    ),
    best as (
        select alike.name, max(alike.likeness) as likeness
        from alike
        group by alike.name
        having max(alike.likeness) > 0.5
        order by likeness desc, alike.name
        limit 3
    )
    select coalesce(array_agg(best.name order by best.likeness desc, best.name), '{}') from best;
$$;
revoke all on function pathfinder.nearest_time_zones(text) from public, anon, authenticated, service_role;
comment on function pathfinder.nearest_time_zones(text) is
    'Names of time zones that look like what somebody wrote, the most alike first.';

-- source: shared/parse_json.sql
-- Parses JSON that may be none.
-- Returns: the value; null for what is no JSON.
-- Example: select pathfinder.parse_json('[1, 2]');
create or replace function pathfinder.parse_json(content text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
    return content::jsonb;
exception when data_exception or program_limit_exceeded then
    return null;
end
$$;

revoke all on function pathfinder.parse_json(text) from public, anon, authenticated, service_role;

comment on function pathfinder.parse_json(text) is 'Parses JSON that may be none.';

-- source: shared/random_salt.sql
-- A salt that nobody can guess: two random UUIDs, of the server's strong source, hashed.
-- Returns: 32 bytes.
-- Example: select pathfinder.random_salt();
create or replace function pathfinder.random_salt()
returns bytea
language sql
volatile
set search_path = ''
as $$
    select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
$$;

revoke all on function pathfinder.random_salt() from public, anon, authenticated, service_role;

comment on function pathfinder.random_salt() is 'A salt that nobody can guess.';

-- source: shared/schedule_lock.sql
-- The key of the advisory lock that whoever builds digests and reports holds.
-- Returns: bigint.
-- Example: select pg_try_advisory_xact_lock(pathfinder.schedule_lock());
create or replace function pathfinder.schedule_lock()
returns bigint
language sql
immutable
parallel safe
set search_path = ''
as $$
    select hashtextextended('pathfinder.schedule', 0);
$$;
revoke all on function pathfinder.schedule_lock() from public, anon, authenticated, service_role;
comment on function pathfinder.schedule_lock() is
    'The key of the advisory lock that whoever builds digests and reports holds.';

-- source: shared/stated_value.sql
-- What a field says, unless it is what people and programs write where there is nothing: N/A, none, -, NULL.
-- Returns: the text; null for a placeholder.
-- Example: select pathfinder.stated_value('company', 'n/a');  -- null
create or replace function pathfinder.stated_value(attribute text, content text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
    return case
        when length(content) > 20 or (attribute = 'country' and upper(content) = 'NA') then content  -- Namibia
        when content ~* (
            '^[[:punct:]]*(?:n/?a|n\.\s?a\.?|n/d|s/d|k\. ?a\.?|none|null|nil|nan|nat|undefined|not (?:applicable|available|provided|set|specified)'
            '|no (?:data|company)|blank|empty|unknown|keine angabe|non renseigné|não informado|sin datos|object object|なし|无|無し|없음)'
            '[[:punct:]]*$|^[[:punct:]–—\s]+$|^#(?:ref|value|name|num|div/0)[!?]$'
        ) then null
        else content
    end;
end
$$;

revoke all on function pathfinder.stated_value(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.stated_value(text, text) is 'What a field says, unless it is a placeholder for nothing.';

-- source: shared/unwrap_document.sql
-- Unwraps JSON that arrives as a JSON string, as some gateways and clients send it.
-- Returns: jsonb.
-- Example: select pathfinder.unwrap_document('"[]"');
create or replace function pathfinder.unwrap_document(document jsonb)
returns jsonb
language sql
immutable
set search_path = ''
return case jsonb_typeof(unwrap_document.document)
    when 'string' then (unwrap_document.document #>> '{}')::jsonb
    else unwrap_document.document
end;

revoke all on function pathfinder.unwrap_document(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.unwrap_document(jsonb) is 'Unwraps JSON that arrives as a JSON string.';

-- source: shared/write_audit.sql
-- Notes who did what.
-- Returns: nothing.
-- Example: select pathfinder.write_audit('jobs', 'retry', '{"jobs": 3}');
create or replace function pathfinder.write_audit(subject text, action text, detail jsonb)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
    insert into public.audit (actor, subject, action, detail)
    values (pathfinder.acting_name(), write_audit.subject, write_audit.action, coalesce(write_audit.detail, '{}'))
$$;

revoke all on function pathfinder.write_audit(text, text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.write_audit(text, text, jsonb) is 'Notes who did what.';

-- source: rules/audit_rules.sql
-- Trigger, after a new version of the rules: notes who changed them, and how many.
-- Returns: null.
-- Example: update public.classification_rules set is_active = false where id = 7;
create or replace function pathfinder.audit_rules()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform pathfinder.write_audit(
        'rules', coalesce(new.change ->> 'operation', 'update'),
        jsonb_strip_nulls(jsonb_build_object('version', new.version, 'label', new.label))
    );
    return null;
end
$$;

revoke all on function pathfinder.audit_rules() from public, anon, authenticated, service_role;

comment on function pathfinder.audit_rules() is 'Trigger: notes who changed the rules.';

-- source: rules/begin_rule_edit.sql
-- Trigger, before each statement on classification_rules and levels: edits wait for each other here. The row is
-- updated, not merely locked, so that a transaction that sees an older state of the rules (repeatable read) fails
-- with 40001 instead of compiling without the edit it cannot see.
-- Returns: null.
-- Example: update public.classification_rules set is_active = false where id = 7;
create or replace function pathfinder.begin_rule_edit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    update pathfinder.rule_edits set edited_at = clock_timestamp();
    return null;
end
$$;

revoke all on function pathfinder.begin_rule_edit() from public, anon, authenticated, service_role;

comment on function pathfinder.begin_rule_edit() is 'Trigger: serialises edits of the rules.';

-- source: rules/candidate_rules.sql
-- The rule set that a proposed edit would lead to, checked but not stored. `candidate` is a rule set in the import
-- format, or {"add": [rule, …], "change": [{"id", …}, …], "remove": [id, …]} over the rules as they are, or a list of
-- rules to add; a rule is {"category", "pattern", "kind", "scope", "description", "is_active"}, a phrase and active
-- unless it says otherwise.
-- Returns: an array like rule_versions.rules.
-- Raises: 22023 for what would not be accepted.
-- Example: select pathfinder.candidate_rules('[{"category": "vp", "pattern": "second in command"}]');
create or replace function pathfinder.candidate_rules(candidate jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
    edits jsonb := pathfinder.read_rule_document(candidate);
    proposed jsonb;
    problem text;
begin
    if jsonb_typeof(edits) = 'array' then
        edits := jsonb_build_object('add', edits);
    end if;
    if edits ?| array(select known.level || '_patterns' from public.levels as known) or edits ? 'exclusion_patterns' then
        select coalesce(jsonb_agg(listed.rule), '[]')
        into proposed
        from (
            select to_jsonb(rule) - '{created_at,updated_at,matcher,clues,level}'::text[] as rule
            from public.classification_rules as rule
            where not edits ? (rule.category || '_patterns')
            union all
            select to_jsonb(listed) - 'place' || jsonb_build_object('id', coalesce(known.id, -listed.place))
            from pathfinder.read_rule_config(edits)
                with ordinality as listed (category, kind, scope, pattern, description, is_active, place)
            left join public.classification_rules as known using (category, kind, scope, pattern)
        ) as listed;
    else
        if jsonb_typeof(edits) is distinct from 'object' or edits - '{add,change,remove}'::text[] <> '{}' or edits = '{}' then
            problem := 'it is neither a rule set nor a list of edits.';
        elsif exists (select from jsonb_each(edits) as part where jsonb_typeof(part.value) <> 'array') then
            problem := '"add", "change" and "remove" are lists.';
        else
            select format('there is no rule %s.', wanted.id)
            into problem
            from (
                select entry.value ->> 'id' as id from jsonb_array_elements(edits -> 'change') as entry
                union all
                select entry.value from jsonb_array_elements_text(edits -> 'remove') as entry
            ) as wanted
            where not exists (select from public.classification_rules as rule where rule.id::text = wanted.id)
            limit 1;
        end if;
        if problem is not null then
            raise exception using
                errcode = '22023',
                message = 'The preview cannot be made: ' || problem,
                hint = 'Write {"add": [{"category": "vp", "kind": "phrase", "pattern": "vice president"}], '
                    '"change": [{"id": 7, "is_active": false}], "remove": [8]}, or a whole rule set as export_rules() gives it.';
        end if;
        select coalesce(jsonb_agg(listed.rule), '[]')
        into proposed
        from (
            select to_jsonb(rule) - '{created_at,updated_at,matcher,clues,level}'::text[] || coalesce(change.value, '{}') as rule
            from public.classification_rules as rule
            left join jsonb_array_elements(edits -> 'change') as change on change.value ->> 'id' = rule.id::text
            where not coalesce(edits -> 'remove', '[]') @> to_jsonb(rule.id)
            union all
            select
                '{"kind": "phrase", "scope": "segment", "description": null, "is_active": true}'::jsonb || added.value
                || jsonb_build_object('id', -added.position)
            from jsonb_array_elements(edits -> 'add') with ordinality as added (value, position)
        ) as listed;
        select format('the rule %s is not complete.', entry.value - 'id')
        into problem
        from jsonb_array_elements(proposed) as entry
        where ((entry.value ->> 'category' = 'exclusion' or exists (
                select from public.levels as known where known.level = entry.value ->> 'category'
            ))
            and entry.value ->> 'kind' in ('phrase', 'regex')
            and entry.value ->> 'scope' in ('segment', 'title', case when entry.value ->> 'category' = 'exclusion' then 'person' end)
            and jsonb_typeof(entry.value -> 'pattern') = 'string'
            and jsonb_typeof(entry.value -> 'is_active') = 'boolean') is not true
        limit 1;
        if problem is not null then
            raise exception using
                errcode = '22023',
                message = 'The preview cannot be made: ' || problem,
                hint = format(
                    'A rule has a category (exclusion, %s), a pattern, and perhaps a kind (phrase, regex) and a scope '
                    '(segment, title; exclusions also person).',
                    (select string_agg(known.level, ', ' order by known.rank) from public.levels as known)
                );
        end if;
    end if;

    -- A rule that is in force already has been checked.
    return (
        select coalesce(jsonb_agg(
            entry.value || jsonb_build_object(
                'matcher', checked.matcher,
                'clues', case
                    when known.id is null
                        then pathfinder.clue_words(checked.matcher, entry.value ->> 'category' = 'exclusion')
                    else known.clues
                end
            )
            order by entry.position), '[]')
        from jsonb_array_elements(proposed) with ordinality as entry (value, position)
        left join public.classification_rules as known
            on known.kind = entry.value ->> 'kind'
            and known.pattern = entry.value ->> 'pattern'
            and known.scope = entry.value ->> 'scope'
            and known.category = entry.value ->> 'category'
        cross join lateral (
            select coalesce(
                known.matcher,
                pathfinder.check_pattern(entry.value ->> 'kind', entry.value ->> 'pattern', entry.value ->> 'scope')
            )
        ) as checked (matcher)
    );
end
$$;

revoke all on function pathfinder.candidate_rules(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.candidate_rules(jsonb) is 'The rule set that a proposed edit would lead to.';

-- source: rules/check_example_row.sql
-- Trigger, before each row of rule_examples is written: says the choices when the expected level is none of them.
-- Returns: the row.
-- Raises: 22023 with the choices.
-- Example: insert into public.rule_examples (title, expected) values ('Head of Country', 'csuite');
create or replace function pathfinder.check_example_row()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform pathfinder.refuse_choice('expected', new.expected, array(
        select known.level from public.levels as known order by known.rank) || 'none'::text);
    return new;
end
$$;

revoke all on function pathfinder.check_example_row() from public, anon, authenticated, service_role;

comment on function pathfinder.check_example_row() is 'Trigger: says the choices when an example expects no level.';

-- source: rules/check_function_rule_row.sql
-- Trigger, before each row of function_rules is written: checks it as a rule is checked, and fills in what Postgres
-- matches with.
-- Returns: the row.
-- Raises: 22023 for a function or kind that is none, with the choices; what check_pattern() raises.
-- Example: insert into public.function_rules (function, pattern) values ('finance', 'treasury');
create or replace function pathfinder.check_function_rule_row()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform pathfinder.refuse_choice('function', new.function, array(
        select known.function from public.functions as known order by known.place));
    perform pathfinder.refuse_choice('kind', new.kind, '{phrase,regex}');
    if tg_op = 'UPDATE' then
        new.updated_at := now();
    end if;
    new.matcher := pathfinder.check_pattern(new.kind, new.pattern, 'segment');
    new.clues := pathfinder.clue_words(new.matcher);
    return new;
end
$$;

revoke all on function pathfinder.check_function_rule_row() from public, anon, authenticated, service_role;

comment on function pathfinder.check_function_rule_row() is 'Trigger: checks a rule of a function before it is written.';

-- source: rules/check_level_row.sql
-- Trigger, before each row of levels is written: a level keeps its name, which rules, people and reports hold.
-- Returns: the row.
-- Raises: 22023 for another name.
-- Example: update public.levels set label = 'C-suite' where level = 'csuite';
create or replace function pathfinder.check_level_row()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if tg_op = 'UPDATE' and new.level is distinct from old.level then
        raise exception using
            errcode = '22023',
            message = format('The level %s cannot be renamed.', old.level),
            hint = 'Change its label, which is what people see; or add another level and move the rules to it.';
    end if;
    return new;
end
$$;

revoke all on function pathfinder.check_level_row() from public, anon, authenticated, service_role;

comment on function pathfinder.check_level_row() is 'Trigger: a level keeps its name.';

-- source: rules/check_pattern.sql
-- Checks a rule: that it is valid, does not match everything, and is quick on the worst titles.
-- Returns: the expressions of translate_pattern(), which Postgres matches with.
-- Raises: 22023 with a sentence that a non-programmer understands, and what to write instead.
-- Example: select pathfinder.check_pattern('regex', '\bv\.?p\.?\b', 'segment');
create or replace function pathfinder.check_pattern(kind text, pattern text, scope text)
returns text[]
language plpgsql
volatile
set search_path = ''
as $$
declare
    branches text[] := pathfinder.translate_pattern(kind, pattern, scope);
    matcher text := '(?w)(?:' || array_to_string(branches, '|') || ')';
    probe_matcher text;
    letters text;
    started timestamptz;
    compiled timestamptz;
    is_quick boolean;
    problem text;
begin
    begin
        if '' ~ matcher then
            perform pathfinder.refuse_pattern(
                pattern, 'it matches an empty title, and so every title.',
                'Say what must be there; a part that may be missing needs another that may not: (senior )?vice president');
        end if;
        if 'qxv' ~ matcher and 'zkj wpm' ~ matcher then
            perform pathfinder.refuse_pattern(
                pattern, 'it matches almost every title.', 'Say which words must be there, for example: chief (\w+ )?officer');
        end if;
        letters := btrim(regexp_replace(array_to_string(branches, ' '), '[^[:alpha:]]+', ' ', 'g'));
        -- Five hundred titles a second would be slow; this is a tenth of that for a single rule. A busy machine
        -- takes its time over anything, so only what is slow each time is too slow. The empty group makes
        -- Postgres compile the expression anew.
        is_quick := length(matcher) <= 40 and matcher !~ '[*+{]';
        for attempt in 1..5 loop
            exit when is_quick;
            probe_matcher := matcher || repeat('(?:)', attempt);
            started := clock_timestamp();
            perform '' ~ probe_matcher;
            compiled := clock_timestamp();
            perform count(*)
            from (values
                (repeat('a', 1000)),
                (repeat('a ', 500)),
                (left(repeat(coalesce(nullif(letters, ''), 'x') || ' ', 500), 1000))
            ) as probes (probe)
            where probes.probe ~ probe_matcher;
            is_quick := compiled - started <= interval '250 milliseconds'
                and clock_timestamp() - compiled <= interval '60 milliseconds';
            exit when clock_timestamp() - started > interval '2 seconds';
        end loop;
    exception
        when invalid_regular_expression then
            get stacked diagnostics problem = message_text;
            perform pathfinder.refuse_pattern(
                pattern,
                case
                    when problem ~ 'quantifier' then 'a repeat sign (* + ? or {…}) has nothing before it to repeat.'
                    when problem ~ 'too complex' then 'it is too complicated.'
                    when problem ~ 'range' then 'a range in square brackets runs backwards.'
                    else regexp_replace(problem, '^invalid regular expression: ', '') || '.'
                end,
                'If you only mean words, set kind to "phrase". Otherwise write a sign that you mean as a character '
                'with a backslash before it, or split the rule, for example: (chief|head) of sales');
    end;
    if not is_quick then
        perform pathfinder.refuse_pattern(
            pattern, 'it takes too long to check on long titles.',
            'Avoid repeats inside repeats, such as (\w+ )*; say how many words may stand between: chief (\w+ ){0,3}officer');
    end if;
    return branches;
end
$$;

revoke all on function pathfinder.check_pattern(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.check_pattern(text, text, text) is
    'Checks a rule, refuses a bad one with advice, and returns the expressions to match with.';

-- source: rules/check_rule_row.sql
-- Trigger, before each row of classification_rules is written: checks it and fills in what Postgres matches with, and
-- the rule's clues.
-- Returns: the row.
-- Raises: 22023 for a category, kind or scope that is none, with the choices; what check_pattern() raises.
-- Example: insert into public.classification_rules (category, pattern) values ('vp', 'second in command');
create or replace function pathfinder.check_rule_row()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform pathfinder.refuse_choice('category', new.category, array(
        select known.level from public.levels as known order by known.rank) || 'exclusion'::text);
    perform pathfinder.refuse_choice('kind', new.kind, '{phrase,regex}');
    perform pathfinder.refuse_choice('scope', new.scope,
        case when new.category = 'exclusion' then '{segment,person,title}' else '{segment,title}' end::text[]);
    if tg_op = 'UPDATE' then
        new.updated_at := now();
        if row(new.category, new.pattern, new.kind, new.scope)
            is not distinct from row(old.category, old.pattern, old.kind, old.scope) then
            new.matcher := old.matcher;
            new.clues := old.clues;
            return new;
        end if;
    end if;
    new.matcher := pathfinder.check_pattern(new.kind, new.pattern, new.scope);
    new.clues := pathfinder.clue_words(new.matcher, new.category = 'exclusion');
    return new;
end
$$;

revoke all on function pathfinder.check_rule_row() from public, anon, authenticated, service_role;

comment on function pathfinder.check_rule_row() is 'Trigger: checks a rule before it is written.';

-- source: rules/check_rules.sql
-- What check_rules() answers, with its owner's rights.
-- Returns: as check_rules().
-- Example: select * from pathfinder.check_examples();
create or replace function pathfinder.check_examples()
returns table (title text, expected text, actual text, rule_id bigint, rule text, reason text, note text)
language sql
stable
security definer
set search_path = ''
as $$
    with failing as materialized (
        select *
        from pathfinder.failing_examples(array(select expression from pathfinder.rule_expressions as expression))
    )
    select
        failing.title, failing.expected, failing.actual,
        explained.rule_id, rule.pattern, explained.reason,
        failing.note
    from failing
    join pathfinder.explain_titles(array(select listed.title from failing as listed)) as explained
        on explained.title = failing.title
    left join public.classification_rules as rule on rule.id = explained.rule_id
    union all
    select null, known.level, 'none', null, null, format('No active rule finds the level %s.', known.level), null
    from public.levels as known
    where known.is_on
        and not exists (
            select from public.classification_rules as rule where rule.level = known.level and rule.is_active
        )
$$;

revoke all on function pathfinder.check_examples() from public, anon, authenticated, service_role;
grant execute on function pathfinder.check_examples() to service_role;

comment on function pathfinder.check_examples() is 'What check_rules() answers.';

-- Lists the examples that the rules in force get wrong, each with the rule to blame; nothing if all is well.
-- Returns: `rule_id` and `rule` are the rule that gave the wrong level or the exclusion that kept the title out, null
--   where no rule finds it. A level that is on and has no active rule is a row without a title.
-- Example: select * from public.check_rules();
create or replace function public.check_rules()
returns table (title text, expected text, actual text, rule_id bigint, rule text, reason text, note text)
language sql
stable
set search_path = ''
as $$
    select checked.* from pathfinder.check_examples() as checked
$$;

revoke all on function public.check_rules() from public, anon, authenticated, service_role;
grant execute on function public.check_rules() to service_role;

comment on function public.check_rules() is 'The examples that the rules in force get wrong, with the rule to blame.';

-- source: rules/classify.sql
-- Classifies a title by the rules in force. Most titles have none of the words that an office needs, and are done
-- with after one look into an index.
-- Returns: the level (null for none), the rule that decided (its description, or else its pattern; null without a
--   level), the version of the rules (null if there are none yet), and what find_functions() reads (null without a
--   level).
-- Example: select * from pathfinder.classify('Former CFO, now CEO');  -- csuite | Chief executive | 1 | {ceo}
create or replace function pathfinder.classify(
    title text,
    out level text,
    out matched_rule text,
    out rules_version bigint,
    out charges text[]
)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
    parts text[];
    words text[];
    has_clue boolean;
    verdict record;
begin
    -- Plain words need no normalising to be compared with clues. (read_title() cuts off what is longer, splits
    -- "GroupPresident" and joins "c e o".)
    if length(title) <= 500 and title ~ '^[A-Za-z0-9 ]*$' and title !~ '[a-z][A-Z]|[A-Z]{2}[a-z]'
        and ' ' || title || ' ' not like '% _ _ _ %' then
        words := string_to_array(lower(title), ' ');
    else
        parts := pathfinder.read_title(title);
        words := pathfinder.title_words(array_to_string(parts, ' '));
    end if;

    select
        edits.version,
        exists (
            select from pathfinder.rule_clues as clue where clue.word = any (words || ''::text) and clue.finds_people
        )
    into rules_version, has_clue
    from pathfinder.rule_edits as edits;
    if has_clue is not true or words is null then
        return;
    end if;

    parts := coalesce(parts, pathfinder.read_title(title));
    verdict := pathfinder.match_title(parts, pathfinder.expressions_for(words));
    level := verdict.level;
    if level is not null then
        charges := verdict.charges;
        matched_rule := (pathfinder.find_rule(verdict.decisive, verdict.level, verdict.scope)).name;
    end if;
end
$$;

revoke all on function pathfinder.classify(text) from public, anon, authenticated, service_role;

comment on function pathfinder.classify(text) is 'Classifies a title by the rules in force: level, the rule that decided, version.';

-- source: rules/classify_title.sql
-- What classify_title() answers, with its owner's rights.
-- Returns: as classify_title().
-- Example: select * from pathfinder.judge_title('Sr. VP Mktg @ Acme');
create or replace function pathfinder.judge_title(
    title text,
    out is_senior boolean,
    out seniority_level text
)
language sql
stable
security definer
set search_path = ''
as $$
    select judged.level is not null, judged.level
    from pathfinder.classify(judge_title.title) as judged
$$;

revoke all on function pathfinder.judge_title(text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.judge_title(text) to service_role;

comment on function pathfinder.judge_title(text) is 'What classify_title() answers.';

-- Whether a title is an executive's, by the rules in force.
-- Returns: {"is_senior", "seniority_level": "csuite" | "vp" | … | null}.
-- Example: select * from public.classify_title('Sr. VP Mktg @ Acme');  -- true | vp
create or replace function public.classify_title(
    title text,
    out is_senior boolean,
    out seniority_level text
)
language sql
stable
set search_path = ''
as $$
    select judged.is_senior, judged.seniority_level from pathfinder.judge_title(classify_title.title) as judged;
$$;

revoke all on function public.classify_title(text) from public, anon, authenticated, service_role;
grant execute on function public.classify_title(text) to service_role;

comment on function public.classify_title(text) is 'Whether a title is a senior executive''s: {"is_senior", "seniority_level"}.';

-- source: rules/classify_titles.sql
-- What classify_titles() answers, with its owner's rights. Each distinct title is judged once, and one rule after the
-- other is tried on what decided, so that its expression is compiled once.
-- Returns: as classify_titles(), and for executives what may say what they are in charge of, as match_title() does.
-- Example: select * from pathfinder.classify_many('{CFO,Gardener}');
create or replace function pathfinder.classify_many(titles text[])
returns table (title text, seniority_level text, matched_rule text, charges text[])
language sql
stable
security definer
set search_path = ''
as $$
    with judged as materialized (
        select verdict.title, verdict.level, verdict.decisive, verdict.scope, verdict.charges
        from pathfinder.judge_titles(classify_many.titles, array(
            select expression from pathfinder.rule_expressions as expression
        )) as verdict
        where verdict.level is not null
    ),
    decisive as materialized (
        select distinct judged.level, judged.decisive, judged.scope, pathfinder.title_words(judged.decisive) as words
        from judged
    ),
    ruled as materialized (
        select found.level, found.decisive, found.scope, min(rule.id) as id
        from public.classification_rules as rule
        cross join lateral (
            select decisive.level, decisive.decisive, decisive.scope
            from decisive
            where decisive.level = rule.level
                and decisive.scope = rule.scope
                and coalesce(rule.clues && decisive.words, true)
                and decisive.decisive ~ ('(?w)' || array_to_string(rule.matcher, '|'))
            offset 0
        ) as found
        where rule.is_active
        group by found.level, found.decisive, found.scope
    )
    select given.title, judged.level, coalesce(nullif(btrim(rule.description), ''), rule.pattern), judged.charges
    from unnest(classify_many.titles) with ordinality as given (title, position)
    left join judged on judged.title = given.title
    left join ruled
        on ruled.level = judged.level and ruled.decisive = judged.decisive and ruled.scope = judged.scope
    left join public.classification_rules as rule on rule.id = ruled.id
    order by given.position
$$;

revoke all on function pathfinder.classify_many(text[]) from public, anon, authenticated, service_role;
grant execute on function pathfinder.classify_many(text[]) to service_role;

comment on function pathfinder.classify_many(text[]) is 'What classify_titles() answers.';

-- Classifies many titles by the rules in force, as classify_title() does one, in a fraction of the time.
-- Returns: a row for each given title, in their order; `seniority_level` and `matched_rule` are null for whoever is no
--   executive. Over the API, at most as many rows as the project's max_rows (1,000 unless it was changed).
-- Example: select * from public.classify_titles('{Sr. VP Mktg @ Acme,Gardener}');
create or replace function public.classify_titles(titles text[])
returns table (title text, seniority_level text, matched_rule text)
language sql
stable
set search_path = ''
as $$
    select judged.title, judged.seniority_level, judged.matched_rule
    from pathfinder.classify_many(classify_titles.titles) as judged
$$;

revoke all on function public.classify_titles(text[]) from public, anon, authenticated, service_role;
grant execute on function public.classify_titles(text[]) to service_role;

comment on function public.classify_titles(text[]) is
    'Classifies many titles at once: a row for each, with its level and the rule that decided.';

-- source: rules/close_up.sql
-- Resolves the punctuation of a folded title whose meaning hangs on what stands beside it: "c.e.o." is "ceo"; "ceo's"
-- is "ceos", "int'l" "intl"; "gründer*in" and "director/a" lose their gender mark; "(co-)founder" is "cofounder"; an
-- abbreviation beside the words it stands for goes ("certified prosthetist orthotist (cpo)"); a dash or slash with
-- blanks around it ends a part, a slash without is "and"; "&" and "+" are "and".
-- Returns: text; null for null.
-- Example: select pathfinder.close_up('c.e.o. & founder');  -- ceo  and  founder
create or replace function pathfinder.close_up(original text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
    line text := original;
    bracketed text[];
begin
    if strpos(line, '&') > 0 then
        line := replace(replace(line, '&amp;', '&'), '&', ' and ');
    end if;
    -- "the CEO's office" and "VD:s assistent" name an office that is somebody else's: "ceos" is none.
    if strpos(line, '''') > 0 then
        line := regexp_replace(line, '([[:alnum:]])''s(?![[:alnum:]])', '\1s', 'g');
        line := regexp_replace(line, '([[:alnum:]]{2})''(n?[iu]n|l|t|y)(?![[:alnum:]])', '\1\2', 'g');
    end if;
    if strpos(line, ':') > 0 then
        line := regexp_replace(line, '([[:alnum:]]):(s|n|en|ns|na)(?![[:alnum:]])', '\1\2', 'g');
        line := regexp_replace(line, '\m(to|for|of|with|by|under)( the)? ?:', '\1\2 ', 'g');
    end if;
    if strpos(line, '.') > 0 then
        line := regexp_replace(
            line, '(?<![[:alnum:]])([[:alpha:]])\. ?(?=[[:alpha:]](?![[:alnum:]]))', '\1', 'g');
        line := regexp_replace(
            line, '([[:alpha:]]{3})\.(?:e|rice|trice|ne|ve|se|euse)s?(?![[:alpha:]])', '\1', 'g');
        line := regexp_replace(line, '([[:alpha:]]{7})\. |\.{2,}', E'\\1\n', 'g');
    end if;
    if line <> translate(line, '/*_(', '') then
        line := regexp_replace(
            line, '([[:alpha:]]{3})(?:[/*_]|\()(?:a|e|in|innen|trice|rice|ne)(?![[:alnum:]])\)?', '\1', 'g');
        line := regexp_replace(line, '\((s|e|a|co)[- ]?\) ?(?=[[:alpha:]])', '\1', 'g');
        bracketed := regexp_match(line, '([^|;:,()\n]+)\(([a-z]{2,6})\)');
        if bracketed[1] ~ ('\m' || regexp_replace(bracketed[2], '(?<=.)(?=.)', '.*\m', 'g')) then
            line := replace(line, '(' || bracketed[2] || ')', ' ');
        end if;
        bracketed := regexp_match(line, '(?<![[:alnum:]])([a-z]{2,6}) ?\(([^|;:,()\n]+)\)');
        if bracketed[2] ~ ('^' || regexp_replace(bracketed[1], '(?<=.)(?=.)', '[^ ]* (?:\w+ )?', 'g')) then
            line := regexp_replace(line, '(?<![[:alnum:]])' || bracketed[1] || ' ?\(', '(');
        end if;
        line := regexp_replace(line, '/{2,}| /|/ ', E'\n', 'g');
        line := replace(line, '/', ' and ');
    end if;
    if strpos(line, '+') > 0 then
        line := replace(line, '+', ' and ');
    end if;
    if strpos(line, ' -') > 0 or strpos(line, '--') > 0 then
        line := regexp_replace(line, ' -+ |-{2,}', E'\n', 'g');
    end if;
    return line;
end
$$;

revoke all on function pathfinder.close_up(text) from public, anon, authenticated, service_role;

comment on function pathfinder.close_up(text) is
    'Resolves the dots, slashes, dashes and brackets of a folded title.';

-- source: rules/clue_words.sql
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

-- source: rules/compare_rules.sql
-- Compares two rule sets by what the rules are: category, kind, scope and pattern; a rule with the same id and
-- another wording has changed.
-- Returns: {"added": [rule, …], "removed": [rule, …], "changed": [{"id", "before": {…}, "after": {…}}, …], "counts":
--   {"added": n, "removed": n, "changed": n}}, with at most 100 of each listed and, of a changed rule, only what
--   changed.
-- Example: select pathfinder.compare_rules('[]', '[{"id": 1, "category": "vp", "kind": "phrase", "scope": "segment",
--   "pattern": "vp"}]');
create or replace function pathfinder.compare_rules(before jsonb, after jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
    with old_rules as materialized (
        select
            rule.value - '{matcher,clues,id,place}'::text[] as rule,
            (rule.value ->> 'id')::bigint as id,
            jsonb_build_array(rule.value -> 'category', rule.value -> 'kind', rule.value -> 'scope', rule.value -> 'pattern') as wording
        from jsonb_array_elements(compare_rules.before) as rule
    ),
    new_rules as materialized (
        select
            rule.value - '{matcher,clues,id,place}'::text[] as rule,
            (rule.value ->> 'id')::bigint as id,
            jsonb_build_array(rule.value -> 'category', rule.value -> 'kind', rule.value -> 'scope', rule.value -> 'pattern') as wording
        from jsonb_array_elements(compare_rules.after) as rule
    ),
    paired as (
        select new_rules.id, new_rules.rule, coalesce(same.wording, reworded.wording) as old_wording
        from new_rules
        left join old_rules as same on same.wording = new_rules.wording
        left join old_rules as reworded
            on same.wording is null
            and reworded.id = new_rules.id
            and not exists (select from new_rules as kept where kept.wording = reworded.wording)
    ),
    differences as (
        select
            coalesce(paired.id, old_rules.id) as id,
            old_rules.rule as old_rule,
            paired.rule as new_rule,
            case when old_rules.rule is null then 'added' when paired.rule is null then 'removed' else 'changed' end as kind
        from old_rules
        full join paired on paired.old_wording = old_rules.wording
        where old_rules.rule is distinct from paired.rule
    ),
    listed as (
        select
            differences.kind,
            differences.id,
            case differences.kind
                when 'added' then differences.new_rule || jsonb_build_object('id', differences.id)
                when 'removed' then differences.old_rule || jsonb_build_object('id', differences.id)
                else jsonb_build_object(
                    'id', differences.id,
                    'before', (
                        select jsonb_object_agg(field.key, field.value)
                        from jsonb_each(differences.old_rule) as field
                        where field.value is distinct from differences.new_rule -> field.key
                    ),
                    'after', (
                        select jsonb_object_agg(field.key, field.value)
                        from jsonb_each(differences.new_rule) as field
                        where field.value is distinct from differences.old_rule -> field.key
                    )
                )
            end as entry,
            row_number() over (partition by differences.kind order by differences.id) as position
        from differences
    )
    select jsonb_build_object(
        'added', coalesce(jsonb_agg(listed.entry order by listed.id)
            filter (where listed.kind = 'added' and listed.position <= 100), '[]'),
        'removed', coalesce(jsonb_agg(listed.entry order by listed.id)
            filter (where listed.kind = 'removed' and listed.position <= 100), '[]'),
        'changed', coalesce(jsonb_agg(listed.entry order by listed.id)
            filter (where listed.kind = 'changed' and listed.position <= 100), '[]'),
        'counts', jsonb_build_object(
            'added', count(*) filter (where listed.kind = 'added'),
            'removed', count(*) filter (where listed.kind = 'removed'),
            'changed', count(*) filter (where listed.kind = 'changed')
        )
    )
    from listed
$$;

revoke all on function pathfinder.compare_rules(jsonb, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.compare_rules(jsonb, jsonb) is 'What was added, removed and changed between two rule sets.';

-- source: rules/compile_functions.sql
-- Trigger, after each statement on function_rules: compiles the active rules of each function into one expression.
-- Returns: null.
-- Example: update public.function_rules set is_active = false where description = 'Japanese';
create or replace function pathfinder.compile_functions()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    -- Edits wait for each other, as those of the rules do.
    update pathfinder.rule_edits set edited_at = clock_timestamp();
    delete from pathfinder.function_expressions where true;
    insert into pathfinder.function_expressions (function, pattern)
    select rule.function, pathfinder.join_branches(jsonb_agg(to_jsonb(rule.matcher) order by rule.id))
    from public.function_rules as rule
    where rule.is_active
    group by rule.function;
    insert into pathfinder.function_clues (word, function)
    select distinct clue.word, rule.function
    from public.function_rules as rule
    cross join lateral unnest(coalesce(rule.clues, '{""}')) as clue (word)
    where rule.is_active;
    return null;
end
$$;

revoke all on function pathfinder.compile_functions() from public, anon, authenticated, service_role;

comment on function pathfinder.compile_functions() is 'Trigger: compiles the rules of the functions.';

-- source: rules/compile_rules.sql
-- Compiles the active ones of the given rules into what classification matches with, each with the clues of its
-- rules. A title is matched only with what it has a clue of, and takes the longer the more is joined. But a backend
-- keeps no more than 32 expressions compiled, and to compile one takes fifty times as long as to match it. So rules
-- whose clues most executives' titles hold, and those that have none, are joined, for one title needs nearly all of
-- them; the others stay by themselves, and so do letters other than ASCII: joined, they take the square of their
-- length to compile.
-- Returns: rows as in rule_expressions. `rules` is an array as in rule_versions.rules, {"id", "category", "scope",
--   "is_active", "matcher", "clues", …} each; `ranks` the levels that are on with their ranks, {"csuite": 1, …}.
-- Example: select * from pathfinder.compile_rules((select rules from public.rule_versions limit 1), '{"csuite": 1,
--   "vp": 2}');
create or replace function pathfinder.compile_rules(rules jsonb, ranks jsonb)
returns setof pathfinder.rule_expressions
language sql
immutable
set search_path = ''
as $$
    with listed as (
        select
            (element.value ->> 'id')::bigint as id,
            element.value ->> 'category' as category,
            element.value ->> 'scope' as scope,
            element.value -> 'matcher' as matcher,
            nullif(element.value -> 'clues', 'null') as clues
        from jsonb_array_elements(compile_rules.rules) as element
        where (element.value ->> 'is_active')::boolean
            and (element.value ->> 'category' = 'exclusion' or compile_rules.ranks ? (element.value ->> 'category'))
    ),
    -- A rule's branches of one manner, at the end of which so many signs have been written.
    parts as (
        select
            listed.id,
            listed.category,
            listed.scope,
            listed.clues,
            manner.stays_alone,
            jsonb_agg(branch.value) as matcher,
            sum(sum(length(branch.value))) over (
                partition by listed.scope, listed.category, manner.stays_alone, listed.clues is null
                order by listed.id
            ) as signs
        from listed
        cross join lateral jsonb_array_elements_text(listed.matcher) as branch
        cross join lateral (
            select coalesce(branch.value ~ '[^ -~]' or not listed.clues ?| pathfinder.office_words(), false)
        ) as manner (stays_alone)
        group by listed.id, listed.scope, listed.category, listed.clues, manner.stays_alone
    ),
    expressions as (
        select
            parts.category,
            parts.scope,
            parts.stays_alone,
            min(parts.id) as first_rule,
            jsonb_agg(parts.matcher order by parts.id) as matchers,
            case when bool_and(parts.clues is not null) then jsonb_agg(parts.clues) end as clues
        from parts
        group by
            parts.scope,
            parts.category,
            parts.stays_alone,
            parts.clues is null,
            case when parts.stays_alone then parts.id else floor(parts.signs / 4000) end
    )
    select
        (row_number() over (
            order by ranked.rank nulls last, expressions.scope, expressions.stays_alone, expressions.first_rule
        ))::integer,
        expressions.category,
        expressions.scope,
        ranked.rank,
        pathfinder.join_branches(expressions.matchers),
        case when ranked.rank is not null and expressions.scope = 'segment' then
            pathfinder.join_branches(expressions.matchers, loosely => true)
        end,
        case when expressions.clues is not null then array(
            select distinct clue.word
            from jsonb_array_elements(expressions.clues) as rule_clues (words)
            cross join lateral jsonb_array_elements_text(rule_clues.words) as clue (word)
        ) end
    from expressions
    cross join lateral (select (compile_rules.ranks ->> expressions.category)::smallint) as ranked (rank)
$$;

revoke all on function pathfinder.compile_rules(jsonb, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.compile_rules(jsonb, jsonb) is
    'Compiles a rule set into the expressions that classification matches with.';

-- source: rules/count_rules.sql
-- Counts the active rules of a rule set by category, and those that are inactive.
-- Returns: {"exclusion": n, "csuite": n, …, "inactive": n}, a key for every level that is on or has rules.
-- Example: select pathfinder.count_rules('[]');
create or replace function pathfinder.count_rules(rules jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
    with listed as (
        select
            case when (rule.value ->> 'is_active')::boolean then rule.value ->> 'category' else 'inactive' end as category,
            1 as rules
        from jsonb_array_elements(count_rules.rules) as rule
        union all
        select category, 0 from unnest('{exclusion,inactive}'::text[]) as category
        union all
        select known.level, 0 from public.levels as known where known.is_on
    ),
    counted as (
        select listed.category, sum(listed.rules) as rules from listed group by listed.category
    )
    select jsonb_object_agg(counted.category, counted.rules) from counted
$$;

revoke all on function pathfinder.count_rules(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.count_rules(jsonb) is 'Counts the active rules of a rule set by category.';

-- source: rules/default_function_rules.sql
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

-- source: rules/default_rule_examples.sql
-- The examples that a new project starts with: what the default rules must get right, some of each kind.
-- Returns: a row each.
-- Example: select * from pathfinder.default_rule_examples() where expected = 'none';
create or replace function pathfinder.default_rule_examples()
returns table (title text, expected text, note text)
language sql
immutable
set search_path = ''
as $$
    values
    ('CEO | Board Member | Keynote speaker', 'csuite', 'Parts are judged one by one'),
    ('Founder & CEO @ Acme', 'csuite', 'Employers are cut away'),
    ('C.E.O.', 'csuite', 'Dotted abbreviations'),
    ('Chief Data & Analytics Officer', 'csuite', 'An office of several words'),
    ('EVP & CFO', 'csuite', 'The highest office counts'),
    ('Former CFO, now CEO', 'csuite', 'Who is one now, is one'),
    ('President, North America', 'csuite', 'President'),
    ('Chairwoman of the Board', 'csuite', 'Chair'),
    ('Owner/Operator', 'csuite', 'Owner of a business'),
    ('Managing Director', 'csuite', 'Managing director'),
    ('Interim CFO', 'csuite', 'Interim holders'),
    ('Fractional CMO', 'csuite', 'Part-time holders'),
    ('Co-Founder and CTO', 'csuite', 'Founders'),
    ('Geschäftsführender Gesellschafter', 'csuite', 'German'),
    ('Vorstandsvorsitzender', 'csuite', 'German'),
    ('Président-directeur général', 'csuite', 'French'),
    ('Consejera Delegada', 'csuite', 'Spanish'),
    ('Diretor-Presidente', 'csuite', 'Portuguese'),
    ('Amministratore Delegato', 'csuite', 'Italian'),
    ('Algemeen directeur', 'csuite', 'Dutch'),
    ('Verkställande direktör', 'csuite', 'Swedish'),
    ('Adm. dir.', 'csuite', 'Danish'),
    ('Daglig leder', 'csuite', 'Norwegian'),
    ('Toimitusjohtaja', 'csuite', 'Finnish'),
    ('Prezes Zarządu', 'csuite', 'Polish'),
    ('Genel Müdür', 'csuite', 'Turkish'),
    ('代表取締役社長', 'csuite', 'Japanese'),
    ('首席执行官', 'csuite', 'Chinese'),
    ('Sr. VP Mktg @ Acme', 'vp', 'Abbreviations'),
    ('Assistant Vice President', 'vp', 'Every grade'),
    ('VP at Chief Inc', 'vp', 'An employers name does not count'),
    ('Former CEO, now VP Sales', 'vp', 'Only what is held now counts'),
    ('Student Affairs Vice President', 'vp', 'Student affairs do not make a student'),
    ('Vizepräsidentin Vertrieb', 'vp', 'German'),
    ('Vicepresidente', 'vp', 'Spanish'),
    ('Executive Assistant to the CEO', 'none', 'Who works for one'),
    ('Assistant to the President & CEO', 'none', 'Who works for one'),
    ('Office of the CFO', 'none', 'Who works for one'),
    ('CIO Advisory', 'none', 'Who sells to them'),
    ('Chief of Staff', 'none', 'No office of the company'),
    ('Chief Petty Officer', 'none', 'No office of the company'),
    ('Product Owner', 'none', 'Owns no business'),
    ('Certified Prosthetist Orthotist (CPO)', 'none', 'Letters with another meaning'),
    ('Account Manager, President''s Club winner', 'none', 'Somebody elses'),
    ('fmr COO, now advisor', 'none', 'Was one'),
    ('CEO (retired)', 'none', 'Was one'),
    ('Aspiring VP', 'none', 'Wants to be one'),
    ('Student Body President', 'none', 'Students'),
    ('Deputy CEO', 'none', 'Deputies'),
    ('Vice Chairman', 'none', 'Deputies'),
    ('Assistenz der Geschäftsführung', 'none', 'German'),
    ('Mitglied der Geschäftsleitung', 'csuite', 'German: what the Swiss call their board'),
    ('Assistentin Geschäftsleitung', 'none', 'German: an assistant to that board'),
    ('Directeur général adjoint', 'none', 'French'),
    ('副总经理', 'none', 'Chinese'),
    ('社長秘書', 'none', 'Japanese'),
    ('EVP & Pres., Retail', 'csuite', 'Filings: Pres. is president'),
    ('SVP, Chief Risk Ofcr', 'csuite', 'Filings: spellings of officer'),
    ('Chf Acctg Offcr', 'csuite', 'Filings: spellings of officer'),
    ('EVP, Chief Underwriting', 'csuite', 'Filings: a chief beside a vice president'),
    ('SVP, Chief Economist', 'vp', 'No office of the company, beside a vice president'),
    ('SVP, CLAO', 'csuite', 'Filings: a rare abbreviation beside a vice president'),
    ('Chief Legal, Risk and Compliance Officer', 'csuite', 'A comma inside the office'),
    ('GroupPresident Europe', 'csuite', 'Words run together'),
    ('C E O', 'csuite', 'Letters apart'),
    ('Vice&nbsp;President', 'vp', 'Entities of an editor'),
    ('Executive Assistant | CEO', 'none', 'An assistant, beside the boss''s office'),
    ('CFO (Assistant)', 'none', 'An assistant, beside the boss''s office'),
    ('EA: COO', 'none', 'An assistant, beside the boss''s office'),
    ('EA to the CEO, CFO & Board team', 'none', 'An assistant to several'),
    ('Assistentin, Geschäftsführung', 'none', 'German: an assistant, beside the boss''s office'),
    ('Assistante de direction | PDG', 'none', 'French: an assistant, beside the boss''s office'),
    ('Asistente - Director General', 'none', 'Spanish: an assistant, beside the boss''s office'),
    ('Assistente de direção | Presidente', 'none', 'Portuguese: an assistant, beside the boss''s office'),
    ('Segretaria di direzione, Amministratore Delegato', 'none', 'Italian: an assistant, beside the boss''s office'),
    ('Directiesecretaresse | Algemeen directeur', 'none', 'Dutch: an assistant, beside the boss''s office'),
    ('Chief of Staff (CEO)', 'none', 'A chief of staff, beside the boss''s office'),
    ('VP, former assistant', 'vp', 'An assistant no more'),
    ('Founder & CEO | Executive Coach', 'csuite', 'A coach is no assistant'),
    ('Executive Recruiter (CEO, CFO)', 'none', 'Whom one recruits'),
    ('CEO''s Executive Assistant', 'none', 'Somebody elses'),
    ('CEO (2010–2018)', 'none', 'Was one, by the years'),
    ('CTO (2015–2019), CEO (2019–present)', 'csuite', 'Is one, by the years'),
    ('Previously: CEO', 'none', 'Was one'),
    ('ex CEO, CTO', 'none', 'Was both'),
    ('Was VP Sales', 'none', 'Was one'),
    ('Trainee | CEO', 'none', 'Still learns'),
    ('Technology Owner', 'none', 'Owns something inside a firm'),
    ('Verlagsinhaber', 'csuite', 'German: owns a firm'),
    ('CRO & SEO Lead', 'none', 'Letters with another meaning'),
    ('Vice President Network Services', 'vp', 'No club'),
    ('Co-Founder & Manager of Growth', 'csuite', 'And something else'),
    ('Deputy UK CFO', 'none', 'Deputies'),
    ('Glavni direktor za financije', 'csuite', 'Croatian'),
    ('Главен финансов директор', 'csuite', 'Bulgarian'),
    ('Muziejaus direktorius', 'none', 'Lithuanian: the director of a place'),
    ('Gerente general de producción', 'none', 'Spanish: of one function'),
    ('CEO @ home', 'none', 'Jokes'),
    ('Proud owner of 2 cats', 'none', 'Jokes'),
    ('CEO of dirty dishes', 'none', 'Jokes'),
    ('I''m nobody''s CEO', 'none', 'Jokes'),
    ('Chief Wine Officer', 'csuite', 'A trade, no joke'),
    ('CEO of the laundry room', 'none', 'Jokes'),
    ('Consultant, CFO Transformation', 'none', 'What one sells'),
    ('Podcast host: The CFO Show', 'none', 'Named after an office'),
    ('Senior Admin to three VPs and the CIO', 'none', 'An assistant to several'),
    ('CTO | Chief of Staff', 'none', 'A chief of staff, beside the boss''s office'),
    ('Gabinete do Presidente', 'none', 'Portuguese: who works for one'),
    ('ExecutiveAssistanttotheCEO', 'none', 'Words run together'),
    ('代 表 取 締 役', 'csuite', 'Japanese: letters apart'),
    ('Chief Comm''l Officer', 'csuite', 'Filings: an apostrophe for letters left out'),
    ('Vice Persident, Tax', 'vp', 'Misspelt'),
    ('Ehemals Vorstand', 'none', 'German: was one'),
    ('Then CEO, now teacher', 'none', 'The past, said another way'),
    ('Generální ředitel v důchodu', 'none', 'Czech: in retirement'),
    ('Coach für Vorstände', 'none', 'German: their object'),
    ('CEO koçu', 'none', 'Turkish: their coach'),
    ('社長のコーチ', 'none', 'Japanese: their coach'),
    ('Presidente dell''associazione studenti', 'none', 'Italian: students'),
    ('Proprietario del prodotto', 'none', 'Italian: owns something inside a firm'),
    ('Author of "The Accidental CEO"', 'none', 'The name of a book'),
    ('Landing page copywriter | CRO', 'none', 'Not the revenue officer'),
    ('Geschäftsführer ad interim', 'csuite', 'German: interim holders'),
    ('Founder of The Intern Agency', 'csuite', 'The name of a firm'),
    ('Hlavní marketingový ředitel', 'csuite', 'Czech: chief … officer'),
    ('Phó Tổng Giám đốc', 'director', 'Vietnamese: deputy of a chief'),
    ('Director of Sales', 'director', 'Counts where the level is on')
$$;

revoke all on function pathfinder.default_rule_examples() from public, anon, authenticated, service_role;

comment on function pathfinder.default_rule_examples() is 'The examples that a new project starts with.';

-- source: rules/default_rules.sql
-- The default rules, as a new project gets them. Edit the table, not this list: it is read once. They are written as
-- a person would write them; how titles and rules are normalised is told in read_title() and translate_pattern(): no
-- accents, small letters, "&" and "/" are "and", hyphens and dots are gone, "ceo's" is "ceos". A rule finds an office
-- by its name and looks back for the words that make it another one ("vice", "deputy"); `(?<!…)` stands behind the
-- name because that is quicker than before it. Exclusions judge the rest: who was, will be, assists, advises or sells
-- to one; those of scope `person` make the offices in other parts somebody else's.
-- Returns: a row each.
-- Example: select * from pathfinder.default_rules() where category = 'vp';
create or replace function pathfinder.default_rules()
returns table (category text, kind text, scope text, pattern text, description text)
language sql
immutable
set search_path = ''
as $$
    values
    -- English: the C-suite
    ('csuite', 'regex', 'segment',
        '\b(chief|cheif|chf|cief|chif|chieff|chiief|cihef|chife|cheef)(?<!\b(?:deputy|vice|assistant|associate|asst|dep|under|sub) (?:chief|chf)) (?!of\b|officer)(\w+ ){1,7}(officer|officers$|o[fi]{1,4}[fcsieao]{1,5}r{1,2}|officre|offr|off|ofc|ofr)\b', 'Chief … officer'),
    ('csuite', 'regex', 'segment', '\bchief(executive|financial|operating|technology|information|marketing|operations|commercial|product|people|revenue|risk|legal)officer\b', 'Chief … officer, in one word'),
    ('csuite', 'regex', 'segment',
        '\b(chief|cheif) exec(utive)?\b(?! (assistant|chef|producer|search|coach|office|coaching|network|council))(?<!\b(?:deputy|vice|assistant|associate|asst|dep) ch\w+ exec(?:utive)?)', 'Chief executive'),
    ('csuite', 'regex', 'segment',
        '\b(ceo|cfo|coo|cto|cio|cmo|cro|cpo|cso|cco|cdo|clo|cao|cgo|cno|cko|cbo|cqo|cvo|cxo)\b(?<!\b(?:deputy|vice|assistant|associate|asst|dep|junior|sub) (?:group |global )?c\wo)(?<!\bcap cao)(?! cap\b)',
        'CEO, CFO, COO, CTO and the other three-letter offices'),
    ('csuite', 'regex', 'segment',
        '\b(v?ciso|chro|cpto|cdao|cdio|cdto|caio|cmio|ccro|ctio|ccio|cnio|cmto|ceco|csco|ccmo|chco|vcio|vcto|vcfo|coceo|cmd)\b(?<!\b(?:deputy|vice|assistant|associate|asst|dep|junior|sub) (?:group |global )?c\w{2,3}o)',
        'CISO, CHRO and other longer offices'),
    ('csuite', 'regex', 'segment',
        '\b(president|pres|presdient|presidnt|preisdent|presedent|persident|prsident|presidet|presidetn|presidnet|presiednt|presidant|presient|pesident|pressident|presidemt)\b(?<!\b(?:[asv]?v[a-z]{0,4}|deputy|assistant|associate|asst) ?p\w+)', 'President'),
    ('csuite', 'regex', 'segment',
        '\b(chairman|chairwoman|chairperson|chairlady|chmn|chrmn|chairmn)\b(?! of the (\w+ ){1,3}committee)(?<!\b(?:vice|deputy|assistant|associate|department|dept|committee|program|conference|session|track|faculty|division) ch\w+)', 'Chairman, chairwoman, chairperson'),
    ('csuite', 'regex', 'segment',
        '\b(chair of the (\w+ )?board|chair of (\w+ )?board|board chair|(executive|exec|non executive|nonexecutive) chair|chair and (ceo|president|founder))\b(?<!(?:vice|deputy) (?:board )?chair)(?<!(?:vice|deputy) chair of the (?:\w+ )?board)',
        'Chair of the board'),
    ('csuite', 'regex', 'segment', '^chair$', 'Chair'),
    ('csuite', 'regex', 'segment',
        '\b(co ?)?(founder|foudner|fouder)\b(?<!\b(?:iron|brass|bell|type|metal|steel|bronze|aluminium|gold) founder)', 'Founder, co-founder'),
    ('csuite', 'regex', 'segment', '\b(foundress|cofundador|proprietor|proprietress)\b', 'Proprietor'),
    ('csuite', 'regex', 'segment',
        '(^|\b(and|or|co|part|joint|sole|majority|minority|managing|principal|current|proud|new|independent|private|founding|founder|partner|ceo|president|chairman|operator|manager|director|chef|designer|artist|photographer|stylist|broker|consultant|attorney|dentist|realtor|coach|therapist|contractor|builder|plumber|entrepreneur|author|the) |\bco ?)owner\b(?! (relations|success|engagement|services|support|representative|rep|advocate|experience|care|occupied))', 'Owner (of a business; not product owner)'),
    ('csuite', 'regex', 'segment', '\b(business|businesses|company|companies|firm|agency|shop|store|stores|salon|restaurant|restaurants|cafe|coffee|bar|pub|brewery|winery|vineyard|bakery|pizzeria|deli|grocery|market|farm|ranch|dairy|orchard|nursery|hotel|motel|inn|hostel|resort|gym|studio|gallery|boutique|spa|clinic) owner\b(?! (relations|success|engagement|services|support|representative|rep|advocate|experience|care|occupied))', 'Owner of a shop, salon, farm, …'),
    ('csuite', 'regex', 'segment', '\b(practice|pharmacy|dental|veterinary|school|academy|daycare|preschool|kennel|garage|auto|dealership|franchise|franchisee|licensee|unit|truck|trucking|taxi|enterprise|enterprises|startup|start up|commerce|etsy|online|media|publishing|press|label|brokerage|realty|construction|plumbing|landscaping|landscape|cleaning|roofing|electric|electrical) owner\b(?! (relations|success|engagement|services|support|representative|rep|advocate|experience|care|occupied))', 'Owner of a franchise, academy, garage, …'),
    ('csuite', 'regex', 'segment', '\b(heating|painting|catering|photography|design|designs|consulting|fitness|yoga|barber|barbershop|hair|beauty|tattoo|nail|interiors|builders|homes|services llc|llc|inc|ltd|group|holdings|laundromat|carwash|car wash|theater|theatre|cinema|station|mill|bookstore|bookshop|florist|jewelry|jewelers|workshop|contracting|contractor|bistro|diner|grill|tavern|eatery) owner\b(?! (relations|success|engagement|services|support|representative|rep|advocate|experience|care|occupied))', 'Owner of a firm, studio, workshop, …'),
    ('csuite', 'regex', 'segment',
        '\b((managing|mng|mang|mgng|manging|managin|mananging|maanging|mangaing|managng|manageing) (dir|director|dirctor|direcor|directer|driector|dierctor|directr|diretor)|managingdirector)\b(?<!\b(?:deputy|assistant|associate|vice|sub|asst) m\w+ d\w+)', 'Managing director'),
    ('csuite', 'regex', 'segment', '\b(group|joint) md\b', 'Managing director, abbreviated'),
    ('csuite', 'regex', 'segment',
        '\bgeneral director\b(?<!\b(?:deputy|assistant|associate|vice|sub) general director)',
        'General director'),

    ('csuite', 'regex', 'title', '\b(chief|chf) (?!of\b|engineer|architect|scientist|economist|counsel|editor|clerk|pilot|nurse|accountant|mate|steward|inspector|resident|judge|justice|chemist|geologist|curator|designer|developer|chef|cook|operator|surveyor|warden|ranger|constable|petty|warrant|master|fire|police)(\w+ ){1,6}and (\w+ ){1,3}(officer|officers$|o[fi]{1,4}[fcsieao]{1,5}r{1,2}|officre|offr|off|ofc|ofr)\b', 'Chief legal, risk and compliance officer'),
    ('csuite', 'regex', 'title', '\b(vp|svp|evp|avp|gvp|rvp|fvp|sevp|cevp|vice president)( [\w '']+)?( and |\n)(the )?(chief|chf) (?!of\b)(\w+ ){0,3}(\w+(?<!er|or|ist|ant|ian|man|ect|counsel|staff|pilot|nurse|clerk|chef|chair|judge|actuary|fellow|executive|officer)|customer|consumer|career|investor)(\n|$)', 'EVP, Chief Sourcing'),
    ('csuite', 'regex', 'title', '\b(vp|svp|evp|avp|gvp|rvp|fvp|sevp|cevp|vice president)( [\w '']+)?( and |\n)c(?!isco\b|argo\b|ongo\b|airo\b|oco\b|ostco\b|ameo\b|ondo\b|ello\b|redo\b|iao\b|ento\b|amo\b|ombo\b|asino\b|hico\b|omo\b)[a-z]{1,3}o( and |\n|$)', 'SVP, CLAO'),
    ('csuite', 'regex', 'segment', '\b(principal|prin) (executive|financial|accounting|operating) (officer|officers$|o[fi]{1,4}[fcsieao]{1,5}r{1,2}|officre|offr|off|ofc|ofr)\b', 'Principal financial officer'),

    -- English: vice presidents
    ('vp', 'regex', 'segment', '\b[as]?vice president\b|\bv[icesx]{2,4} president\b|\bvice p(?!residents\b)[preszcidntuoa]{5,10}\b|\b(vice|v) ?(pres|prez|prs|prsdt|president|presidente)\b|\bv p\b', 'Vice president'),
    ('vp', 'regex', 'segment', '\b(sr|snr|ex|exec|asst|assoc|s|e|a|r|g|c|d|j|f|sa|se|sf|ss|gs|ge|fs|ce|cs|as|es|i|gr|jr|mg)?vp\b|\bvpo[ep]\b', 'VP, SVP, EVP, AVP, RVP, GVP'),

    -- Directors: switched off with their level
    ('director', 'regex', 'segment', '\b(director|dir|directress)\b(?<!\b(?:art|music|choir|funeral|casting|stage|film|movie|camp|band|athletic|photography|spiritual|board|non executive|nonexecutive|independent|cruise|social|sub|deputy) dir(?:ector)?)(?! of photography)|\b(head|vp) of (?!(household|state|school|class|line)\b)\w', 'Director, head of'),
    ('director', 'regex', 'segment', '\b(direktor(in)?|bereichsdirektor(in)?|bereichsleiter(in)?|bereichsleitung|hauptabteilungsleiter(in)?|direct(eur|rice)|direct(or|ora|ores)|diretor(a)?|dirett(ore|rice)|direktør|direktör|direktor(ica|ka)|johtaja|dyrektor(ka)?|ředitel(ka)?|riaditeľ(ka)?|igazgató(ja)?|direktör(ü)?)\b(?! (general|generale|gerente) (adjoint|adjunt))(?! (d''ecole|d''orchestre|de cine|artistique|spirituel|technico de futbol))', 'Direktor, directeur, director, direttore'),
    ('director', 'regex', 'segment', '\b(директор(ка)?|начальник управления|διευθυντής|διευθύντρια|direktur|giám đốc|pengarah)\b|本部長|ディレクター|总监|總監|본부장|디렉터', 'Директор, διευθυντής, 本部長, 总监'),

    -- English: who is not one
    ('exclusion', 'regex', 'segment', '\b(former|formerly|fmr|frmr|fmly|previously|previous|erstwhile|onetime|retired|retd|ret|late|recovering|reformed|ousted|deposed|lapsed)\b|^(past|prior|earlier)( roles?| positions?| jobs?| life| career)?$|^(i )?(was|used to be|had been)\b|^once (upon a time )?(an? |the )?|\b(used to be|one time) ', 'Former, retired'),
    ('exclusion', 'regex', 'segment', '\bex\b(?! officio)', 'Ex-'),
    ('exclusion', 'regex', 'segment', '\b(19|20)\d\d to (\w+ )?''?(19\d\d|20[01]\d|202[0-5]|[0189]\d|2[0-5])\b', '2010 to 2018'),
    ('exclusion', 'regex', 'segment', '\b(until|till|through|thru|ended|left|bis|jusqu''en|jusqu''a|hasta|ate|fino al|fino a|tot|tot en met|til|do roku|pana in|до) (\w+ )?(19\d\d|20[01]\d|202[0-5])\b', 'Until 2018'),
    ('exclusion', 'regex', 'segment', '\b(non|not|no longer|never)( the| a| an| your| yet| quite)* (ceo|c\wo|vp|president|founder|owner|chairman)\b(?! (led|level))', 'Not the CEO'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|vp|president|chief (\w+ )?officer|owner|founder|boss|chair\w*|head|director) (at |of |in |over )((the|my|our|your|this|own|a|an|all|two|three|four|\d+) )*(home|house|household|family|life|lives|destiny|chaos|nothing|everything|kids|children|toddlers?|bab(y|ies)|twins|bedtime|laundry|dishes|diapers|chores|naps?|couch|sofa|kitchen|myself|me|himself|herself|self|mess|madness|mayhem|dreams|universe|galaxy|cats?|dogs?|pets?|chickens|heart|bored|home and family|family and home)$', 'Of one''s own life'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|vp|president|owner|founder|boss|chair\w*|head|director) (at |of |in |over )((the|my|our|your|this|own|a|an|all|bad|too|way|many) )*(snacks?|tacos?|pizza|beer|wine|coffee|chocolate|netflix|netflix and chill|memes|procrastination|procrastinators|sleep|sleeping|ideas|mischief|shenanigans|vibes|awesome|awesomeness|fun|fate|happiness|overthinking|sarcasm|swag|parties|the remote|jokes|hugs|cuddles|shoes|books|plants|hobbies|fan club|my fan club)$', 'Of snacks and naps'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|vp|vice president|president|chief \w+ officer|boss|chairman|founder|owner) (at|of|in) my (?!(own )?(company|business|firm|start|agency|practice|studio|brand|shop|store))(own )?\w+', 'CEO of my own …'),
    ('exclusion', 'regex', 'segment', '\bchief (household|family|domestic|trouble|vibes|nothing|nonsense|diaper|laundry|snack|snacking|nap|napping|sleeping|eating|cuddling|hug|hugging|snuggle|bedtime|kids?|child|baby|toddler|pet|cat|dog|dog walking|treat|taco|netflix|couch|procrastination|sarcasm|chaos|meme|mommy|mama|daddy|papa|parenting|chores|barking|meow|purr|mischief|fun police|hangry|tantrum) off?icer\b|\b(chief|child|kitchen|couch) (of everything|operating the kids|bottle washer)\b', 'Chief nap officer'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|vp|president|chief \w+ officer|chief executive|owner|founder|boss|chairman|managing director) (at |of |in )((the|my|our|this|own) )*(\w+ )?(household|family|castle|(mom|mum|mommy|mama|dad|daddy|baby|family|home) (inc|llc|co|corp|enterprises|hq))$|\b(ceo|c\wo|vp|president|chief \w+ officer|chief executive|owner|founder|boss|chairman|managing director) (at |of |in )((the|my|our) )+(living room|kitchen table|backyard|garden|bathroom|bedroom|crib|place|kids|boys|girls)$', 'CEO of the Smith family'),
    ('exclusion', 'regex', 'segment', '\b(zu hause|zuhause|daheim|a la maison|en casa|de mi hogar|em casa|do lar|a casa mia|di casa mia|thuis|hemma|hjemme|kotona|w domu|acasa|evde|дома|вкъщи)$|(家庭|我が家|自宅|우리집|우리 집|집)(의|の|的)? ?(ceo|cfo|coo|社長|总裁|대표|사장)', 'CEO zu Hause'),
    ('exclusion', 'regex', 'title', '(^|\n)(ceo|c\wo|vp|president|chief \w+ officer|chief executive|owner|founder|boss|chairman|managing director)\n(of |in |at )?((the )?\w+ (household|family)|(mom|mum|mommy|dad|daddy|family|home) (inc|llc|co|corp|enterprises|hq)|home sweet home|(my|our) (own )?(house|home|kids|couch|life|living room|kitchen|family|household|dreams|head|mind|world)|nothing|chaos)(\n|$)', 'CEO, Smith household'),
    ('exclusion', 'regex', 'title', '^c\wo\n[,(:]?chief (fun|everything|eating|toddler|cat|dog|coffee|cuddle|snack|nap|chaos|trouble|kitchen|laundry|pizza|cookie|cleaning|complaining|worry|emotional|mess|mom|dad|baby) off?icer\M', 'CFO (Chief Fun Officer)'),
    ('exclusion', 'regex', 'title', '^(ceo|coo|cfo|president|chief \w+ officer)( at home)?\n[(](proud |busy |stay at home )*(mom|mum|mama|mommy|dad|daddy|mother|father|wife|parent) (of|to)\b|\b(lol|jk|just kidding|haha|not really|i wish|according to my)\b', 'CEO (mom of 3)'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|vp|president|chairman) of ((the|all|bad|good|questionable|terrible|great|poor) )*(earth|world|internet|planet|naptime|nap time|screen time|playdates|carpool|decisions|choices|puns|karma|drama|mondays|fridays|common sense|team no sleep|no sleep|one|nonsense|(being|avoiding|eating|sleeping|napping|drinking|complaining|watching|winging|doing nothing)\b.*)$', 'CEO of bad decisions'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|s?vp|vice president|president|owner|founder|boss|chairman|chief \w+ officer|manager) (at |of |in |over |for )(\w+ ){0,3}(dishes|laundry|dad jokes|mom jokes|jokes|potato(es)?|naps?|napping|snacking|treats|cuddl(es|ing)|snuggles|hugs|kisses|chores|diapers|tantrums|meltdowns|leftovers|legos?|bunnies|bath ?time|bed ?time|story ?time|snack ?time|homework|potty training|drinking|binge watching)$', 'CEO of dirty dishes'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|s?vp|vice president|president|owner|founder|boss|chairman|chief \w+ officer|manager) (at |of |in |over |for )(\w+ ){0,3}(scrolling|daydreaming|overthinking|worrying|yelling|lunch ?boxes|school runs?|socks|pillows|blankets|puns|messes|squirrels|belly rubs|zoomies|puppies|pups|kittens|hamsters?|goldfish|goats|fur ?bab(y|ies)|nobody|no one|absolutely nothing|nothing in particular|weekends|mornings|adulting)$', 'CEO of dirty scrolling'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|s?vp|vice president|president|owner|founder|boss|chairman|chief \w+ officer|manager) (at |of |in |over |for )(\w+ ){0,3}(vibing|gossip|giggles|dancing|burritos|donuts|doughnuts|cookies|cupcakes|pancakes|bacon|brunch|margaritas|cocktails|karaoke|sofas?|pajamas|pyjamas|slippers|dinner ?time|dinner|playtime|carpools?|minions|gremlins|rugrats|tiny humans|little humans|monkeys)$', 'CEO of dirty vibing'),
    ('exclusion', 'regex', 'segment', '\b(nobodys|no ones) (ceo|c\wo|vp|president|boss)\b|\b(ceo|c\wo|vp|president|boss|chairman) (since birth|(at |of |in |over )(\w+ ){0,3}(binges|laundry room|dinner table|kitchen table|kitchen sink|family budget|mom life|dad life|sundays|couch cushions|snack drawer|fridge|garage|playground|playroom|sandbox|nursery|bath ?tub|shower|hammock|recliner|universe))$', 'Nobody''s CEO'),
    ('exclusion', 'regex', 'segment', '\b(self proclaimed|self appointed|self declared|self styled|unofficial|pretend|fake|imaginary|so called|armchair|sometime|x) (ceo|c\wo|vp|president|chairman|boss|founder|owner)\b|\b(ceo|c\wo|boss|founder) (mindset|vibes|energy|material|mode|lifestyle)\b|\b(stay at home|homemaker|housewife|househusband|sahm)\b.*\b(ceo|coo|cfo|president)\b', 'Self-proclaimed'),
    ('exclusion', 'regex', 'person', '^(proud |full time |busy |happy |retired )*(stay at home (mom|mum|mama|dad|mother|father|parent|wife|husband)|homemaker|housewife|househusband|sahm|sahd|domestic (engineer|goddess)|hausfrau|hausmann|ama de casa|dona de casa|casalinga|femme au foyer|mere au foyer|huisvrouw|hemmafru|husmor|kotiäiti)( (of|to|von|de|di|van) .*)?$', 'Homemaker'),
    ('exclusion', 'regex', 'segment', '\b(household|domestic|family|home|couch) (ceo|cfo|coo)\b|\b(ceo|c\wo|president|manager) of (the |our )?\w+ household$|\bchief (mom|mum|mommy|dad|nap|cuddle|snuggle) officer\b', 'Of one''s household'),
    ('exclusion', 'regex', 'segment', '\bowners? (of )?(a |an |the |my |our |all |too |way |many |two |three |four |some |several |lots of |\d+ )*(\w+ )?(cats?|dogs?|pets?|horses?|heart|soul|house|home|car|truck|bike|bikes|boat|kids|children|rabbits|parrots|laptop|guitars?|sneakers|opinions|degrees|brain cells?|backlogs?|process(es)?|products?|data|budgets?|roadmaps?|platforms?|features?|tickets?|stories|kpis?|relationships?|accounts?|p and l)$', 'Owner of two cats'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|presidente|president|pdg|chef|directora?|chefin) (de |da |do |del |della |du |de la |di |d''|in |meine[rsn] |eigenen |zu |von )+((mi|mis|ma|mon|minha|meu|mia|mio|meine[rsn]?|eigenen|propria|propia|la) )*(vida|casa|hogar|familia|vie|maison|famille|foyer|chaos|caos|lar|vita|famiglia|leben|lebens|haushalts?|familie|hause|nada|rien|niente|nichts)$', 'CEO de mi vida'),
    ('exclusion', 'regex', 'segment', '\b(past|prior) (\w+ ){0,2}(president|pres|chair\w*|ceo|c\wo|vp|vice|founder|owner|chief|managing)\b', 'Past president'),
    ('exclusion', 'regex', 'title', '\b(president|chairman|chairwoman|chairperson|chair|ceo|founder|owner|officer|director)( and \w+)? (emeritus|emerita|emeriti)(?! and)\b', 'Emeritus'),
    ('exclusion', 'regex', 'segment', '\b(emeritus|emerita|emeriti|emerito|emerite)\b', 'Emeritus'),
    ('exclusion', 'regex', 'title', '^(now |currently |happily |semi |recently )?(retired|ret|retiree|emeritus|former|formerly|ex|in retirement|im ruhestand|retraitee?|jubilad[oa]|pensionist(a|in)?|aposentad[oa]|in pensione|gepensioneerd|pensionerad|pensioneret|pensjonert|elakkeella|emerytowany|emekli|i r|a d)$', 'Retired, said in a part of its own'),
    ('exclusion', 'regex', 'segment', '\b(aspiring|wannabe|aspire|aspires|aspirant|incoming|would be|wanna be|in training|in the making|to be|in waiting|hopeful|trainee|apprentice|nominee|designate|elect)\b', 'Aspiring, incoming, elect'),
    ('exclusion', 'regex', 'segment', '\b(future|next|tomorrow s|tomorrows|potential|prospective|upcoming|soon) (\w+ ){0,2}(ceo|c\wo|vp|vice|president|founder|owner|chief|chair\w*|managing|entrepreneur)\b|^(future|soon|someday|one day|upcoming|hopefully|in the future)$|\b(someday|one day|hopefully|hope to|want to|dream(s|ing)? of|become|becoming|on my way to) (\w+ ){0,2}(ceo|c\wo|vp|president|founder|chief)\b|\b(ceo|c\wo|vp|president) (someday|one day|hopefully)$', 'Future'),
    ('exclusion', 'regex', 'segment', '\b(interns?\b(?! (agency|company|group|factory|club|network|magazine|hub|project)\b)|co op student|work placement|job seeker)\b|\binternship$', 'Intern'),
    ('exclusion', 'regex', 'segment', '\b(student|students|student''s|students'') ((\w+ )?(body|council|government|union|association|senate|society|organi[sz]ation|club|chapter|federation|parliament|ambassador|board|assembly)|president|vice|vp|founder|entrepreneur|ceo|at|leader)\b', 'Student bodies'),
    ('exclusion', 'regex', 'segment', '^student\b(?! (affairs|services|success|life|engagement|experience|housing|loan|loans|financial|accounts|enrollment|development|recruitment|health|learning|programs))|\b(mba|phd|law|medical|college|university|graduate|undergraduate|engineering|business|school|year) students?\b|\bstudent$', 'Student'),
    ('exclusion', 'regex', 'segment', '^volunteer (?!(services|engagement|management|operations|relations|experience|programs|coordination)\b)|\bvolunteer (president|vp|vice|ceo|chief|chair\w*|c\wo)\b|\w volunteer$', 'Volunteer'),
    ('exclusion', 'regex', 'segment', '\b(president|vp|chair\w*|treasurer) (of |for )?(the )?([\w'']+ ){0,5}(club|fraternity|sorority|pta|pto|hoa|homeowners|toastmasters|boosters?|scouts|rotary|kiwanis)\b(?<!\b(?:country|golf|health|fitness|sams|night|jockey|yacht|girls|football|athletic|racquet|polo|beach|ski) club)(?! (operations|services|management|relations|sales|marketing|inc|llc|corp|ltd|group|holdings|brands|software|capital|partners|hotels?|resorts?|bank|power|med|membership|car|wear|row|equipment)\b)', 'Presidents of clubs'),
    ('exclusion', 'regex', 'segment', '\b(president|vp|chair\w*|treasurer) (of |for )?(the )?([\w'']+ ){0,5}(students? (\w+ )?(body|council|government|union|senate|association|society|chapter|federation)|alumni (association|club|council|chapter|society)|class of|debate team|dorm|hall council|honor society)\b', 'Presidents of students'),
    ('exclusion', 'regex', 'title', '\b(president|vp|chair\w*)\n(the )?([\w'']+ ){0,5}((society|association|union|council|chapter|guild|federation|team)\nstudent|club|fraternity|sorority|pta|pto|hoa|homeowners|toastmasters|students?''? (\w+ )?(body|council|government|union|senate|association|society|chapter|federation)|alumni (association|club|council|chapter|society)|class of|boosters?|scouts)\b(?<!\b(?:country|golf|health|fitness|sams|night|jockey|yacht|girls|football|athletic|racquet|polo|beach|ski) club)', 'Presidents of clubs and students, after a comma'),
    ('exclusion', 'regex', 'segment', '\b(club|alumni|chapter|homeowners association|parent teacher association|class|student body|fraternity|sorority|pta|pto|hoa|toastmasters|rotary|lions|kiwanis|dorm|chess|debate|senior class|junior class) (\w+ ){0,2}(president|vp)\b|\b(chess|debate|book|running|drama|math|robotics|coding|gaming|student) club (co ?)?founder\b', 'Club presidents'),
    ('exclusion', 'regex', 'segment', '\b(assistant|asst|assistants|assisting|aide)\b(?! (general|vice|vp|v|secretary|treasurer|controller|professor|corporate|dean|company|agency|ai|app|software|group)\b)', 'Assistants'),
    ('exclusion', 'regex', 'segment', '\b(secretary|sec|receptionist|pa|ea|chauffeur|driver|valet|bodyguard|nanny|right hand|stand in|speech ?writer|ghost ?writer|scribe|understudy|delegate|liaison|office) (to|of|for) (the |our |its |a )?', 'Who works for one'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|vp|president|chairman|chair|chief executive|executive|founder|owner|director) ((pa|ea)(?= and | or |$)|secretary|secretariat|aide|advisers?|advisors?|advisory|office|support specialist|liaison|chauffeur|driver)\b', 'Secretaries, advisers and offices of one'),
    ('exclusion', 'regex', 'segment', '\b(ceos|c\wos|vps|founders|presidents|directors|chiefs|owners) (office|ea|pa|assistant|secretary|aide|team|staff|club|desk|wife|husband|chief of staff)\b', 'Somebody''s: the president''s club, the CEO''s office'),
    ('exclusion', 'regex', 'segment', '\b(?<!promoted )(to|for|with|behind|supporting|serving|helping|assisting|advising|coaching|empowering|enabling|mentoring|connecting|recruiting|hiring|under|interviewing|training) ((the|our|my|its|a|an|all|busy|group|global|company|deputy|several|startup|tech|new|senior|local|regional|small|various|two|three|four|five|multiple) ){0,3}(ceo|c\wo|ciso|chro|svp|evp|vp|vice president|president|pres|founder|owner|chief|chairman|chair|managing director|general manager)s?\b', 'To, for or with one'),
    ('exclusion', 'regex', 'segment', '\bvp (\w+ )?(coordinator|administrator|intern|secretary|candidate|searches)\b|\b(c\wo|ciso|chro)s? (support|searches)\b', 'Staff of vice presidents, support and searches for one'),
    ('exclusion', 'regex', 'segment', '\b(office|bureau|staff|team|delegate|deputy|representative|voice|shadow|director|manager|head|lead|coordinator|specialist|analyst|associate|customer|client|colleague|neighbou?r|wife|husband|son|daughter|nephew|niece|brother|sister|cousin|friend|fan|report|reports|advisor|adviser|coach|mentor|consultant|chief of staff) of (the |our |a |an )?(ceo|c\wo|ciso|president|founder|chairman|vp|vice president|chief (executive|exec|\w+ officer)|managing director)', 'Office of one'),
    ('exclusion', 'regex', 'segment', '\b(c\wo|ciso|chro|cxo|founder) (?!and\b|or\b)(\w+ (?<!and ))?(coach|coaching|mentor|mentoring|consulting|consultants?|services|solutions|communications?|comms|recruiters?|headhunters?|recruitment|recruiting|search|searches|engagement|success|whisperer|ghost ?writer|candidate|opportunities|advisory|advis[eo]rs?|relations|roles?|positions?|insights|organi[sz]ation|practice|programs?|programmes?|events?|accounts?|agenda|meetings?|visits?|desk|survey|course|training|clients)\b', 'Coaches, services and staff for them'),
    ('exclusion', 'regex', 'segment', '\b(c\wo|ciso|chro|cxo|founder) (?!and\b|or\b|of\b)(\w+ (?<!and ))?(specialist|analyst|manager|coordinator|business partner|associate|assistant|staff|intern|trainee|representative|rep|administrator|offices?|liaison|department|support|team|group lead|leader|lead|track|deputy|delegate|designee|writer|researcher|certified|certificate)\b(?! (of|and)\b)', 'Staff of one'),
    ('exclusion', 'regex', 'segment', '\b(officer|president|chairman|managing director) (advisory|offices?|support|team|services|practice|search|communications|organi[sz]ation|staff|coordinator|liaison|advis[eo]r|delegate|candidate|coach|assistant|ghost ?writer|recruiter|desk)\b(?<!\bvice president \w+)(?<!\bvp \w+)', 'Chief executive officer support'),
    ('exclusion', 'regex', 'segment', '\b(vp|svp|evp|avp) (\w+ (?<!and )){1,3}(assistant|coordinator|intern|secretary|support specialist|trainee)$', 'VP sales assistant'),
    ('exclusion', 'regex', 'segment', '\b(s?e?vp|vice president) (\w+ (?<!and ))?(recruiter|headhunter|searches|ghost ?writer)\b|\b(v?c(io|to|fo|eo|iso)) as a service\b|\bv?c(io|to|fo|iso) (consultants?|services|advis[eo]rs?)\b', 'VP recruiter, CTO as a service'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|founder|president) (wife|husband|spouse|son|daughter|dad|mom|brother|sister)\b|\b(alternate|proxy|substitute|backup|shadow|junior) (ceo|c\wo|president)\b|\bby (the |a |our )?(ceo|c\wo|president|founder|chairman|vp)\b', 'Wife of one, shadow of one'),
    ('exclusion', 'regex', 'person', '^(personal |executive |private |family )*(driver|chauffeur|bodyguard|valet|nanny|butler|speech ?writer|ghost ?writer)( (to|for|of)\b.*)?$', 'Driver, speechwriter'),
    ('exclusion', 'regex', 'segment', '\b(ceo|cfo|coo|cto|cio|cmo|president|chairman|founder|owner) (inc|llc|ltd|gmbh|corp|corporation|magazine|hotels?|bank|racing|fuels|brewing|cruises|industries|capital|records|hospitality|clothing|cigars|watches)$|\bvp (racing|fuels|racing fuels|bank|inc|llc|ltd|gmbh|corp|records|hotels?)$', 'Firms that are called so'),
    ('exclusion', 'regex', 'segment', '\b(vp|svp|vice president|director|c\wo|ceo)s? (and|or) (above|up|higher|beyond|c level|c suite)\b', 'VP and above'),
    ('exclusion', 'regex', 'title', '(^|\n)((ceo|c\wo|ciso|chro|c suite|c level)( and |\n[,])){1,5}(ceo|c\wo|ciso|chro|s?e?vp|vice president|president|founder|c suite|c level|board)s? (recruiter|recruiters|coach|coaching|search|searches|headhunter|recruitment|recruiting|placements?|mentor|hiring|clients|roles|ghost ?writer)(\n|$)', 'CEO & CFO recruiter'),
    ('exclusion', 'regex', 'segment', '\b(c\wo|ciso|chro|founders?|presidents|chairmans|chairman)s? (club|circle|community|council|roundtable|summit|forum|magazine|podcast|awards?|network|show|newsletter)( (member|members|membership|winner|host|attendee|of .*))?$', 'Clubs and events named after them'),
    ('exclusion', 'regex', 'segment', '\bc\wos? (magazine|com|insider|journal|digest|playbook|alliance|craft|connection|exchange|collective|academy|bootcamp|mastermind|blog|book|leadership council|leadership network|peer group|succession|onboarding|benchmarking|compensation|pay|effectiveness|assessment|institute|interviews|suite|leadership|intelligence|dinners?|breakfast|conference|of the year|whisperer|test|100|50)\b', 'Clubs, events and firms named after them'),
    ('exclusion', 'regex', 'segment', '\b(chief of|associate to|founders? (associate|office|in residence)|entrepreneur in residence|c suite|c level|(ceo|cfo|cxo|vp|svp|evp|director)s? (and|or|to) (c|the c) (suite|level))\b', 'Chief of staff and the like'),
    ('exclusion', 'regex', 'segment', '\bchief (\w+ )?(petty|warrant|fire|firefighting|police|prison|detention|correctional|corrections|probation|parole|customs|ship|deck|rescue|flight|border|immigration|patrol|radio|mate|constable)\b', 'Chief petty, fire and police officers'),
    ('exclusion', 'regex', 'title', '\b(assistant|ea|pa|secretary|support|adviser|advisor|coach|office) (to|for|of) [^\n]*\n(the )?(c\wo|ciso|chro|president|chairman|chair|founder|vp)( and (the )?(c\wo|ciso|chro|president|chairman|founder|vp))?(\n|$)|(^|\n)((sr|senior) )?(ea|pa|recruiter|headhunter)\n[^\n]*\b(support|searches)(\n|$)', 'Assistant to the CEO, CFO and COO'),
    ('exclusion', 'regex', 'title', '^chair\n(the )?(\w+ )?(department|dept|faculty|division|committee|program|programme|conference|school)\b', 'Chair, Department of …'),
    ('exclusion', 'regex', 'segment', '\b(navy|naval|usn|uscg|coast guard|senior|master) cpo\b', 'Navy CPO'),
    ('exclusion', 'regex', 'segment', '\b(tenure|term) (ended|expired)\b|\bstepped down\b', 'Until …'),
    ('exclusion', 'regex', 'segment', '\b(seeking|looking for|open to|searching for|pursuing|interested in|applying for) (\w+ ){0,3}(ceo|c\wo|vp|vice|president|chief|founder|owner)\b', 'Looking for a position'),
    ('exclusion', 'regex', 'segment', '\bpresident (hotels?|inn|casino|street|avenue)$|\b(ceo|c\wo|vp|president|founder|chairman|banker|executive) turned\b', 'CEO turned something else'),

    ('exclusion', 'regex', 'segment', '\b(deputy|dep|dy) (\w+ (?<!and |vice |v )){1,2}(ceo|c\wo|ciso|chro|president|chairman|managing director|chief)\b', 'Deputy UK CFO'),
    ('exclusion', 'regex', 'segment', '\b(ux|ui|cx|seo|sea|sem|ppc|growth|conversion|a b testing|analytics) (and|or) cro\b|\bcro (and|or) (ux|ui|cx|seo|sea|sem|ppc|conversion|a b testing|analytics|growth|e ?commerce|web|digital|landing|experimentation|optimi[sz]ation)\b|\bcro (?!and\b)(\w+ )?(lead|expert|strategist|freelancer|agency|marketer|executive|optimi[sz]er|optimi[sz]ation|tests?|testing|team|industry|oversight|vendor|partnerships?|designer|developer|copywriter)\b', 'CRO, conversion rates and contract research'),
    ('exclusion', 'regex', 'title', '\b(ux|ui|cx|seo|sea|sem|ppc|growth|analytics|google ads|paid media|web analytics)\n(cro)(\n|$)|\bcro\n(ux|ui|cx|seo|sea|sem|ppc|analytics|conversion\w*|google ads|paid media|web analytics|a b testing)\b', 'SEO, CRO'),
    ('exclusion', 'regex', 'segment', '\b(clinical|preclinical|pharma|full service|biotech|phase|lab) cros?\b', 'Clinical CRO'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|ciso)s? and (boards?|execs?|executives?|executive leadership|c suite|leadership|investor|senior leadership)( team| search| communications| comms| practice| support| advisory)?$', 'CEO & board, as a practice'),
    ('exclusion', 'regex', 'segment', '\b(manager|executive|representative|rep|coordinator|specialist|associate) (ceo|c\wo|vp|svp|evp) (accounts?|clients?|events?|office|level|relations)\b', 'Manager VP accounts'),
    ('exclusion', 'regex', 'segment', '\b(vp|svp|evp|vice president|ceo|c\wo)s?( and (\w+ ){0,3}| )(roles?|positions?|searches|placements?|hires|jobs|vacancies|level)\b', 'VP & C-suite roles'),
    ('exclusion', 'regex', 'title', '\n[(](ceo|cfo|coo|cto|cio|cmo|president|founder|owner|md|managing director|chairman|chairwoman)\n[:]', 'Manager (CEO: Jane Doe)'),
    ('exclusion', 'regex', 'title', '(^|partner\n|consultant\n|manager\n)([\w '']+ )?(recruiter|recruiters|recruiting|recruitment|headhunter|executive search|search consultant|search partner|talent partner|coach|coaching|coaches|advis[eo]rs?|mentor|mentoring|consultants?|trainer|ghost ?writer|speech ?writer|therapist|sales|marketing|consulting|training|support|supporting|placing|hiring)\n[(:]([\w '']+ and )?(ceo|c\wo|ciso|chro|cxo|c suite|c level|president|founder|chairman|managing director|s?e?vp|vice president)\b', 'Recruiter (CEO, CFO)'),
    ('exclusion', 'regex', 'title', '^([\w '']+ )?(recruiter|headhunter|executive search|search consultant|search partner|talent partner|talent acquisition|coach|advis[eo]r|mentor)\n(ceo|c\wo|ciso|chro|c suite|c level|s?e?vp)( and |\n[,])(\w+ and )?(ceo|c\wo|ciso|chro|c suite|c level|boards?|s?e?vp)\b', 'Recruiter - CEO, CFO'),
    ('exclusion', 'regex', 'title', '^(the )?(chief of staff|business manager|executive business partner|right hand|gatekeeper)\n(to |for |of )?(the )?(group |global )?(ceo|c\wo|ciso|chro|president|chairman|chairwoman|founder|managing director|md|chief \w+ officer)( and (ceo|c\wo|president|founder|chairman))?(\n|$)', 'Chief of staff (CEO)'),
    ('exclusion', 'regex', 'title', '^(the )?(group |global )?(ceo|c\wo|ciso|chro|president|chairman|chairwoman|managing director|md|chief \w+ officer)\n[,(:]?(chief of staff|office of|office|executive office|business manager|gatekeeper|right hand)(\n|$)', 'CTO | Chief of Staff'),
    ('exclusion', 'regex', 'title', '^(consultant|partner|principal|advisor|adviser|recruiter|headhunter|coach|mentor|trainer|editor|writer|author|host|podcast host|researcher|analyst|associate|community manager|event manager|speaker|attendee|member)\n[,:(](the )?(c\wo|ciso|chro|vp|founder) (?!and\b|at\b|of\b)\w+( \w+)?(\n|$)', 'Consultant, CFO Transformation'),
    ('exclusion', 'regex', 'title', '^(executive |personal |private )?secretary\n[(:]|^secretary\n(president|ceo|managing director|chairman)$', 'Secretary (President)'),
    ('exclusion', 'regex', 'title', '\n[(](volunteer|unpaid|honorary|aspiring|student|acting student)(\n|$)', 'CEO (volunteer)'),
    ('exclusion', 'regex', 'person', '^((the|a|sr|snr|senior|jr|junior|lead|head|experienced|freelance|bilingual|trilingual|global|corporate|international|remote|group|c level|c suite|board|ceo|cfo|coo|cto|president|md|chairman|vp|founder|executive|exec|personal|private|administrative|admin|office|team|management|operations|business|legal|chief) )*(assistant|asst|assist|aide|ea|pa|ea pa|pa ea|executive secretary|personal secretary|private secretary|executive support)( (to|for|of|at|in|and|i|ii|iii|iv|level|supporting|with)\b.*)?$', 'Executive assistant'),
    ('exclusion', 'regex', 'person', '\b(executive|exec|personal|administrative|admin|office|c suite|board|ceo|coo|cfo) (assistant|asst)( (to|for|of|and|in|with|at)\b.*)?$(?<!^(?:former|ex|formerly|previously|recovering|retired|once|was|hire|hiring) .*)', 'And executive assistant'),
    ('exclusion', 'regex', 'person', '^((sr|senior|lead|junior|group) )*(executive administrator|executive coordinator|(executive )?administrative partner|executive office manager|executive support (officer|specialist|partner|manager)|office administrator|receptionist|business support|gatekeeper|diary manager|aide de camp|ea and pa|pa and ea|secretary (to|of) .*|(office manager|chief of staff|receptionist|secretary) and (ea|pa|executive assistant|personal assistant|assistant))( (to|for|of)\b.*)?$', 'Executive administrator'),
    ('exclusion', 'regex', 'person', '^(the |a |full time |part time |current |summer |paid |legal )*(student|intern|trainee|apprentice|pupil|high school student|college student|university student|undergraduate|undergrad|management trainee|graduate trainee)( of .*)?$(?<!^student of (?:life|.* life|the game|people|human.*|leadership|business))', 'Student, intern, trainee'),

    ('exclusion', 'regex', 'segment', '^(ehemals|vormals|bis vor kurzem|im ruhestand|a ?d|i ?r|ancien|anciennement|retraitee?|a la retraite|antes|anteriormente|jubilad[oa]|retirad[oa]|aposentad[oa]|ex|gia|in pensione|pensionat[oa]|voormalig|gepensioneerd|tidigare|pensionerad|tidligere|pensioneret|pensjonert|entinen|elakkeella|byly|byla|emerytowany|byvaly|byvala|volt|nyugdijas|fost|fosta|bivsi|bivsa|eski|emekli)$', 'Ehemals, ancien, …: said in a part of its own'),

    -- German
    ('csuite', 'regex', 'segment', '\b(allein|mit|co|haupt)?gesch(ä|ae)ftsf(ü|ue)h(rer(in)?|rende[rsn]?|rung)\b(?<!\b(?:stellvertretende[rns]?|stv|stellv|vize|assistenz|assistent|assistentin|referentin?|sekretarin|leiter|buro|der|zur|an) (?:der )?gesch(?:ä|ae)ftsf(?:ü|ue)h(?:rer(?:in)?|rende[rsn]?|rung))', 'Geschäftsführer, Geschäftsführerin, geschäftsführender Gesellschafter'),
    ('csuite', 'regex', 'segment', '\bgesch(ä|ae)ftsleiter(in)?\b|\b(sprecher(in)?|vorsitzende[rn]?|vorsitz|mitglied) der (erweiterten )?gesch(ä|ae)fts(f(ü|ue)hrung|leitung)\b|\bgesch(ä|ae)ftsleitung\b(?<!\b(?:stellvertretende|stv|stellv|assistenz|assistent|assistentin|referentin?|sekretarin|leiter|buro|der|zur|an) (?:der )?gesch(?:ä|ae)ftsleitung)', 'Geschäftsleiter, Geschäftsleitung, Mitglied der Geschäftsführung'),
    ('csuite', 'regex', 'segment', '\b(gf|interims gf|gf gesellschafter(in)?)\b(?<!\b(?:stv|stellv|assistenz|assistentin|referentin?|sekretarin|der|zur) gf)(?! (assistenz|assistentin|b(ü|ue)ro)\b)', 'GF (Geschäftsführer)'),
    ('exclusion', 'regex', 'segment', '\b(gesch(ä|ae)ftsf(ü|ue)hrer(in)?|vorstand|vorstandsvorsitzende[rn]?|pr(ä|ae)sident(in)?|direktor(in)?|inhaber(in)?|ceo|cfo|coo|cto|cio|cmo) (\w+ ){0,2}(a ?d|i ?r)\b(?! interim)', 'a. D., i. R.'),
    ('csuite', 'regex', 'segment', '\b(vorstand|vorst(ä|ae)ndin|vorstandsvorsitzende[rn]?|vorstandsmitglied|vorstandssprecher(in)?|vorstandschef(in)?|vorsitzende[rn]? (des|der) (vorstand(e?s)?|geschäftsführung)|sprecher(in)? des vorstand(e?s)?|generaldirektor(in)?|(allein|finanz|technik|vertriebs|personal)vorstand|mitglied des vorstand(e?s)?)\b(?<!\b(?:stellvertretende[rns]?|stv|stellv|vize|ehren|leiter|buro|der|zur|an|des|beim|vom) (?:vorstand|vorstandsvorsitzende[rn]?|vorsitzende[rn]? des vorstand(?:e?s)?|generaldirektor))', 'Vorstand, Vorstandsvorsitzender'),
    ('csuite', 'regex', 'segment', '\b(aufsichtsratsvorsitzende[rn]?|aufsichtsratsvorsitz|aufsichtsratschef(in)?|vorsitzende[rn]? des (aufsichtsrat(e)?s|verwaltungsrat(e)?s|stiftungsrat(e)?s)|delegierte[rn]? des verwaltungsrat(e)?s|(firmen|unternehmens|konzern)chef(in)?)\b(?<!\b(?:stellvertretende[rns]?|stv|stellv|vize) (?:aufsichtsratsvorsitzende[rn]?|vorsitzende[rn]? des \w+))', 'Aufsichtsratsvorsitzende, Firmenchef'),
    ('csuite', 'regex', 'segment', '\b(allein|mit|firmen|unternehmens)?(gr(ü|ue)nder|eigent(ü|ue)mer|inhaber)(in)?\b(?<!\b(?:prozess|daten|produkt|budget|stellen|lehrstuhl|konto|patent|rechte) ?(?:eigent(?:ü|ue)mer|inhaber)(?:in)?)', 'Gründer, Inhaber, Eigentümer'),
    ('csuite', 'regex', 'segment', '\b(betriebs|praxis|gesch(ä|ae)fts|salon|verlags|laden|hotel|kanzlei|apotheken|agentur|büro|restaurant|gasthof|studio|werkstatt|hof|brauerei|weinguts|bäckerei|metzgerei|galerie|schul|marken|fahrschul|buchhandlungs|druckerei|reisebüro|handels|autohaus|cafe|bar|instituts|shop|atelier) ?inhaber(in)?\b', 'Verlagsinhaber'),
    ('csuite', 'regex', 'segment', '\b(pr(ä|ae)sident|pr(ä|ae)sidentin|verwaltungsratspr(ä|ae)sident(in)?|vr pr(ä|ae)sident(in)?)\b(?<!\b(?:vize|stellvertretende[rn]?|vice) (?:pr(?:ä|ae)sident(?:in)?))', 'Präsident'),
    ('vp', 'regex', 'segment', '\b(vize|vice|senior vize) ?pr(ä|ae)sident(in|en)?\b|\bbereichsvorstand\b', 'Vizepräsident'),
    ('exclusion', 'regex', 'segment', '\b(ehemals|ehemalige?[rns]?|ehem|einstige?[rns]?|ehmalige[rns]?|fr(ü|ue)here?[rns]?|vormals|vormalige?[rns]?|alt|ausgeschieden(e[rn]?)?|angehende[rn]?|zuk(ü|ue)nftige[rn]?|k(ü|ue)nftige[rn]?|designierte[rn]?|werdende[rn]?|emeritierte[rn]?|pensionierte[rn]?)\b', 'Ehemalig, angehend'),
    ('exclusion', 'regex', 'segment', '\b(assistent(in)?|assistenz|sekret(ä|ae)r(in)?|sekretariat|referent(in)?|b(ü|ue)ro|stabsstelle|chefsekret(ä|ae)rin|teamassistenz|(vorstands|direktions)assist(enz|ent|entin)|mitarbeiter(in)?|fahrer|berater(in)? (f(ü|ue)r|von|der)|praktikant(in)?|werkstudent(in)?|(master|bachelor)student(in)?|azubi|auszubildende[rn]?|studentin|trainee|coach f(ü|ue)r|ehrenamtlich(e[rs]?)?)\b', 'Assistenz, Referent, Praktikant'),
    ('exclusion', 'regex', 'segment', '\bverein\b|\b(schützen|sch(ü|ue)tzen|sport|karnevals|musik|f(ö|oe)rder|turn|fu(ß|ss)ball|kultur|heimat|tennis|gesang)vereins?\b|\bstudierenden(schaft|rat|parlament|vertretung)s?\b|\bsch(ü|ue)ler(in|vertretung|sprecher|zeitung|firma)?\b|\basta\b', 'Vereine und Studierende'),

    ('exclusion', 'regex', 'person', '^((persönliche[rn]?|leitende[rn]?|executive|senior) )*(assistent(in)?|assistenz|sekret(ä|ae)rin|sekretariat|(vorstands|direktions|gesch(ä|ae)ftsf(ü|ue)hrungs|management|team|chef|gf|büro) ?(assistent(in)?|assistenz|sekret(ä|ae)rin|sekretariat))( (der|des|von|bei|beim|zur|zum|f(ü|ue)r|in|an|gl|gf|vorstand|gesch(ä|ae)ftsf(ü|ue)hr\w+|gesch(ä|ae)ftsleitung)\b.*)?$', 'Assistenz, Sekretariat'),
    ('exclusion', 'regex', 'person', '^(persönliche[rn]? )?(referent(in)?|b(ü|ue)roleit(er|erin|ung)|mitarbeiter(in)?|rechte hand|vorzimmer) (der|des|von|im|beim|zur|gf|gl|vorstand)\b.*$|^(praktikant(in)?|werkstudent(in)?|auszubildende[rn]?|azubi|student(in)?|sch(ü|ue)ler(in)?|trainee|volont(ä|ae)r(in)?)$', 'Referent des …, Praktikant, Student'),

    -- French
    ('csuite', 'regex', 'segment', '\b(pdg|p dg|president directeur general|presidente directrice generale)\b', 'PDG'),
    ('csuite', 'regex', 'segment', '\b(directeur|directrice|dir) (general|generale|gal|gl)\b(?! (adjoint|adjointe|adjunct|delegue adjoint|des services|des services adjoint))(?<!\b(?:adjoint|adjointe|vice|sous|assistante?|assistant de|du|au|de la|secretaire de) (?:au |du |de la )?(?:directeur|directrice|dir) (?:general|generale))|\b(directeur|directrice) gerante?\b', 'Directeur général'),
    ('csuite', 'regex', 'segment', '^(co )?(dg|ex dg)\b(?=$| (and|et|de|du|des|d''|chez|groupe|group|france|europe|filiale|par interim|interim|associe|fondateur|delegue de)\b)(?! (des services|de la? (concurrence|commission)))|\b(and|et|directeur|president|pdg|vp) dg\b(?! (adjoint|adjointe|delegue|connect|comp|trade))', 'DG (directeur général)'),
    ('csuite', 'regex', 'segment', '\bpresident[ea]\b(?! (adjointe?|d''honneur|honoraire|honorario|onorari[oa]))(?<!\b(?:vice|vize|v|vp|sous|sub) ?president[ea])', 'Président, présidente, presidente'),
    ('csuite', 'regex', 'segment', '\b(co ?)?(fondateur|fondatrice|createur d''entreprise|chef d''entreprise|cheffe d''entreprise|dirigeante?|proprietaire)\b(?! (de|du|des|d'') ?(processus|produits?|donnees))', 'Fondateur, dirigeant, propriétaire'),
    ('csuite', 'regex', 'segment', '^(le |la |grand |petit |jeune )?(patron|patronne)( (de|d''|du|chez|fondateur)( ?\w+)*)?$', 'Patron'),
    ('csuite', 'regex', 'segment', '\b(co ?)?gérante?\b(?! (de|des|du|d'') ?(portefeuilles?|fonds|patrimoine|fortune|point|magasin|rayon|station|stocks?|projets?|comptes?|actifs|immeubles?|restaurant|boutique))(?! (obligataire|actions|prive|locati))', 'Gérant'),
    ('csuite', 'regex', 'segment', '\bmembre du directoire\b|\badministrateur (delegue|general)\b|\badministratrice (deleguee|generale)\b', 'Administrateur délégué'),
    ('vp', 'regex', 'segment', '\b(vice|v) ?president[ea]s?\b', 'Vice-présidente, vicepresidente'),
    ('exclusion', 'regex', 'segment', '\b(ancien|ancienne|anciennement|autrefois|futur|future (pdg|dg|directrice|presidente|vice|dirigeante|gerante|fondatrice|patronne|associee)|ex|retraitee?|honoraire|d''honneur|stagiaire|apprentie?|alternante?|etudiante?|benevole)\b', 'Ancien, futur, stagiaire'),
    ('exclusion', 'regex', 'segment', '\b(assistant|assistante|secretaire|adjoint|adjointe|conseiller|conseillere|charge de mission|chargee de mission|collaborateur|collaboratrice|chauffeur|bras droit|cabinet|bureau|secretariat|equipe|attachee?) (de direction |particuliere? |executive |personnelle? )?(du|de la|de l''|de|au|aupres|a la|a l'')', 'Assistante du …'),
    ('exclusion', 'regex', 'segment', '\b(assistante|secretaire) (pdg|dg|ceo|c\wo|s?vp|de direction)\b|\bassistant (pdg|dg|de direction)\b', 'Assistante de direction'),
    ('exclusion', 'regex', 'segment', '\b(bde|bureau des etudiants|association etudiante|amicale|junior entreprise)\b|\bpresident[ea]? (du |d''un |d''|de l''|de )(\w+ ){0,2}club\b(?! med)(?<!\b(?:country|golf|health|fitness|yacht) club)', 'Associations étudiantes'),

    ('exclusion', 'regex', 'person', '^((senior|executive) )?(assistante?|secretaire)( (de direction|de gestion|de la direction|executi(f|ve)|personnel(le)?|administrati(f|ve)|particuli(er|ere)|bilingue|trilingue|polyvalente?))*( (du|de la|de l''|d''|aupres|au|a la|pour|dg|pdg|ceo|direction|president|presidence|comex|codir|comite)\b.*)?$', 'Assistante de direction, en une partie'),
    ('exclusion', 'regex', 'person', '^(stagiaire|apprentie?|alternante?|etudiante?|bras droit|(chef|cheffe|directeur|directrice) de cabinet|collabora(teur|trice)|(attachee?|office manager|assistant)( de direction)?)( (du|de la|aupres|pdg|dg|d''|de l'')\b.*)?$', 'Stagiaire, étudiant, bras droit'),

    -- Spanish
    ('csuite', 'regex', 'segment', '\b(director|directora|gerente|gerenta|gte|dtor|dtora|dir) (general|gral|ejecutiv[oa]|gerente)\b(?! adjunt[oa])(?<!\b(?:deputy|assistant|sub|vice|adjunt[oa]|asistente|asistente de|secretari[oa] de|del?) (?:la |el )?(?:director|directora|gerente|gerenta|dtor|dtora) (?:general|gral|ejecutiv[oa]|gerente))', 'Director general, gerente general, director ejecutivo'),
    ('csuite', 'regex', 'segment', '\b(conseller[oa]|consejer[oa]) delegad[oa]\b|\badministrador(a)? (unic[oa]|general|delegad[oa]|solidari[oa])\b|\bsoci[oa] (director(a)?|gerente|administrador(a)?|fundador(a)?|propietari[oa]|unic[oa])\b|\bprimer ejecutivo\b', 'Consejero delegado, administrador único'),
    ('csuite', 'regex', 'segment', '\b(co ?)?(fundador|fundadora|propietari[oa]|dueñ[oa]|titular de empresa|empresario|empresaria)\b(?<!\b(?:proceso|producto) (?:dueñ[oa]))(?! (de|del) (productos?|procesos?|los datos|datos))', 'Fundador, propietario, dueño'),
    ('exclusion', 'regex', 'segment', '\b(antigu[oa]|anterior|anteriormente|previamente|ex|exdirector(a)?|expresident[ea]|exceo|jubilad[oa]|retirad[oa]|futur[oa]|aspirante|becari[oa]|practicante|estudiante|pasante|voluntari[oa]|electo|electa|honorari[oa])\b', 'Antiguo, futuro, becario'),
    ('exclusion', 'regex', 'segment', '\b(asistente|asistenta|ayudante|secretari[oa]|asesor|asesora|adjunt[oa]|auxiliar|apoyo|chofer|consultor|consultora|oficina|equipo|gabinete|despacho) (ejecutiv[oa] |personal |administrativ[oa] )?(de|del|a|al|para)\b', 'Asistente de …'),
    ('exclusion', 'regex', 'segment', '\b(asistente|secretaria) (ejecutiv[oa]|de direccion|de gerencia)\b', 'Asistente ejecutiva'),
    ('exclusion', 'regex', 'segment', '\b(vice)?president[ea] (del|de la|do|da|d[oa]s|de los|dell''|del|du|de l'') ?(el |la )?(club|clube|circolo|circulo|centro (de estudiantes|academico)|gremio( estudantil)?|diretorio academico|consejo estudiantil|asociacion de (estudiantes|padres|vecinos)|associacao (academica|de estudantes|de pais|de moradores)|associazione (studentesca|genitori)|consulta studentesca|comite d''entreprise|comunidad de propietarios|condominio)\b', 'Presidente del club'),
    ('exclusion', 'regex', 'segment', '\bpresident[ea] (municipal|da camara|da junta|de mesa)\b', 'Presidente municipal'),

    ('exclusion', 'regex', 'segment', '\b(director|directora|gerente|gerenta|diretor|diretora|direttore|direttrice|directeur|directrice) (general|gral|geral|generale?|ejecutiv[oa]|executiv[oa]) (de |del |da |do |dei |delle |di |des |du )?(ventas|tienda|sucursal|restaurante|hotel|produccion|comercial|operaciones|finanzas|financier[oa]|administracion|administrativ[oa]|recursos humanos|planta|logistica|compras|mantenimiento|proyectos?|sistemas|tecnologia|calidad|zona|distrito)\b', 'Gerente general de producción'),
    ('exclusion', 'regex', 'segment', '\b(director|directora|gerente|gerenta|diretor|diretora|direttore|direttrice|directeur|directrice) (general|gral|geral|generale?|ejecutiv[oa]|executiv[oa]) (de |del |da |do |dei |delle |di |des |du )?(marketing|desarrollo|ingenieria|contabilidad|cuentas|producto|vendas|producao|operacoes|manutencao|qualidade|vendite|produzione|acquisti|commerciale|stabilimento|negozio|filiale|amministrativ[oa]|tecnic[oa]|ventes|production|achats|magasin|usine|zone)\b', 'Diretor geral de vendas'),

    ('exclusion', 'regex', 'person', '^(asistente|asistenta|auxiliar|ayudante|secretaria)( (ejecutiv[oa]|personal|administrativ[oa]|bilingue|senior|general|particular))*( (a|al|del|de la|para|gerencia|direccion|presidencia|ceo|de (direccion|gerencia|presidencia|gerente|director|administracion|ceo))\b.*)?$|^secretario (ejecutivo|de direccion|de gerencia|personal|particular)$|^jef[ea] de gabinete\b.*$', 'Asistente, secretaria'),
    ('exclusion', 'regex', 'person', '^(becari[oa]|practicante|pasante|estudiante|aprendiz|mano derecha)( (de|del|en)\b.*)?$', 'Becario, estudiante'),

    -- Portuguese
    ('csuite', 'regex', 'segment', '\b(diretor|diretora|director|directora) (geral|presidente|executiv[oa]|superintendente)\b(?! adjunt[oa])(?<!\b(?:vice|sub|adjunt[oa]|assistente|assistente d[oa]|d[oa]|ao) (?:diretor|diretora|director|directora) (?:geral|presidente|executiv[oa]|superintendente))', 'Diretor geral, diretor-presidente, diretor executivo'),
    ('csuite', 'regex', 'segment', '\b(administrador|administradora) (delegad[oa]|unic[oa])\b|\bsoci[oa] (gerente|administrador(a)?|fundador(a)?|proprietari[oa]|diretor(a)?)\b|(?<!\bvice )\bpresidente executiv[oa]\b|\bproprietari[oa]\b(?! d[oa]s? (produtos?|processos?|dados))', 'Administrador delegado, sócio-gerente, proprietário'),
    ('csuite', 'regex', 'segment', '\bdon[oa] d[aeo] ((meu|minha|um|uma|seu|sua) )?(proprio |propria )?(empresa|negocio|loja|restaurante|padaria|cafe|salao|clinica|escola|agencia|escritorio|consultorio|pousada|hotel|estudio|oficina|farmacia|marca)\b|^don[oa]$', 'Dono da empresa'),
    ('exclusion', 'regex', 'segment', '\b(ex|antig[oa]|outrora|futur[oa]|aposentad[oa]|reformad[oa]|estagiari[oa]|aprendiz|eleit[oa]|estudante|trainee)\b', 'Antigo, estagiário'),
    ('exclusion', 'regex', 'segment', '\b(assistente|secretari[oa]|secretariado|assessor|assessora|assessoria|adjunt[oa]|auxiliar|motorista|consultor|consultora|apoio|gabinete|escritorio|equipe|equipa|chefe de gabinete) (executiv[oa] |pessoal |administrativ[oa] )?(d[aoe]|ao|para|a|de)\b|\b(assistente|secretaria) executiva\b', 'Assistente do …'),

    ('exclusion', 'regex', 'person', '^(assistente|auxiliar|secretari[oa])( (executiv[oa]|pessoal|administrativ[oa]|bilingue|senior|particular))*( (a|ao|do|da|diretoria|presidencia|ceo|de (direcao|diretoria|presidencia|gerencia|administracao|gestao|ceo))\b.*)?$(?<!^secretario)|^(assessora?) d[ao] (presiden\w+|diretor\w+|ceo)\b.*$|^chefe de gabinete\b.*$', 'Assistente, secretária'),
    ('exclusion', 'regex', 'person', '^(estagiari[oa]|estudante|aprendiz|jovem aprendiz|braco direito|trainee)( (de|do|da|em)\b.*)?$', 'Estagiário, estudante'),

    -- Italian
    ('csuite', 'regex', 'segment', '\b(amministratore|amministratrice) (delegat[oa]|unic[oa]|generale)\b(?<!\b(?:vice|assistente|all|dell|segretaria dell) ?(?:''|)(?:amministratore|amministratrice) (?:delegat[oa]|unic[oa]|generale))|\bsoci[oa] (amministratore|amministratrice)\b|^ad (ad interim|e dg|di gruppo|e direttore generale|e socio)\b', 'Amministratore delegato, amministratore unico'),
    ('csuite', 'regex', 'segment', '\b(direttore|direttrice) generale\b(?! (aggiunt[oa]|vicari[oa]))(?<!\b(?:vice|vicedirettore|assistente|del|al|assistente del) (?:direttore|direttrice) generale)', 'Direttore generale'),
    ('csuite', 'regex', 'segment', '\b(co ?)?(fondatore|fondatrice|cofondatore|proprietari[oa]|imprenditore|imprenditrice|socio fondatore|socio unico)\b|\b(con|co ?)?titolare\b(?! di cattedra)(?<!\b(?:professore|docente) titolare)', 'Fondatore, titolare, proprietario'),
    ('csuite', 'regex', 'segment', '\bpresidentessa\b', 'Presidentessa'),
    ('exclusion', 'regex', 'segment', '\b(ex|gia|precedentemente|in passato|futur[oa]|pensionat[oa]|in pensione|tirocinante|stagista|studente|studentessa|aspirante|onorari[oa]|volontari[oa])\b', 'Ex, tirocinante'),
    ('exclusion', 'regex', 'segment', '\b(assistente|segretari[oa]|segreteria|ufficio|gabinetto|collaborat(ore|rice)|consulente|portavoce|staff) (di direzione |personale |esecutiv[oa] )?(del|della|dell''|dell|di|al|alla|all''|all|per)\b|\bsegretaria di direzione\b', 'Assistente del …'),

    ('exclusion', 'regex', 'person', '^(assistente|assistant|segretaria|segretario|segreteria)( (personale|esecutiv[oa]|amministrativ[oa]|generale|di direzione|di presidenza))*( (del|della|dell''|di (direzione|presidenza)|al|alla|all''|amministratore|direttore|presidente|direzione|presidenza|ad|dg|ceo)\b.*)?$(?<!^segretario(?: generale)?)', 'Assistente, segretaria'),
    ('exclusion', 'regex', 'person', '^(addett[oa] (alla |di )?segreteria|collaborat(ore|rice)|portavoce|staff|capo (di )?(gabinetto|segreteria|staff)|ufficio|segreteria (tecnica|particolare)|responsabile (di |della )?segreteria)( (del|della|dell''|di|al|alla)\b.*)?$(?<!^staff)', 'Segreteria, capo di gabinetto'),
    ('exclusion', 'regex', 'person', '^(tirocinante|stagista|studente|studentessa|praticante|apprendista|braccio destro)( (di|del|in)\b.*)?$', 'Tirocinante, studente'),

    -- Dutch, Afrikaans
    ('csuite', 'regex', 'segment', '\b(algemeen|statutair|alg|gedelegeerd|afgevaardigd|waarnemend) (directeur|directrice|bestuurder)\b(?<!\b(?:adjunct|plaatsvervangend|vice|assistent|secretaresse|assistente|de|van) (?:algemeen|statutair|alg) (?:directeur|directrice))|\b(directeur|directrice) (en )?(eigenaar|eigenaresse|grootaandeelhouder|bestuurder)\b', 'Algemeen directeur, directeur-eigenaar'),
    ('csuite', 'regex', 'segment', '\b(mede ?)?(oprichter|oprichtster|eigenaar|eigenaresse|mede eigenaar|zaakvoerder|zaakvoerster|ondernemer eigenaar|bestuursvoorzitter|directievoorzitter)\b(?<!\b(?:product|proces|data|budget|vice|plaatsvervangend) ?(?:eigenaar|bestuursvoorzitter))', 'Oprichter, eigenaar, zaakvoerder'),
    ('csuite', 'regex', 'segment', '\b(ceo en )?lid (van )?(de )?(raad van bestuur|rvb|directiecomite|hoofddirectie)\b|\bvoorzitt(er|ster) (van )?(de |het )?(raad van (bestuur|commissarissen|toezicht)|directie(comite)?|bestuur|rvb|rvc|rvt)\b(?<!\b(?:vice|plaatsvervangend|plv|oud) voorzitter (?:van )?(?:de |het )?(?:\w+ ){0,2}\w+)', 'Voorzitter van de raad van bestuur'),
    ('csuite', 'regex', 'segment', '\b(besturende direkteur|hoof ?uitvoerende (beampte|hoof)|uitvoerende hoof|stigter|mede ?stigter|eienaar|mede ?eienaar|hoof (finansiele|bedryfs|tegnologie|inligtings) ?beampte)\b(?<!\b(?:adjunk|visie|produk) ?(?:besturende direkteur|eienaar))', 'Besturende direkteur, stigter, eienaar'),
    ('vp', 'regex', 'segment', '\b(vise|adjunk) ?president\b', 'Visepresident'),
    ('exclusion', 'regex', 'segment', '\b(voormalig|voormalige|voorheen|oud|gewezen|aankomend|toekomstig|gepensioneerd|stagiair|stagiaire|studente|vrijwilliger|ex|afgetrede|aspirant)\b', 'Voormalig, stagiair'),
    ('exclusion', 'regex', 'segment', '\b(assistent|assistente|secretaresse|sekretaresse|secretaris|medewerker|adviseur|directiesecretaresse|(management|directie)assistent(e)?|adjunct|adjunk|plaatsvervangend|ondersteuning|chauffeur)\b(?! president)|\b(bureau|kantoor|kabinet|secretariaat) van\b', 'Assistent, secretaresse'),

    ('exclusion', 'regex', 'person', '^((executive|persoonlijk|senior|pers) )*(directie|management|bestuurs|office|project|persoonlijk)? ?(assistente?|assistant|secretaresse|sekretaresse|secretariaat|secretaris)( (van|bij|aan|voor|de|directie|raad|ceo)\b.*)?$(?<!^secretaris)', 'Assistent, secretaresse, in een deel'),
    ('exclusion', 'regex', 'person', '^(stagiaire?|studente?|trainee|leerling|rechterhand)( (van|bij)\b.*)?$', 'Stagiair, student'),

    -- Swedish, Danish, Norwegian, Icelandic, Finnish
    ('csuite', 'regex', 'segment', '\b(verkst(ä|ae)llande direkt(ö|oe)r|vd|koncernchef|generaldirekt(ö|oe)r|(styrelse|bestyrelses|styre)(ordf(ö|oe)rande|formand|formann?|leder|forman|forkvinde|leiar)|styrets leder|styrelsens ordf(ö|oe)rande)\b(?<!\b(?:vice|vic|bitr|bitradande|stf|st(ä|ae)llf(ö|oe)retr(ä|ae)dande|till|at|f d|for|vara|tf vice) (?:verkst(?:ä|ae)llande direkt(?:ö|oe)r|vd|generaldirekt(?:ö|oe)r|styrelseordf(?:ö|oe)rande))', 'Verkställande direktör, vd, styrelseordförande'),
    ('csuite', 'regex', 'segment', '\b(adm(inistrerende)?|admin) dir(ekt(ø|oe|o)r)?\b|\b(konserndirektør|konsernsjef|koncerndirektør|daglig leder|dagleg leiar|generaldirektør|toppsjef|direktør og (ejer|eier|indehaver|medejer)|ordförande i styrelsen|formand for bestyrelsen|leder av styret)\b(?<!\b(?:vice|viceadm|ass|assisterende|til|for) (?:adm|administrerende|daglig|konsernsjef|ordförande i styrelsen) ?(?:direktør|leder)?)', 'Administrerende direktør, daglig leder, konsernsjef'),
    ('csuite', 'regex', 'segment', '\b(grundare|medgrundare|ägare|delägare|företagare|företagsägare|stifter|medstifter|grundl(æ|ae)gger|medgrundl(æ|ae)gger|indehaver|medindehaver|ejer|medejer|ejerleder|eier|medeier|gründer|medgründer|grunnlegger|medgrunnlegger|innehavare|innehaver)\b(?<!\b(?:produkt|process|proces|prosess) ?(?:ägare|agare|ejer|eier))', 'Grundare, ägare, stifter, indehaver, eier'),
    ('csuite', 'regex', 'segment', '\b(forstjóri|framkvæmdar?stjóri|stjórnarformaður|formaður stjórnar|stofnandi|meðstofnandi|eigandi|meðeigandi)\b(?<!\b(?:aðstoðar|vara|fyrrverandi) ?(?:forstjóri|framkvæmdar?stjóri))(?! (\w+ )?(sölu|markaðs|fjármála|þróunar|rekstrar|mannauðs)\w*)', 'Forstjóri, framkvæmdastjóri, stofnandi, eigandi'),
    ('csuite', 'regex', 'segment', '\b(toimitusjohtaja(na)?|tj|pääjohtaja|konsernijohtaja|hallituksen (puheenjohtaja|pj)|perustaj(a|ista)|perustajajäsen|perustajaosakas|omistaja|yrittäjä ja omistaja)\b(?<!\b(?:vara|varatoimitusjohtaja|apulais|entinen|ent|vt vara|tuote|prosessi) ?(?:toimitusjohtaja|puheenjohtaja|omistaja))', 'Toimitusjohtaja, perustaja, omistaja'),
    ('vp', 'regex', 'segment', '\b(varapresidentti|vicepresident|visepresident|varaforseti|aðstoðarforseti)\b', 'Vicepresident, varapresidentti, varaforseti'),
    ('exclusion', 'regex', 'segment', '\b(tidigare|före detta|fd|f d|eks|forna|blivande|pensionerad|praktikant|tidligere|tidl|forhenv(æ|ae)rende|fhv|kommende|aspirerende|pensioneret|pensjonert|entinen|ent|tuleva|eläkkeellä|eläköitynyt|harjoittelija|opiskelija|frivillig|studerande|studerende|fyrrverandi|fyrrum|verðandi|nemi|starfsnemi|eldri)\b', 'Tidigare, tidligere, entinen, fyrrverandi'),
    ('exclusion', 'regex', 'segment', '\b(assistent|vd ?assistent|sekreterare|sekret(æ|ae|ä)r|direktionsassistent|direktionssekret(æ|ae)r|johdon assistentti|assistentti|sihteeri|medarbetare|rådgivare|rådgiver|stab|stabschef|aðstoðarmaður|aðstoðarkona|ritari|ráðgjafi)\b', 'Assistent, sekreterare, assistentti, aðstoðarmaður'),

    ('exclusion', 'regex', 'person', '^((personlig|executive|exekutiv|administrativ|adm|senior) )*(vd|ledelses|lednings|direktions|chefs?|ledar|leder|direktør|direktörs)? ?(assistent|sekreterare|sekret(æ|ae|ä)r)( (till|til|för|for|at|hos|vd|direktion\w*|direktør\w*)\b.*)?$|^(ledningskoordinator|stabschef|praktikant|student|studerande|studerende|trainee|elev|lærling|lärling)$', 'Assistent, sekreterare, i en del'),
    ('exclusion', 'regex', 'person', '^((johdon|toimitusjohtajan|henkilökohtainen|hallinnon|hallinnollinen) )*(assistentti|sihteeri)$|^(harjoittelija|opiskelija)$|^((persónulegur|persónuleg) )?(aðstoðarmaður|aðstoðarkona|ritari)( forstjóra| framkvæmdastjóra)?$|^(nemi|starfsnemi|nemandi)$', 'Assistentti, sihteeri, aðstoðarmaður'),

    -- Polish, Czech, Slovak, Hungarian, Romanian
    ('csuite', 'regex', 'segment', '\b(prezes|prezeska|dyrektor (generaln[ya]|naczeln[ya]|zarządzając[ya])|dyrektorka (generalna|naczelna|zarządzająca)|(współ)?właściciel(ka)?|(współ)?założyciel(ka)?|przewodnicząc[ya] (rady|zarządu)|szef(owa)? firmy|człon(ek|kini) zarządu)\b(?<!\b(?:vice|wice|v ce|v|asystent|asystentka|zastępca|z ca|produktu|procesu) (?:prezesa?|prezeska|dyrektor generalny|właściciel))(?! (produktu|procesu))', 'Prezes zarządu, dyrektor generalny, właściciel, założyciel'),
    ('csuite', 'regex', 'segment', '\b(p ?o|pełniąc[ya] obowiązki) (prezesa|prezeski|dyrektora (generalnego|naczelnego|zarządzającego))\b', 'P.o. prezesa'),
    ('exclusion', 'regex', 'segment', '\b(prezes|prezeska|przewodnicząc[ya]|wiceprezes) (\w+ )?(koła|klubu|samorządu|parlamentu studentów|zrzeszenia studentów|ogródków)\b', 'Prezes koła naukowego'),
    ('csuite', 'regex', 'segment', '\b(generální|generáln[aiy]|výkonn[aiyý]|vykonn[aiy]|statutární) (ředitel(ka)?|riaditeľ(ka)?)\b|\b(ředitel(ka)?|riaditeľ(ka)?) (a (jednatel(ka)?|majitel(ka)?|konateľ(ka)?)|firmy|společnosti|spoločnosti|podniku)\b(?<!\b(?:zástupce|zástupca|náměstek|asistentka) (?:generální )?(?:ředitel(?:ka)?|riaditeľ(?:ka)?) ?\w*)', 'Generální ředitel, ředitel společnosti'),
    ('csuite', 'regex', 'segment', '\b(jednatel(ka)?|konateľ(ka)?|(spolu)?majitel(ka)?|(spolu)?majiteľ(ka)?|(spolu)?vlastn[ií]k|(spolu)?vlastníčka|(spolu)?zakladatel(ka)?|(spolu)?zakladateľ(ka)?|předsed(a|kyně) (představenstva|dozorčí rady|správní rady)|predsed(a|níčka) (predstavenstva|dozornej rady)|člen(ka)? (představenstva|predstavenstva)|prezident(ka)?)\b(?<!\b(?:vice|více|čestný) ?prezident(?:ka)?)(?<!\b(?:produktový|procesní|procesný|datový) vlastn[ií]k)(?! (produktu|procesu))', 'Jednatel, konateľ, majitel, zakladatel'),
    ('csuite', 'regex', 'segment', '\b(ügyvezető(nő)?( igazgató)?|vezérigazgató(nő)?|elnök(nő)? vezérigazgató|(cég|társ|üzlet)?tulajdonos(a|nő)?|(társ)?alapító(ja)?|cégvezető|(igazgatóság|igazgatótanács|felügyelőbizottság) elnöke|elnök(nő)?)\b(?! (helyettes|asszisztens|titkár))(?<!\b(?:helyettes|al|tiszteletbeli) ?elnök)(?<!\b(?:termék|folyamat|hallgatói önkormányzat|hök|dök|diák) ?(?:tulajdonos|elnöke?))', 'Ügyvezető, vezérigazgató, tulajdonos, elnök'),
    ('csuite', 'regex', 'segment', '\b(directorul general|director general executiv|director executiv|directoare generală|(co ?)?fondator(ul)?|(co ?)?fondatoare(a)?|(co ?)?proprietară?|administrator (unic|srl|societate|firmă)|asociat unic|preşedint[eă]|preşedintele|patroană)\b(?! (adjunct|de produs))(?<!\bvice ?preşedint[eă])(?<!\bpreşedintele? de onoare)', 'Director general, fondator, proprietar, președinte'),
    ('vp', 'regex', 'segment', '\b(wice|vice|v ?ce) ?(prezes(ka)?|prezydent)\b|\b(vice|více) ?prezident(ka)?\b|\bv?ice ?președint[eaă]\b|\balelnök(e)?\b', 'Wiceprezes, viceprezident, vicepreședinte, alelnök'),
    ('exclusion', 'regex', 'segment', '\b(był[ya]|emerytowan[ya]|przyszł[ya]|honorow[ya]|stażyst(a|ka)|praktykant(ka)?|studentka|asystent(ka)?|sekretarka|sekretariat|zastępca|zastępczyni|z ca|doradca|kandydat(ka)?|na emeryturze)\b', 'Były, asystentka, zastępca'),
    ('exclusion', 'regex', 'segment', '\b(býval(ý|y|á|a)|bývalí|budoucí|budúc[ia]|čestn[aáýy]|asistent(ka)?|sekretářka|zástup(ce|kyně|ca|kyňa)|náměst(ek|kyně)|stážist(a|ka)|důchodce|dôchodca)\b', 'Bývalý, asistentka, zástupce'),
    ('exclusion', 'regex', 'segment', '\b(volt|korábbi|egykori|leendő|nyugalmazott|nyugdíjas|tiszteletbeli|asszisztens(e)?|titkárnő(je)?|titkár(a)?|helyettes(e)?|gyakornok|tanácsadó(ja)?|diákönkormányzat)\b', 'Volt, asszisztens, helyettes'),
    ('exclusion', 'regex', 'segment', '\b(fost(a|ă|ul)?|clubului|asociaţiei studenţilor|viitor(ul)?|viitoare|onorific|de onoare|asistent[aă]?|secretar[aă]|adjunct[aă]?|consilier[aă]?|stagiar[aă]?|pensionar[aă]?|student[aă])\b', 'Fost, asistentă, adjunct'),

    ('exclusion', 'regex', 'person', '^((osobist[ya]|dyrektorsk[ai]) )?(asystent(ka)?|sekretarka|sekretariat)( (zarządu|prezesa|dyrektora|ceo|do|ds|biura)\b.*)?$|^(stażyst(a|ka)|praktykant(ka)?|student(ka)?)$', 'Asystent, sekretarka, stażysta'),
    ('exclusion', 'regex', 'person', '^((osobní|osobn[ýaá]|výkonn[áý]) )?(asistent(ka)?|sekretářka|sekretárka)( (ředitele|jednatele|generálního|vedení|riaditeľa|konateľa|predsedu|pro|pre|ceo)\b.*)?$|^(stážist(a|ka)|študent(ka)?)$', 'Asistent, sekretářka'),
    ('exclusion', 'regex', 'person', '^((vezetői|személyi|igazgatói|ügyvezetői|vezérigazgatói|ügyvezető|vezérigazgató) ?)?(asszisztense?|titkárnő(je)?|titkár(a)?|titkárság)$|^(gyakornok|hallgató|diák)$|^(asistentă?|secretară?)( (manager|executiv|personal|director|de direcție|al|a)\b.*)?$|^(stagiar[ă]?|practicant[ă]?|studentă)$', 'Asszisztens, titkárnő, asistentă'),

    -- South Slavic in Latin letters
    ('csuite', 'regex', 'segment', '\b(generaln[ai]|izvršn[ai]|glavn[ai] izvršn[ai]) direktor(ica|ka)?\b|\bdirektor(ica|ka)? (doo|d o o|jdoo|poduzeća|podjetja|preduzeća|tvrtke|firme|društva|družbe|kompanije)\b|\bpreds?jedni(k|ca) (uprave|nadzornog odbora|upravnog odbora|kompanije|društva)\b|\bčlan(ica)? uprave\b|\bpredsedni(k|ca) (uprave|nadzornega sveta|upravnega odbora|nadzornog odbora|upravnog odbora|kompanije|družbe)\b(?<!\b(?:zamenik|zamjenik|namestnik) predsednika \w+)', 'Generalni direktor, predsjednik uprave'),
    ('csuite', 'regex', 'segment', '\bglavn[aio] (\w+ ){0,2}(direktor|rukovoditelj|službenik|menadžer|menedžer)(ica|ka|ja)?\b(?! (škole|vrtića|muzeja|hotela|trgovine|ureda|produkcije))|\b(izvršn[ai]|generaln[ai]) (\w+ )?direktor(ica|ka)?\b', 'Glavni financijski direktor'),
    ('csuite', 'regex', 'segment', '\b((su)?vlasni(k|ca)|(so)?lastni(k|ca)|(su)?osnivač(ica)?|(so)?ustanovitelj(ica)?)\b(?<!\b(?:produktni|produktna) (?:vlasnik|lastnik))(?! (proizvoda|produkta|procesa|izdelka))', 'Vlasnik, osnivač, lastnik, ustanovitelj'),
    ('vp', 'regex', 'segment', '\b(potpreds?jedni(k|ca)|potpredsedni(k|ca)|podpredsedni(k|ca))\b(?! (uprave|upravnog|nadzornog|nadzornega|studentsk\w+|kluba|udruge))', 'Potpredsjednik, podpredsednik'),
    ('exclusion', 'regex', 'segment', '\b(bivš[ia]|nekdanj[ia]|budući|bodoč[ia]|počasni|pomoćni(k|ca)|pomočni(k|ca)|asistent(ica|kinja)?|tajni(k|ca)|sekretarica|zamjeni(k|ca)|zameni(k|ca)|namestni(k|ca)|savjetni(k|ca)|pripravni(k|ca)|studentica|studentkinja|umirovljen[ia]|penzionisan[ia]|upokojen[ia])\b', 'Bivši, pomoćnik, zamjenik'),

    ('exclusion', 'regex', 'person', '^((poslovn[ai]|izvršn[ai]|osobn[ai]|administrativn[ai]|direktorova) )*(asistent(ica|kinja)?|tajni(k|ca)|sekretarica|pomoćni(k|ca)|pomočni(k|ca))( (direktora|uprave|predsjednika|predsednika|generalnog|generalnega|za|u|v|ceo)\b.*)?$|^(pripravni(k|ca)|studentica|studentkinja|dijak)$', 'Asistent, tajnica'),

    -- Baltic, Estonian, Catalan
    ('csuite', 'regex', 'segment', '\b(generalin(is|ė) direktor(ius|ė)|vykdom(asis|oji) direktor(ius|ė)|valdybos pirminink(as|ė)|(bendra)?įkūrėj(as|a)|(bendra)?steigėj(as|a)|(bendra)?savinink(as|ė)|prezident(as|ė)|įmonės vadov(as|ė))\b(?<!\b(?:produkto|proceso) savinink(?:as|ė))(?<!\b(?:pardavimų|finansų|rinkodaros|komercijos|technikos|mokyklos|personalo|plėtros|gamybos|projektų|it|marketingo) direktor(?:ius|ė))', 'Generalinis direktorius, įkūrėjas, savininkas'),
    ('csuite', 'regex', 'segment', '^((įmonės|bendrovės|uab|mb|ab|firmos|kompanijos)( \w+)? )?direktor(ius|ė)$', 'Įmonės direktorius'),
    ('csuite', 'regex', 'segment', '\b(ģenerāldirektor(s|e)|izpilddirektor(s|e)|valdes priekšsēdētāj(s|a)|padomes priekšsēdētāj(s|a)|(līdz)?dibinātāj(s|a)|(līdz)?īpašnie(ks|ce)|prezident(s|e)|uzņēmuma vadītāj(s|a))\b(?<!\b(?:produkta|procesa) īpašnie(?:ks|ce))(?<!\b(?:studentu|vice) prezident(?:s|e))', 'Ģenerāldirektors, dibinātājs, īpašnieks'),
    ('csuite', 'regex', 'segment', '\b(tegevjuht|tegevdirektor|peadirektor|juhatuse esimees|nõukogu esimees|(kaas)?asutaja|(kaas)?omanik|ettevõtte juht)\b(?<!\b(?:toote|protsessi) ?omanik)|\b(conseller delegat|consellera delegada|conselleira delegada|(co)?fundadora?|propietària)\b(?! d(e|el|els) (producte|procés))(?! del? (producto|proceso))', 'Tegevjuht, asutaja, conseller delegat'),
    ('vp', 'regex', 'segment', '\b(vice ?prezident(as|ė|s|e)|asepresident)\b', 'Viceprezidentas, viceprezidents, asepresident'),
    ('exclusion', 'regex', 'segment', '\b(buv(ęs|usi)|būsim(as|a)|asistent(as|ė)|padėjėj(as|a)|pavaduotoj(as|a)|sekretor(ius|ė)|praktikant(as|ė)|studentas|studentė|bijuš(ais|ā)|topoš(ais|ā)|asistent(s|e)|palī(gs|dze)|vietnie(ks|ce)|sekretār(s|e)|praktikant(s|e)|studente|endine|tulevane|assistent|abi|asetäitja|tudeng|praktikant)\b', 'Buvęs, bijušais, endine; padėjėjas, palīgs, abi'),

    ('exclusion', 'regex', 'person', '^(\w+ ){0,2}(asistent(as|ė|s|e)|padėjėj(as|a)|sekretor(ius|ė)|palī(gs|dze)|sekretār(s|e)|assistent|sekretär|abi)$|^(praktikant(as|ė|s|e)?|studentas|studentė|studente|students|tudeng)$', 'Asistentas, padėjėja, palīgs, abi'),

    -- Turkish
    ('csuite', 'regex', 'segment', '\b(genel müdür|yönetim kurulu başkanı|icra kurulu başkanı|başkan|kurucu|kurucu orta(k|ğı)|kurucusu|şirket müdürü|iş(letme|yeri)? sahibi|şirket sahibi|firma sahibi|sahibi|murahhas (üye|aza)|üst yönetici)\b(?! (yardımcısı|yard|asistanı|adayı))(?<!\b(?:ürün|süreç) sahibi)(?<!\b(?:kulübü|kulüp|topluluğu|belediye|öğrenci|onursal) başkan)(?<!başkan)(?! vekili)|^başkan$|\bgenel müdür vekili\b|\b(yönetim kurulu|icra kurulu|yk|ik|şirket|grup|holding) başkanı?\b(?! (yardımcısı|vekili|yard))', 'Genel müdür, yönetim kurulu başkanı, kurucu'),
    ('vp', 'regex', 'segment', '\bbaşkan (yardımcısı|yard)\b(?<!\b(?:kurulu|belediye|kulübü|kulüp|konsey|topluluğu|dernek|parti|il|ilçe) başkan (?:yardımcısı|yard))', 'Başkan yardımcısı'),
    ('exclusion', 'regex', 'segment', '\b(eski|emekli|önceki|müstakbel|geleceğin|onursal|adayı|stajyer(i)?|öğrenci(si)?|asistanı?|sekreter(i)?|danışmanı|şoförü?|müdür yardımcısı|belediye|kulüp|kulübü)\b', 'Eski, asistan, stajyer'),

    ('exclusion', 'regex', 'person', '^(\w+ ){0,3}(asistanı?|sekreteri?)$|^(\w+ )?(stajyer(i)?|öğrenci(si)?)$', 'Asistan, sekreter'),

    -- Many languages: what else keeps people out
    ('exclusion', 'regex', 'segment', '^then\b|^(at the time|back then|at that time)\b|\b(v důchodu|na penzi|na dôchodku|пенсиониран(а)?|в пенсия|u mirovini|umirovljen(i|a)|na emeryturze|emerytowan(y|a)|nyugdíjas|la pensie|pensionert|pensioneret|eläkkeellä|i pension|à la retraite|en retraite|retraitée?|jubilad[oa]|aposentad[oa]|reformad[oa]|in pensione|pensionat[oa]|gepensioneerd|met pensioen|im ruhestand|pensioniert|pensionierte[rn]?)\b', 'In retirement'),
    ('exclusion', 'regex', 'segment', '\b(coach(es|ing|s)?|mentor(ing)?|berater(in)?|beratung|consultants?|consultor(a|es)?|consulente|konsult|konzultant(ka)?|doradca|коуч|консультант) (für|fuer|pour|para|per|voor|för|for|til|till|pro|dla|для|de|di|von|des|zu) ((les|los|las|os|i|gli|le|the|junge|neue) )*(ceos?|c\wos?|pdg|dg|geschäftsführ\w+|vorst(and|ände)\w*|vds?|dirigeants|direttor\w+ general\w+|direct\w+ g[eé]n[eé]ra\w+|amministrator\w+ delegat\w+|pr[eé]sident\w*|prezes\w*|генеральн\w+)\b', 'Coach für Vorstände, coach de CEOs'),
    ('exclusion', 'regex', 'segment', '\b(recruiter|recruiting|recruteu(r|se)|executive search|headhunter|headhunting|personalberat(er|erin|ung)|formateur|formatore|trainer) (für|fuer|pour|para|per|voor|för|for|til|till|pro|dla|для|de|di|von|des|zu) ((les|los|las|os|i|gli|le|the|junge|neue) )*(ceos?|c\wos?|pdg|dg|geschäftsführ\w+|vorst(and|ände)\w*|vds?|dirigeants|direttor\w+ general\w+|direct\w+ g[eé]n[eé]ra\w+|amministrator\w+ delegat\w+|pr[eé]sident\w*|prezes\w*|генеральн\w+)\b', 'Recruiter für Vorstände'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|geschäftsführer|vorstands?|vd) (coachen|themen|thema|topics|koçu|koçluğu|berater(in)?|beratung|kouč(ka)?|valmentaja|valmennus|rekrytering|rekruttering)\b|\b(geschäftsführer|vorstands?|vd) (coach|coaching)\b', 'CEO-Coach, CEO koçu'),
    ('exclusion', 'regex', 'segment', '(c[a-z]o|社長|経営者|代表|役員|总裁|總裁|总经理|總經理|대표|사장)( ?向け| ?専門|の| ?전문| ?전담)? ?(コーチ|コンサル|教练|教練|顾问|顧問|코치|컨설턴트)|(c[a-z]o|経営者|社長|役員) ?向け', '社長のコーチ, CEO 코치'),
    ('exclusion', 'regex', 'segment', '\b(author|creator|host|producer|editor|reader|fan|listener) of (\w+ (?<!and )){0,4}(ceo|c\wo|president|founder|chief|vp)\b|\b(c\wo|executive|founder)s?( and c\wos?)* relationships?\b|\b(pres|president)s? (club|circle) (winner|member|qualifier|achiever|awardee|recipient|20\d\d)\b|\b(ceo|c\wo|president|vp|chairman|boss|founder) for (a|the|one) (day|week)\b|\bproud owner of\b', 'Author of "The CEO", CEO for a day'),
    ('exclusion', 'regex', 'segment', '\b(hall|dorm|dormitory|residence hall|house|floor) council\b|\b(president|pres|chairman|chair|vp|vice president|captain|founder) (of |at |in )?((the|our|my) )?(debate|debating|drama|chess|film|photography|gaming|anime|robotics|math|maths|coding|book|glee|ski|hiking|rowing|poker) (society|club|team|union|circle|association)\b', 'Debate society, hall council'),
    ('exclusion', 'regex', 'segment', '\b(associazione|unione|consulta|circolo|asociación|unión|federación|associação|união|association|amicale|fédération|union|vereniging|förening|forening|federation) (degli |degl''|di |de |dos |des |d''|de los |van |der |av |of )?(student\w*|estudiant\w*|étudiant\w*|estudant\w*|alumn\w*|ex alliev\w*|anciens élèves|ehemaligen)\b', 'Associazione studenti'),
    ('exclusion', 'regex', 'segment', '\b(proprietari[oa]|titolare|proprietári[oa]|don[oa]|dueñ[oa]|propriétaire|eigenaar|ägare|eier|ejer|omistaja|właściciel(ka)?|vlastník|majitel(ka)?|vlasnik|vlasnica|собственик|владелец|власник|pemilik) (del |dello |della |dei |de |do |da |du |des |van (het |de )?|von |af |av |на )?(prodott[oi]|process[oi]|product[oe]s?|produit|proces\w*|données|dati|dados|datos|produto|produk\w*|bütçe|budget|presupuesto)\b|\b(προϊόντος|διαδικασίας|δεδομένων) ιδιοκτήτ(ης|ρια)\b', 'Proprietario del prodotto'),
    ('exclusion', 'regex', 'segment', '\bpa (til|till|zum|zur|voor|para|de|du|der|des|van|da|di|do|per|pour)\b', 'PA til …'),
    ('exclusion', 'regex', 'title', '\b(copywriter|copywriting|seo|ppc|landing pages?|a b testing|ab testing|conversion rate optimi\w+|shopify)\b[^\n]*\n[,:(]?(\w+ and )?cro(\n|$)|(^|\n)cro\n[,:(]?(seo|ppc|a b testing|ab testing|copywrit\w+|landing pages?|conversion rate optimi\w+|shopify)\b', 'CRO of websites'),

    ('csuite', 'regex', 'segment', '^(consej del( (solid|mancom))?|adm unic[oa]|presid( ejecutiv[oa])?)$|\bconsigliere delegato\b', 'Consej. Del., Adm. Unico; consigliere delegato'),
    ('exclusion', 'regex', 'segment', '\b(vice ?president[ei] (del |di )?(consiglio|cda|c d a)|president[ei] (del |della |di )?(collegio|commissione|comitato))\b', 'Vice presidente del CdA, presidente del collegio sindacale'),
    ('csuite', 'regex', 'segment', '\b(hlavní|hlavný) (\w+ )?(ředitel|riaditeľ)(ka)?\b|\bvýkonn(ý|á) (technick|finanční|finančn|obchodn|provozn|prevádzkov)\w* (ředitel|riaditeľ)(ka)?\b', 'Hlavní marketingový ředitel'),

    -- Japanese, Chinese, Korean: no word edges
    ('csuite', 'regex', 'segment', '^代表$|代表社員|代表取締役|代表執行役|代表理事|共同代表|代表者$|取締役会議長|(?<!副|前|元|支|次期|秘書)社長|取締役会長|(?<!副|前|元|名誉|町内|自治|保護者|生徒|学生|pta |ob)会長|(?<!副|前|元)理事長|(?<!副|元|前)頭取|創業者|創業社長|創設者|共同創業者|共同創設者|ファウンダー|経営者', '代表取締役, 社長, 会長, 理事長, 創業者'),
    ('csuite', 'regex', 'segment', '(?<!副)最高.{0,12}責任者|チーフ.{1,20}オフィサー|(?<!プロダクト|プロジェクト|プロセス|データ|サービス|システム|バジェット|タスク|ペット)オーナー(?!シップ|様|向け|サポート)', '最高…責任者, チーフ…オフィサー, オーナー'),
    ('csuite', 'regex', 'segment', '(?<!副|前|原|助理)首席.{1,8}官|(?<!副|前|原|助理|分公司)(总经理|總經理|总裁|總裁|行政总裁|行政總裁)(?!助理|秘书|秘書|办公室|辦公室|特助|办)|(?<!副|前|原)(董事长|董事長|理事长|理事長|董事會主席|董事会主席|董事局主席)(?!助理|秘书|秘書|办|辦)|(?<!副|前)執行長(?!特助|助理|秘書|辦)|(?<!副|前)执行长|(?<!副)(財務|資訊|營運|技術|行銷|人資|人力資源|策略|法務|產品|數位|資安|科技|投資|創意|業務|知識|管理|永續|數據|創新|品牌|客戶)長( |$)|常务董事|(?<!副|前|元|會)會長( |$)', '首席执行官, 总经理, 总裁, 董事长'),
    ('csuite', 'regex', 'segment', '(?<!前|原)(创始人|創始人|创办人|創辦人|创始合伙人|創始合夥人|老板|老闆|老板娘|企业主|業主|业主代表|法人代表|店主|东家)|(?<!副|前|原|会|會|党|工会|學生會)主席(?!助理|秘书|秘書|团)', '创始人, 创办人, 老板, 主席'),
    ('csuite', 'regex', 'segment', '대표 ?이사|(?<!영업|판매|학생|직원|근로자|노동자|부|국가|지역)대표(?!님|자? ?비서|팀|번호|적)( |$)|대표자$|최고.{1,8}책임자|최고(경영|재무|기술|운영|정보|마케팅|인사|제품)자|(?<!부|전|전 |지)사장(?! ?비서| ?보좌)|(?<!부|전|전 |학생|학생회|동창|총학생)회장(?! ?비서)|이사회 ?의장|창업자|창업주|창립자|설립자|(?<!프로덕트|프로덕트 |제품 |프로세스|프로세스 |데이터 |서비스 )오너(?!십)', '대표이사, 최고경영자, 사장, 회장, 창업자'),
    ('vp', 'regex', 'segment', '副社長|バイス ?プレジデント|ヴァイス ?プレジデント|바이스 ?프레지던트|副总裁|副總裁|부사장|부총재', '副社長, 副总裁, 부사장'),
    ('exclusion', 'regex', 'segment', '(元|旧|前) ?(?=代表|社長|副社長|会長|取締役|理事長|c[a-z]{1,3}o( |$)|vp|创始|創始)|前 ?(?=总|總|副总|副總|董事|任|首席|执行|執行)|原 ?(?=总|總|董事|副总|首席)|社長室|会長室|社長付|c[a-z]{1,3}o ?(室|付|办|辦|弁公室|직속|실( |$)|オフィス|スタッフ|助手|스태프|스텝|오피스|보좌|지원팀|사무실)|(c[a-z]{1,3}o|社長|役員|経営者|経営幹部|エグゼクティブ) ?(採用|サーチ|ヘッドハン)|役員(室|秘書|付)|헤드헌터|董事长办|总裁办|总经办|總經理室|総裁室|秘書|秘书|助理(?!副總裁|副总裁)|特助|アシスタント|補佐|비서|前任|退休|退任|退職|引退|離任|卸任|候任|見習い|インターン|实习|實習|学生|學生|大学生|大学\d年|校友会|顧問として', '元・前, 秘書, 助理, 비서'),
    ('exclusion', 'regex', 'segment', '候補|候选|次期|未来|將來|将来|미래의?|夢は|の夢|目指|志望|希望|梦想|夢想|立志|전 ?(?=대표|사장|부사장|회장|c[a-z]o)|전직|전임|예비|내정자|지망|준비생|꿈|인턴|학생|대학생|보좌|은퇴|퇴직|퇴임|명예|名誉', '候補, 将来, 예비, 인턴'),

    ('exclusion', 'regex', 'person', '^.{0,12}(秘書室?|秘書課|アシスタント|(?<!董事会|董事會)秘书|助理|特助|インターン生?|学生|大学生|実習生|实习生|實習生)$|^.*(비서|보좌관|보좌역|어시스턴트|수행기사|운전기사).*$|^.{0,6}(인턴|인턴사원|학생|대학생)$', '秘書, 助理, 비서'),

    -- Russian, Ukrainian, Bulgarian, Serbian, Greek
    ('csuite', 'regex', 'segment', '\b(генеральн(ый|ая) директор|исполнительн(ый|ая) директор|управляющий директор|ген ?директор|президент|председатель (правления|совета директоров|наблюдательного совета)|(со)?основатель(ница)?|(со)?владел(ец|ица)|(со)?собственни(к|ца)|(со)?учредитель(ница)?)\b(?<!\b(?:вице|віце|почетный|почесний|заместитель|зам|помощник) (?:президент|генеральн(?:ый|ая) директор))(?! (продукта|процесса|данных))', 'Генеральный директор, президент, основатель, владелец'),
    ('csuite', 'regex', 'segment', '\b(и ?о|врио|исполняющ(ий|ая) обязанности) (генерального директора|исполнительного директора|президента|гендиректора)\b|\bдиректор (ооо|оао|зао|пао|ао|чп|фирмы|компании|предприятия|тов|пп|підприємства|компанії|фірми)\b(?<!\b(?:зам|заместитель|заступник|коммерческий|финансовый|технический) директор \w+)', 'И. о. генерального директора, директор ООО'),
    ('csuite', 'regex', 'segment', '\b(финансовый|технический|операционный) директор\b(?<!\b(?:заместитель|зам|помощник) \w+ директор)', 'Финансовый директор'),
    ('csuite', 'regex', 'segment', '\b(генеральн(ий|а) директор(ка)?|виконавч(ий|а) директор(ка)?|гендиректор(ка)?|президентка|голова (правління|ради|наглядової ради)|(спів)?засновни(к|ця)|(спів)?власни(к|ця)|(в ?о|т ?в ?о|виконув(ач|ачка) обов''язків) (генерального |виконавчого )?директор(а|ки))\b(?<!\b(?:віце|заступник|помічник) (?:президентка|генеральн(?:ий|а) директор))(?! (продукту|процесу))', 'Генеральний директор, засновник, власник'),
    ('csuite', 'regex', 'segment', '\b(главен|главна|главният|главни|главный|главная|головний|головна) (\w+ ){0,2}директор(ка|ът)?\b', 'Главен финансов директор'),
    ('csuite', 'regex', 'segment', '\b(фінансов(ий|а)|технічн(ий|а)|операційн(ий|а)) директор(ка)?\b(?<!\b(?:заступник|помічник) \w+ директор)', 'Фінансовий директор'),
    ('csuite', 'regex', 'segment', '\b(генерал(ен|на) директор(ка)?|изпълнител(ен|на) директор(ка)?|управител(ка)?|(съ)?основател(ка)?|(съ)?собствени(к|чка)|председател на (съвета|управителния|надзорния|борда|ус))\b(?<!\bзаместник (?:управител|председател на \w+))(?! на (продукта?|магазина?|обекта?|ресторант|хотел|склад|проекта?))', 'Изпълнителен директор, управител, собственик'),
    ('csuite', 'regex', 'segment', '\b(генерални директор(ка)?|извршни директор(ка)?|директор(ка)? (предузећа|фирме|компаније|друштва)|председни(к|ца) (управе|управног одбора|надзорног одбора|компаније|друштва)|(су)?власни(к|ца)|(су)?оснивач(ица)?)\b(?! (производа|продукта|продукту|процеса|процесу))', 'Генерални директор, власник, оснивач'),
    ('vp', 'regex', 'segment', '\b(вице|віце) ?президент(а|ка)?\b|\b(потпредседни(к|ца)|віцепрезидентк(а|и)|вицепредседател)\b(?! (на )?(управе|управног|съвета|ус))', 'Вице-президент, потпредседник'),
    ('exclusion', 'regex', 'segment', '\b(бывш(ий|ая|его)|экс|екс|ексгендиректор|экспрезидент|будущ(ий|ая)|почетный|помощни(к|ца)|секретарь|референт|ассистент(ка)?|заместитель(ница)?|зам|стаж(е|ё)р(ка)?|студент(ка)?|студенческ(ого|ий|ой)|студсовета|профкома|советни(к|ца)|пенсионер(ка)?|в отставке|на пенсии|кандидат)\b', 'Бывший, помощник, заместитель'),
    ('exclusion', 'regex', 'segment', '\b(колишн(ій|я)|майбутн(ій|я)|помічни(к|ця)|секретар(ка)?|асистент(ка)?|заступни(к|ця)|стажер(ка)?|радни(к|ця)|бивш(а|и|ият|ата)?|бъдещ(а)?|почетен|заместни(к|чка)|помощни(к|чка)|стажант(ка)?|пенсионер|бивш[иа]|помоћни(к|ца)|замени(к|ца)|асистенткиња|студенткиња|приправник)\b', 'Колишній, бивш, помічник, заместник'),
    ('csuite', 'regex', 'segment', '\b(διευθύνων σύμβουλος|διευθύνουσα σύμβουλος|γενικός διευθυντής|γενική διευθύντρια|εκτελεστικός πρόεδρος|πρόεδρος|(συν)?ιδρυτής|(συν)?ιδρύτρια|(συν)?ιδιοκτήτης|(συν)?ιδιοκτήτρια)\b(?<!\b(?:επίτιμος|επίτιμη) πρόεδρος)(?! (προϊόντος|φοιτητικού|συλλόγου φοιτητών))', 'Διευθύνων σύμβουλος, γενικός διευθυντής, ιδρυτής'),
    ('vp', 'regex', 'segment', '\bαντιπρόεδρος\b(?! (του )?(δ ?σ|διοικητικού|συλλόγου))', 'Αντιπρόεδρος'),
    ('exclusion', 'regex', 'segment', '\b(πρώην|τέως|βοηθός|γραμματέας|γραμματεία|αναπληρωτής|αναπληρώτρια|μελλοντικ(ός|ή)|υποψήφι(ος|α)|επίτιμ(ος|η)|συνταξιούχος|φοιτητής|φοιτήτρια|ασκούμεν(ος|η)|σύμβουλος του)\b', 'Πρώην, βοηθός'),

    ('exclusion', 'regex', 'person', '^((личный|личная|персональный|бизнес|исполнительный|главный|особистий|личен|изпълнителен) ?)*(помощни(к|ца|чка)|ассистент(ка)?|секретар(ь|ша|ка)?|референт|помічни(к|ця)|асистент(ка)?|асистенткиња|помоћни(к|ца))( (генерального|руководителя|директора|президента|учредителя|собственника|основателя|на|управителя|исполнительного|керівника|генералног|сео|ceo)\b.*)?$', 'Помощник, секретарь'),
    ('exclusion', 'regex', 'person', '^(стаж(е|ё)р(ка)?|стажант(ка)?|студент(ка)?|студенткиња|практикант(ка)?|приправник)$|^(ιδιαιτέρα |προσωπική )?(βοηθός|γραμματέας|γραμματεία)( (διοίκησης|διεύθυνσης|διευθύνοντος|του|της)\b.*)?$|^(ασκούμεν(ος|η)|φοιτητής|φοιτήτρια)$', 'Стажёр, βοηθός'),

    -- Arabic, Hebrew, Persian, Thai, Hindi
    ('csuite', 'regex', 'segment', '(?<!نائب )(ال)?رئيسة? (ال)?تنفيذية?|(?<!نائب )(ال)?مديرة? (ال)?(تنفيذية?|عامة?)( |$)|(?<!نائب )رئيسة? مجلس (ال)?(ادارة|امناء|مديرين)|(?<!نائب )رئيسة? (ال)?شركة|(^| )و?(ال)?مؤسس( |$)|(^| )مؤسسة (و|مشاركة|شريكة|شركة|مشروع|منصة)|شريكة? مؤسسة?|(ال)?عضو (ال)?منتدب|صاحبة? (ال)?(شركة|عمل|اعمال|مشروع|متجر|محل|مكتب|مؤسسة|مطعم)|(^| )(ال)?مالكة?( |$)(?!(ال)?منتج)', 'الرئيس التنفيذي, المدير العام, مؤسس'),
    ('csuite', 'regex', 'segment', '(?<!ס)(?<!ס )מנכל(ית)?( |$)|מנהלת? כללית?( |$)|(^| )יור( |$)|יושבת? ראש|מייסד(ת|ים|ות)?( |$)|בעלים|בעלת? (ה)?(עסק|חברה|חנות|מסעדה|סטודיו|משרד|קליניקה)|(?<!סגן |סגנית )נשיא(ת|ה)?( |$)', 'מנכ"ל, יו"ר, מייסד, בעלים'),
    ('csuite', 'regex', 'segment', 'مدیر ?عامل|(هم ?)?بنیان ?گذار|موسس( |$)|(?<!نایب|نایب )(رییس|رئیس) (هیئت|هیات) مدیره|صاحب (کسب ?و ?کار|شرکت|فروشگاه|امتیاز)|(^| )مالک( |$)(?!محصول)', 'مدیرعامل, بنیان‌گذار'),
    ('csuite', 'regex', 'segment', '(?<!รอง)ประธานเจ้าหน้าที่|(?<!รอง)ประธานกรรมการ|(?<!รอง)ประธานบริษัท|(?<!รอง)กรรมการผู้จัดการ|ผู้(ร่วม)?ก่อตั้ง|เจ้าของ(กิจการ|ธุรกิจ|บริษัท|ร้าน|แบรนด์)|मुख्य .{2,24} अधिकारी|(?<!उप )प्रबंध निदेशक|(सह ?)?संस्थापक|(^| )अध्यक्ष|(^| )मालिक', 'ประธานเจ้าหน้าที่บริหาร, मुख्य कार्यकारी अधिकारी'),
    ('vp', 'regex', 'segment', 'نائبة? (ال)?رئيسة?(?! (ال)?مجلس)|نایب ?(رییس|رئیس)(?! هی)|(^| )סמנכל(ית)?( |$)|סגנ?(ן|ית) (ה)?נשיאה?|รองประธาน(?!กรรมการ|สภา|นักเรียน|นักศึกษา)|उपाध्यक्ष|वाइस प्रेसिडेंट', 'نائب الرئيس, סמנכ"ל, รองประธาน, उपाध्यक्ष'),
    ('exclusion', 'regex', 'segment', '(^| )(سابقا?ة?|السابقة?|متقاعدة?|مساعدة?|سكرتيرة?|متدربة?|طالبة?|الطلاب|طلبة|اتحاد|مكتب|مستشارة?|مرشحة?|نائب المدير|نائب مدير|مدير منتج|دستیار|منشی|بازنشسته|قایم ?مقام|قائم ?مقام|کارآموز|دانشجو(یی|یان)?|پیشین|اسبق|دفتر)( |$)', 'السابق, مساعد, دستیار'),
    ('exclusion', 'regex', 'segment', '(^| )(לשעבר|בדימוס|מיועדת?|עוזר|עוזרת|מזכיר|מזכירת|מזכירה|סגן מנכל|סגנית מנכל|משנה|לשכת|יועץ|יועצת|סטודנט|סטודנטית|(ה)?סטודנטים|מתמחה|פנסיונר(ית)?|גמלאי|שואף|שואפת|עתידית?)( |$)', 'לשעבר, עוזר, מזכירה'),
    ('exclusion', 'regex', 'segment', 'เลขานุการ|เลขา|ผู้ช่วย|อดีต|ว่าที่|นักศึกษา|นักเรียน|ฝึกงาน|เกษียณ|ที่ปรึกษา|อยากเป็น|สโมสร|(^| )(पूर्व|सहायक|सचिव|सेवानिवृत्त|भावी|प्रशिक्षु|छात्रा?|विद्यार्थी|निजी सचिव|उप)( |$)|के सहायक', 'อดีต, เลขานุการ, पूर्व, सहायक'),

    ('exclusion', 'regex', 'person', '^(ال)?(مساعدة?|سكرتيرة?|متدربة?|طالبة?|طالب|مديرة? مكتب|سكرتارية)( (?!نائب).*)?$', 'مساعد, سكرتير'),
    ('exclusion', 'regex', 'person', '^(עוזר|עוזרת|מזכיר|מזכירה|מזכירת|אסיסטנט|אסיסטנטית|מזכירות|סטודנט|סטודנטית|מתמחה)( .*)?$|^(מנהל|מנהלת|ראש|רכזת) לשכ(ה|ת)( .*)?$|^לשכת .*$|^(دستیار|منشی|کارآموز|دانشجو|رییس دفتر|رئیس دفتر)( .*)?$', 'עוזרת, מזכירה, دستیار'),
    ('exclusion', 'regex', 'person', '^(เลขานุการ|เลขา|ผู้ช่วยผู้บริหาร|ผู้ช่วยส่วนตัว|ผู้ช่วยประธาน|ผู้ช่วยซีอีโอ|นักศึกษา).*$|^(\S+ ){0,2}(सहायक|निजी सचिव|प्रशिक्षु|छात्रा?)$', 'เลขานุการ, सहायक'),

    -- Indonesian, Malay, Vietnamese
    ('csuite', 'regex', 'segment', '\b(direktur (utama|eksekutif)|presiden (direktur|komisaris)|komisaris utama|ketua (dewan|umum)|presdir|dirut|(co )?pendiri|(co ?)?pemilik|pengusaha|pengarah urusan|ketua pegawai \w+|pengerusi( eksekutif)?|(pengasas bersama|pengasas)|presiden)\b(?<!\b(?:wakil|naib|timbalan|asisten|sekretaris|mantan|pembantu|vice|v) (?:direktur utama|presiden direktur|presiden|pengerusi|pengarah urusan|ketua pegawai \w+))(?! (produk|mahasiswa|bem|kelab|persatuan))', 'Direktur utama, pendiri, pengarah urusan'),
    ('csuite', 'regex', 'segment', '\b(tổng giám đốc|tổng gđ|tgđ|giám đốc điều hành|gđđh|giám đốc (công ty|cty|doanh nghiệp)|chủ tịch|chủ (doanh nghiệp|công ty|cửa hàng|shop|quán|tiệm|hộ kinh doanh|thương hiệu)|(nhà|người) (đồng )?sáng lập|sáng lập viên|đồng sáng lập)\b(?<!\b(?:phó|phó tổng) (?:tổng giám đốc|giám đốc điều hành|giám đốc công ty|chủ tịch))(?! (câu lạc bộ|clb|hội sinh viên|công đoàn))', 'Tổng giám đốc, chủ tịch, nhà sáng lập'),
    ('vp', 'regex', 'segment', '\b(wakil|naib) presiden\b|\b(phó chủ tịch)\b(?! (hđqt|hội đồng|hđtv|ubnd|câu lạc bộ|clb|công đoàn|hội))', 'Wakil presiden, naib presiden, phó chủ tịch'),
    ('exclusion', 'regex', 'segment', '\b(mantan|bekas|calon|bakal|asisten|sekretaris|pembantu|setiausaha|timbalan|pelatih|pelajar|magang|mahasiswa|mahasiswi|pensiun|pensiunan|bersara|wakil direktur|penasihat|staf (ahli|khusus|pribadi|direksi|direktur)|cựu|nguyên|trợ lý|thư ký|sinh viên|học sinh|thực tập( sinh)?|ước mơ|mơ ước|mong muốn|nghỉ hưu|về hưu|cố vấn|tư vấn cho|văn phòng|tương lai)\b', 'Mantan, asisten, cựu, trợ lý'),
    ('exclusion', 'regex', 'person', '^((personal|executive) )?(asisten|sekretaris|pembantu|setiausaha|trợ lý|thư ký)( (pribadi|eksekutif|direksi|direktur|dirut|presiden|komisaris|pimpinan|sulit|peribadi|ceo|giám đốc|tổng giám đốc|chủ tịch|cho|của|ban|kepada|untuk|điều hành)\b.*)?$|^(staf|kepala staf) (ceo|direksi|direktur|khusus)\b.*$|^(magang|mahasiswa|mahasiswi|pelajar|pelatih|sinh viên|thực tập sinh|học sinh)$', 'Asisten, setiausaha, trợ lý')
$$;

revoke all on function pathfinder.default_rules() from public, anon, authenticated, service_role;

comment on function pathfinder.default_rules() is 'The rules that a new project starts with.';

-- source: rules/expand_branch.sql
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

-- source: rules/explain_parts.sql
-- The parts of a title, each with the rules in force that match it. left_texts and left_parts are what match_title()
-- leaves of them, where it is to be shown; null where not.
-- Returns: {"segments": [{"text", "excluded", "left": [what exclusions leave], "matches": [rule, …]}], "title_matches":
--   [rule of scope title, …]}.
-- Example: select pathfinder.explain_parts('Former CFO, now CEO', null, null);
create or replace function pathfinder.explain_parts(title text, left_texts text[], left_parts integer[])
returns jsonb
language sql
stable
set search_path = ''
as $$
    with grouped as materialized (
        select
            found.position,
            jsonb_agg(
                to_jsonb(rule) - '{matcher,clues,is_active,level,created_at,updated_at}'::text[]
                order by found.category <> 'exclusion', found.category, found.rule_id
            ) as rules,
            bool_or(found.category = 'exclusion') as excluded
        from pathfinder.matching_rules(array[explain_parts.title]) as found
        join public.classification_rules as rule on rule.id = found.rule_id
        group by found.position
    )
    select jsonb_build_object(
        'segments', coalesce((
            select jsonb_agg(jsonb_build_object(
                'text', part.written,
                'excluded', coalesce(grouped.excluded, false),
                'left', coalesce((
                    select jsonb_agg(kept.text order by kept.position)
                    from unnest(explain_parts.left_texts, explain_parts.left_parts) with ordinality
                        as kept (text, part, position)
                    where kept.part = part.position
                ), '[]'),
                'matches', coalesce(grouped.rules, '[]')
            ) order by part.position)
            from unnest(pathfinder.segment_title(explain_parts.title)) with ordinality as part (written, position)
            left join grouped on grouped.position = part.position
        ), '[]'),
        'title_matches', coalesce((select grouped.rules from grouped where grouped.position = 0), '[]')
    )
$$;

revoke all on function pathfinder.explain_parts(text, text[], integer[]) from public, anon, authenticated, service_role;

comment on function pathfinder.explain_parts(text, text[], integer[]) is
    'The parts of a title, each with the rules in force that match it.';

-- source: rules/explain_title.sql
-- What explain_title() answers, with its owner's rights.
-- Returns: as explain_title().
-- Example: select pathfinder.explain_in_force('Former CFO, now CEO');
create or replace function pathfinder.explain_in_force(title text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    -- What somebody is in charge of is asked first: it looks with the expressions that explaining looks with again,
    -- and Postgres keeps few of them compiled.
    with asked as materialized (
        select
            coalesce(explain_in_force.title, '') as title,
            pathfinder.find_functions(explain_in_force.title, null) as functions
    )
    select jsonb_build_object(
        'title', explain_in_force.title,
        'normalized', array_to_string(pathfinder.segment_title(explain_in_force.title), ' | '),
        'is_senior', explained.level <> 'none',
        'seniority_level', nullif(explained.level, 'none'),
        'decided_by', (
            select to_jsonb(rule) - '{matcher,clues,is_active,level,created_at,updated_at}'::text[]
            from public.classification_rules as rule
            where rule.id = explained.rule_id
        ),
        'reason', explained.reason,
        'functions', case when explained.level = 'none' then '[]' else to_jsonb(asked.functions) end,
        'rules_version', (select edits.version from pathfinder.rule_edits as edits)
    ) || pathfinder.explain_parts(explain_in_force.title, explained.left_texts, explained.left_parts)
    from asked
    cross join lateral pathfinder.explain_titles(array[asked.title]) as explained
$$;

revoke all on function pathfinder.explain_in_force(text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.explain_in_force(text) to service_role;

comment on function pathfinder.explain_in_force(text) is 'What explain_title() answers.';

-- Explains how a title is classified by the rules in force.
-- Returns: {"title", "normalized", "segments": [{"text", "excluded", "left": [what exclusions leave], "matches":
--   [rule, …]}], "title_matches": [rule of scope title, …], "is_senior", "seniority_level", "decided_by": rule,
--   "reason": a sentence, "functions": [what the title says they are in charge of], "rules_version"}.
-- Example: select jsonb_pretty(public.explain_title('Former CFO, now CEO'));
create or replace function public.explain_title(title text)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.explain_in_force(explain_title.title)
$$;

revoke all on function public.explain_title(text) from public, anon, authenticated, service_role;
grant execute on function public.explain_title(text) to service_role;

comment on function public.explain_title(text) is
    'Explains how a title is classified: its normalised parts, every rule that matches, and why the result follows.';

-- source: rules/explain_titles.sql
-- Explains what the rules in force make of many titles at once.
-- Returns: for each title the level (none for none), the rule that gave it, or kept out whoever holds it, a sentence,
--   and what exclusions leave of which part.
-- Example: select * from pathfinder.explain_titles('{Former CFO,Gardener}');
create or replace function pathfinder.explain_titles(titles text[])
returns table (title text, level text, rule_id bigint, reason text, left_texts text[], left_parts integer[])
language sql
stable
set search_path = ''
as $$
    with matches as materialized (
        select * from pathfinder.matching_rules(explain_titles.titles)
    ),
    judged as materialized (
        select
            listed.title,
            verdict.level,
            verdict.decisive,
            verdict.left_texts,
            verdict.left_parts,
            case when verdict.level is not null then (
                pathfinder.find_rule(verdict.decisive, verdict.level, verdict.scope)
            ).id end as rule_id,
            known.words
        from unnest(explain_titles.titles) as listed (title)
        cross join lateral (select pathfinder.read_title(listed.title) as parts) as reading
        cross join lateral (
            select pathfinder.title_words(array_to_string(reading.parts, ' ')) as words
        ) as known
        cross join lateral pathfinder.match_title(reading.parts, pathfinder.expressions_for(known.words)) as verdict
    ),
    -- To blame is an exclusion of the whole title, or of the person, or of the part that names an office.
    blamed as materialized (
        select distinct on (judged.title) judged.title, matches.rule_id
        from judged
        join matches on matches.title = judged.title and matches.category = 'exclusion'
        where judged.level is null
            and exists (
                select from matches as office
                where office.title = judged.title and office.category <> 'exclusion'
            )
        order by
            judged.title,
            case matches.scope when 'title' then 0 when 'person' then 1 else 2 end,
            not exists (
                select from matches as office
                where office.title = judged.title and office.category <> 'exclusion' and office.position = matches.position
            ),
            matches.position, matches.rule_id
    )
    select
        judged.title,
        coalesce(judged.level, 'none'),
        rule.id,
        case
            when judged.level is not null then format(
                'The rule "%s" finds "%s": %s.',
                coalesce(nullif(btrim(rule.description), ''), rule.pattern),
                replace(translate(judged.decisive, ',:(@', ''), E'\n', ' | '),
                (select known.label from public.levels as known where known.level = judged.level))
            when judged.words = '{""}' or judged.words = '{}' then 'The title is empty.'
            when rule.id is null then 'No rule finds an office in it.'
            else format('The office in it is excluded by the rule "%s".', coalesce(nullif(btrim(rule.description), ''), rule.pattern))
        end,
        judged.left_texts,
        judged.left_parts
    from judged
    left join blamed on blamed.title = judged.title
    left join public.classification_rules as rule on rule.id = coalesce(judged.rule_id, blamed.rule_id)
$$;

revoke all on function pathfinder.explain_titles(text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.explain_titles(text[]) is 'Explains what the rules in force make of many titles at once.';

-- source: rules/export_rules.sql
-- What export_rules() answers, with its owner's rights.
-- Returns: as export_rules().
-- Example: select pathfinder.export_rule_set();
create or replace function pathfinder.export_rule_set()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    with written as (
        select
            rule.category,
            rule.id,
            case
                when rule.kind = 'regex' and rule.scope = 'segment' and rule.is_active and rule.description is null
                    then to_jsonb(rule.pattern)
                else jsonb_strip_nulls(jsonb_build_object(
                    'pattern', rule.pattern,
                    'kind', nullif(rule.kind, 'regex'),
                    'scope', nullif(rule.scope, 'segment'),
                    'description', rule.description,
                    'is_active', nullif(rule.is_active, true)
                ))
            end as entry
        from public.classification_rules as rule
    )
    select jsonb_build_object('version', (
        select coalesce(newest.label, newest.version::text)
        from public.rule_versions as newest
        order by newest.version desc
        limit 1
    )) || (
        select jsonb_object_agg(list.category || '_patterns', coalesce((
            select jsonb_agg(written.entry order by written.id) from written where written.category = list.category
        ), '[]'))
        from (
            select known.level as category from public.levels as known where known.is_on
            union all
            select 'exclusion'
        ) as list
    )
$$;

revoke all on function pathfinder.export_rule_set() from public, anon, authenticated, service_role;
grant execute on function pathfinder.export_rule_set() to service_role;

comment on function pathfinder.export_rule_set() is 'What export_rules() answers.';

-- The rules in the seed format that import_rules() takes: the exclusions, and those of every level that is on.
-- Returns: {"version", "exclusion_patterns", "csuite_patterns", …}; a rule that is a plain active regex without a
--   description is a string, any other an object; "version" is the label that an import brought along, or the
--   version's number.
-- Example: select jsonb_pretty(public.export_rules());
create or replace function public.export_rules()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.export_rule_set()
$$;

revoke all on function public.export_rules() from public, anon, authenticated, service_role;
grant execute on function public.export_rules() to service_role;

comment on function public.export_rules() is 'The rules in the seed format that import_rules() takes.';

-- source: rules/expressions_for.sql
-- Those of the expressions in force that a title with these words may match, each with no other clues than those
-- that the title holds: parts of it are compared with them again and again.
-- Returns: an array of rows of rule_expressions; empty for none.
-- Example: select cardinality(pathfinder.expressions_for('{vice,president,of,sales}'));
create or replace function pathfinder.expressions_for(words text[])
returns pathfinder.rule_expressions[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
-- Its tables are in memory.
set random_page_cost = 1
as $$
begin
    return array(
        select row(
            expression.number, expression.category, expression.scope, expression.rank, expression.pattern,
            expression.loose, case when expression.clues is not null then found.words end
        )::pathfinder.rule_expressions
        from (
            select clue.number, array_agg(clue.word) as words
            from pathfinder.rule_clues as clue
            where clue.word = any (expressions_for.words || ''::text)
            group by clue.number
            order by clue.number
        ) as found
        join pathfinder.rule_expressions as expression on expression.number = found.number
    );
end
$$;

revoke all on function pathfinder.expressions_for(text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.expressions_for(text[]) is 'The expressions in force that a title with these words may match.';

-- source: rules/failing_examples.sql
-- The examples that compiled rules get wrong, with what they make of them. An example of a level that is off expects
-- none.
-- Returns: a row each.
-- Example: select * from pathfinder.failing_examples(array(select e from pathfinder.rule_expressions as e));
create or replace function pathfinder.failing_examples(expressions pathfinder.rule_expressions[])
returns table (title text, expected text, actual text, note text)
language sql
stable
set search_path = ''
as $$
    select example.title, wanted.level, coalesce(judged.level, 'none'), example.note
    from public.rule_examples as example
    left join public.levels as known on known.level = example.level
    cross join lateral (select case when known.is_on then known.level else 'none' end) as wanted (level)
    left join pathfinder.judge_titles(
        array(select listed.title from public.rule_examples as listed), failing_examples.expressions
    ) as judged on judged.title = example.title
    where coalesce(judged.level, 'none') <> wanted.level
    order by example.id
$$;

revoke all on function pathfinder.failing_examples(pathfinder.rule_expressions[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.failing_examples(pathfinder.rule_expressions[]) is 'The examples that compiled rules get wrong.';

-- source: rules/find_functions.sql
-- What an executive is in charge of: found in what exclusions leave of the title, from "|" to "|" where an office
-- stands, else in the rest of it, else in the department. `charges` are what match_title() gives of the title; without
-- them it is judged here.
-- Returns: names of functions in their order; empty where nothing says it. To be asked of executives only.
-- Example: select pathfinder.find_functions('EVP & CFO | Speaker', null);  -- {finance}
create or replace function pathfinder.find_functions(title text, department text, charges text[] default null)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
    parts text[];
    charge text;
    found text[] := '{}';
begin
    if charges is null then
        parts := pathfinder.read_title(title);
        charges := (pathfinder.match_title(
            parts, pathfinder.expressions_for(pathfinder.title_words(array_to_string(parts, ' ')))
        )).charges;
    end if;
    if department is not null then
        charges := charges || array_to_string(pathfinder.segment_title(department), E'\n');
    end if;
    foreach charge in array charges loop
        found := pathfinder.match_functions(charge);
        exit when found <> '{}';
    end loop;
    return found;
end
$$;

revoke all on function pathfinder.find_functions(text, text, text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.find_functions(text, text, text[]) is
    'What an executive is in charge of, by title or else department.';

-- source: rules/find_level.sql
-- The highest level that a part of a title names, by the given expressions.
-- Returns: the expression that found it, with its level and rank; all null for none. `scope` is segment, or title for
--   the whole of a title.
-- Example: select category from pathfinder.find_level('evp and cfo', '{evp,and,cfo}', array(select e from
--   pathfinder.rule_expressions as e), 'segment');
create or replace function pathfinder.find_level(
    part text,
    words text[],
    expressions pathfinder.rule_expressions[],
    scope text
)
returns pathfinder.rule_expressions
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    candidate pathfinder.rule_expressions;
    best pathfinder.rule_expressions;
begin
    foreach candidate in array expressions loop
        if candidate.category <> 'exclusion'
            and candidate.scope = find_level.scope
            and (best.rank is null or candidate.rank < best.rank)
            and (candidate.clues is null or candidate.clues && words)
            and part ~ candidate.pattern
        then
            best := candidate;
        end if;
    end loop;
    return best;
end
$$;

revoke all on function pathfinder.find_level(text, text[], pathfinder.rule_expressions[], text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.find_level(text, text[], pathfinder.rule_expressions[], text) is
    'The highest level that a part of a title names.';

-- source: rules/find_many_functions.sql
-- What many executives are in charge of, as find_functions() says of one. Each distinct text is looked at once, and
-- all of them by one expression after the other, so that each is compiled once. `charges` holds for each title a JSON
-- array of what match_title() gives of it; where there is none, the title is judged here.
-- Returns: a row for each distinct title with its department, in no order.
-- Example: select * from pathfinder.find_many_functions('{CFO,VP}', '{null,Sales}');
create or replace function pathfinder.find_many_functions(
    titles text[],
    departments text[],
    charges jsonb[] default null
)
returns table (title text, department text, functions text[])
language sql
stable
set search_path = ''
as $$
    with asked as materialized (
        select distinct given.title, given.department, given.charges
        from unnest(
            find_many_functions.titles, find_many_functions.departments, find_many_functions.charges
        ) as given (title, department, charges)
    ),
    listed as materialized (
        select
            given.title,
            coalesce(given.charges, to_jsonb((
                select (
                    pathfinder.match_title(
                        reading.parts,
                        pathfinder.expressions_for(pathfinder.title_words(array_to_string(reading.parts, ' ')))
                    )
                ).charges
                from (select pathfinder.read_title(given.title) as parts) as reading
            ))) as charges
        from (select distinct asked.title, asked.charges from asked) as given
        -- Titles that are alike are matched by the same expressions.
        order by given.title
    ),
    places as materialized (
        select listed.title as said, charge.place, charge.whole
        from listed
        cross join lateral jsonb_array_elements_text(listed.charges) with ordinality as charge (whole, place)
        union all
        select given.department, null, array_to_string(pathfinder.segment_title(given.department), E'\n')
        from (select distinct asked.department from asked where asked.department is not null) as given
    ),
    wholes as materialized (
        select written.whole, pathfinder.title_words(written.whole) || ''::text as words
        from (select distinct places.whole from places) as written
    ),
    found as materialized (
        select matched.whole, array_agg(known.function order by known.place) as functions
        from pathfinder.function_expressions as expression
        join public.functions as known on known.function = expression.function
        cross join lateral (
            select wholes.whole
            from wholes
            where exists (
                    select
                    from pathfinder.function_clues as clue
                    where clue.function = expression.function and clue.word = any (wholes.words)
                )
                and wholes.whole ~ expression.pattern
            -- One expression after the other.
            offset 0
        ) as matched
        group by matched.whole
    ),
    told as materialized (
        select distinct on (places.said, places.place is null)
            places.said, places.place is null as is_department, found.functions
        from places
        join found on found.whole = places.whole
        order by places.said, places.place is null, places.place
    )
    select asked.title, asked.department, coalesce(by_title.functions, by_department.functions, '{}')
    from asked
    left join told as by_title on by_title.said = asked.title and not by_title.is_department
    left join told as by_department on by_department.said = asked.department and by_department.is_department
$$;

revoke all on function pathfinder.find_many_functions(text[], text[], jsonb[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.find_many_functions(text[], text[], jsonb[]) is 'What many executives are in charge of.';

-- source: rules/find_rule.sql
-- Which of the rules in force decided: the first of its level and scope that matches the text which decided.
-- Returns: its id and its name (the description, or else the pattern); null for none.
-- Example: select * from pathfinder.find_rule('chief executive', 'csuite', 'segment');  -- 2 | Chief executive
create or replace function pathfinder.find_rule(decisive text, level text, scope text, out id bigint, out name text)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
    words constant text[] := pathfinder.title_words(decisive);
begin
    select rule.id, coalesce(nullif(btrim(rule.description), ''), rule.pattern)
    into find_rule.id, find_rule.name
    from (
        select listed.*
        from public.classification_rules as listed
        where listed.id = any (array(
                select unnest(clue.rules)
                from pathfinder.rule_clues as clue
                where clue.word = any (words || ''::text) and clue.finds_people
            ))
            and listed.category = find_rule.level
            and listed.scope = find_rule.scope
        order by listed.id
        -- One after the other: a rule's expression may have to be compiled.
        offset 0
    ) as rule
    where find_rule.decisive ~ ('(?w)' || array_to_string(rule.matcher, '|'))
    limit 1;
end
$$;

revoke all on function pathfinder.find_rule(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.find_rule(text, text, text) is 'Which of the rules in force decided a title''s level.';

-- source: rules/finds.sql
-- Whether one of the given expressions of a category and scope matches a part of a title. Matching is dear, so each
-- is left out where the part has none of the clues that every match needs.
-- Returns: boolean. `words` are the part's title_words(), or those of more than the part.
-- Example: select pathfinder.finds('ceo', '{ceo}', array(select e from pathfinder.rule_expressions as e), 'csuite',
--   'segment');
create or replace function pathfinder.finds(
    part text,
    words text[],
    expressions pathfinder.rule_expressions[],
    category text,
    scope text
)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    candidate pathfinder.rule_expressions;
begin
    foreach candidate in array expressions loop
        if candidate.category = finds.category
            and candidate.scope = finds.scope
            and (candidate.clues is null or candidate.clues && words)
            and part ~ candidate.pattern
        then
            return true;
        end if;
    end loop;
    return false;
end
$$;

revoke all on function pathfinder.finds(text, text[], pathfinder.rule_expressions[], text, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.finds(text, text[], pathfinder.rule_expressions[], text, text) is
    'Whether a compiled expression of a category and scope matches a part of a title.';

-- source: rules/import_rules.sql
-- What import_rules() does, with its owner's rights.
-- Returns: as import_rules().
-- Example: select pathfinder.import_rule_set('{"version": "1", "vp_patterns": ["\\bvp\\b"]}');
create or replace function pathfinder.import_rule_set(config jsonb)
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
    select pathfinder.replace_rules(
        coalesce((
            select jsonb_agg(to_jsonb(listed) order by listed.place)
            from pathfinder.read_rule_config(document.config)
                with ordinality as listed (category, kind, scope, pattern, description, is_active, place)
        ), '[]'),
        'import',
        document.config ->> 'version',
        array(
            select left(list.name, -length('_patterns'))
            from jsonb_object_keys(document.config) as list (name)
            where list.name like '%\_patterns'
        )
    )
    from (select pathfinder.read_rule_document(import_rule_set.config) as config) as document
$$;

revoke all on function pathfinder.import_rule_set(jsonb) from public, anon, authenticated, service_role;
grant execute on function pathfinder.import_rule_set(jsonb) to service_role;

comment on function pathfinder.import_rule_set(jsonb) is 'What import_rules() does.';

-- Replaces the rules by those of a file in the seed format: of the categories that it names, and of no others.
-- `config` is {"version", "exclusion_patterns", "csuite_patterns", "vp_patterns", …}; a pattern is a string (a regex
-- for one part of the title) or an object {"pattern", "kind", "scope", "description", "is_active"}.
-- Returns: {"version": the new version of the rules, "change": what changed, or null if nothing did, "counts"}.
-- Raises: 22023 (400) for a config or a rule that is not accepted; then nothing has changed.
-- Example: select public.import_rules('{"version": "7", "exclusion_patterns": [], "csuite_patterns": ["\\bceo\\b"],
--   "vp_patterns": []}');
create or replace function public.import_rules(config jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.import_rule_set(import_rules.config)
$$;

revoke all on function public.import_rules(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.import_rules(jsonb) to service_role;

comment on function public.import_rules(jsonb) is
    'Replaces the rules of the categories that a file names: {"version", "exclusion_patterns", "csuite_patterns", "vp_patterns"}.';

-- source: rules/is_remark.sql
-- Whether a part of a title says nothing but what an exclusion is about: "(retired)", "former:", "2010 to 2018". Such
-- a part speaks of the parts beside it.
-- Returns: boolean.
-- Example: select pathfinder.is_remark('now retired', '{now,retired}', array(select e from
--   pathfinder.rule_expressions as e));  -- true
create or replace function pathfinder.is_remark(part text, words text[], expressions pathfinder.rule_expressions[])
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    filler constant text := '^[ '']*((now|currently|happily|recently|semi|fully|the|a|my|i|am|since|from|in|as|roles?|positions?|jobs?|titles?|offices?|life|[0-9]+)\M[ '']*)*$';
    candidate pathfinder.rule_expressions;
    left_over text;
    rest text := part;
begin
    if length(part) > 60 then
        return false;
    end if;
    foreach candidate in array expressions loop
        if candidate.category = 'exclusion'
            and candidate.scope = 'segment'
            and (candidate.clues is null or candidate.clues && words)
        then
            -- Matched once: a long expression takes as long to find that it matches as to replace what it does.
            left_over := regexp_replace(part, candidate.pattern, '');
            rest := case when left_over = part then rest else left_over end;
        end if;
        -- "on leave" may be of one expression, "on leave as advisor" of another.
        exit when rest ~ filler;
    end loop;
    return rest ~ filler;
end
$$;

revoke all on function pathfinder.is_remark(text, text[], pathfinder.rule_expressions[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.is_remark(text, text[], pathfinder.rule_expressions[]) is
    'Whether a part of a title says nothing but what an exclusion is about.';

-- source: rules/join_branches.sql
-- Joins expressions into one alternation. Word edges at either end are taken out of it: \y(?:a|b|c)\y instead of
-- \ya\y|\yb\y|\yc\y. With 400 rules that compiles 150 times faster (3.5 ms against 0.5 s), and a backend compiles
-- anew after every edit. `matchers` is an array with the expressions of one rule each; `loosely` leaves out what
-- looks ahead or back, and so finds more.
-- Returns: the expression; null if there are none.
-- Example: select pathfinder.join_branches('[["\\yceo\\y"], ["\\ycfo\\y"]]');
create or replace function pathfinder.join_branches(matchers jsonb, loosely boolean default false)
returns text
language sql
immutable
set search_path = ''
as $$
    with branches as (
        select
            rules.number,
            branches.branch,
            branches.branch ~ '^\\[ym]' as leads,
            branches.branch ~ '\\[yM]$' as trails
        from jsonb_array_elements(join_branches.matchers) with ordinality as rules (matcher, number)
        cross join lateral jsonb_array_elements_text(rules.matcher) as written (branch)
        cross join lateral (
            select case when join_branches.loosely then pathfinder.loosen_branch(written.branch) else written.branch end
        ) as branches (branch)
    ),
    inner_parts as (
        select
            branches.number,
            branches.leads,
            branches.trails,
            substr(
                left(branches.branch, length(branches.branch) - case when branches.trails then 2 else 0 end),
                case when branches.leads then 3 else 1 end
            ) as inner_part
        from branches
    ),
    edges as (
        select
            inner_parts.leads,
            inner_parts.trails,
            format(
                '%s(?:%s)%s',
                case when inner_parts.leads then '\y' else '' end,
                string_agg(inner_parts.inner_part, '|' order by inner_parts.number, inner_parts.inner_part),
                case when inner_parts.trails then '\y' else '' end
            ) as expression
        from inner_parts
        group by inner_parts.leads, inner_parts.trails
    )
    select '(?w)' || string_agg(edges.expression, '|' order by edges.leads, edges.trails)
    from edges
$$;

revoke all on function pathfinder.join_branches(jsonb, boolean) from public, anon, authenticated, service_role;

comment on function pathfinder.join_branches(jsonb, boolean) is
    'Joins the expressions of many rules into one alternation, with word edges factored out.';

-- source: rules/judge_titles.sql
-- Judges many titles by compiled rules, in force or proposed. Most titles have none of the words that an office needs,
-- and are done with after one look, as in classify(): plain ones without being normalised. A backend keeps 32 regular
-- expressions compiled: titles that are matched with the same ones come one after the other.
-- Returns: for each title that has a clue to an office, once, its level (null for none), by which text of which scope,
--   and what may say what the office is in charge of, as match_title() does.
-- Example: select * from pathfinder.judge_titles('{CFO}', array(select e from pathfinder.rule_expressions as e));
create or replace function pathfinder.judge_titles(titles text[], expressions pathfinder.rule_expressions[])
returns table (title text, level text, decisive text, scope text, charges text[])
language sql
stable
set search_path = ''
as $$
    with compiled as materialized (
        select expression.*, expression.category <> 'exclusion' as finds_people
        from unnest(judge_titles.expressions) as expression
    ),
    clues as materialized (
        select compiled.number, compiled.finds_people, clue.word
        from compiled
        cross join lateral unnest(compiled.clues) as clue (word)
    ),
    -- Plain words need no normalising to be compared with clues; a comma only ends a part.
    given as materialized (
        select
            distinct_one.title,
            case
                when length(distinct_one.title) <= 500
                    and distinct_one.title ~ '^[A-Za-z0-9 ,]*$'
                    and distinct_one.title !~ '[a-z][A-Z]|[A-Z]{2}[a-z]'
                    and ' ' || translate(distinct_one.title, ',', ' ') || ' ' not like '% _ _ _ %'
                    then string_to_array(lower(translate(distinct_one.title, ',', ' ')), ' ')
            end as words
        from (
            select distinct written.title
            from unnest(judge_titles.titles) as written (title)
            where written.title is not null
        ) as distinct_one
    ),
    hopeful as materialized (
        select given.title
        from given
        where given.words is null
            or exists (select from compiled where compiled.clues is null and compiled.finds_people)
        union
        select given.title
        from given
        cross join lateral unnest(given.words) as held (word)
        join clues on clues.word = held.word and clues.finds_people
    ),
    listed as materialized (
        select hopeful.title, reading.parts
        from hopeful
        cross join lateral (select pathfinder.read_title(hopeful.title) as parts) as reading
    ),
    known as (
        select listed.title, clues.number, clues.finds_people, array_agg(distinct clues.word) as words
        from listed
        cross join lateral unnest(pathfinder.title_words(array_to_string(listed.parts, ' '))) as held (word)
        join clues on clues.word = held.word
        group by listed.title, clues.number, clues.finds_people
        union all
        select listed.title, compiled.number, compiled.finds_people, null
        from listed
        join compiled on compiled.clues is null
    ),
    -- Which expressions a title needs, not yet what they are: of many titles that is too much to sort.
    queue as materialized (
        select
            listed.title,
            listed.parts,
            array_agg(
                row(known.number, null, null, null, null, null, known.words)::pathfinder.rule_expressions
            ) as needed
        from known
        join listed on listed.title = known.title
        group by listed.title, listed.parts
        having bool_or(known.finds_people)
        order by array_agg(known.number order by known.number)
    )
    select queue.title, verdict.level, verdict.decisive, verdict.scope, verdict.charges
    from queue
    cross join lateral pathfinder.match_title(queue.parts, array(
        select row(
            compiled.number, compiled.category, compiled.scope, compiled.rank, compiled.pattern,
            compiled.loose, needed.clues
        )::pathfinder.rule_expressions
        from unnest(queue.needed) as needed
        join compiled on compiled.number = needed.number
    )) as verdict
$$;

revoke all on function pathfinder.judge_titles(text[], pathfinder.rule_expressions[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.judge_titles(text[], pathfinder.rule_expressions[]) is 'Judges many titles by compiled rules.';

-- source: rules/level_ranks.sql
-- The levels that are on, with their ranks.
-- Returns: {"csuite": 1, "vp": 2}; {} for none.
-- Example: select pathfinder.level_ranks();
create or replace function pathfinder.level_ranks()
returns jsonb
language sql
stable
set search_path = ''
return (select coalesce(jsonb_object_agg(known.level, known.rank), '{}') from public.levels as known where known.is_on);

revoke all on function pathfinder.level_ranks() from public, anon, authenticated, service_role;

comment on function pathfinder.level_ranks() is 'The levels that are on, with their ranks.';

-- source: rules/loosen_branch.sql
-- Leaves out of an expression what looks ahead or back: (?=…), (?!…), (?<=…), (?<!…). What is left matches all that
-- the whole matches, and more.
-- Returns: the expression.
-- Example: select pathfinder.loosen_branch('\yowner\y(?<!product owner)');  -- \yowner\y
create or replace function pathfinder.loosen_branch(branch text)
returns text
language plpgsql
immutable
strict
set search_path = ''
as $$
declare
    piece text;
    looks integer := 0;     -- how many brackets deep inside one that looks
    kept text := '';
begin
    if branch !~ '\(\?(?:[=!]|<[=!])' then
        return branch;
    end if;
    for piece in
        select parts[1]
        from regexp_matches(
            branch, '(\\.|\[\^?\]?(?:\\.|\[:[a-z]+:\]|[^]\\])*\]|\(\?(?:<[=!]|[=!:])|\)|[^\\[()]+)', 'g') as parts
    loop
        if looks > 0 then
            looks := looks + case when piece like '(%' then 1 when piece = ')' then -1 else 0 end;
        elsif piece in ('(?=', '(?!', '(?<=', '(?<!') then
            looks := 1;
        else
            kept := kept || piece;
        end if;
    end loop;
    return kept;
end
$$;

revoke all on function pathfinder.loosen_branch(text) from public, anon, authenticated, service_role;

comment on function pathfinder.loosen_branch(text) is 'Leaves out of an expression what looks ahead or back.';

-- source: rules/match_functions.sql
-- Which functions the rules find in a text, normalised as parts of a title are, one in a line.
-- Returns: their names in order.
-- Example: select pathfinder.match_functions(E'vp sales\nmarketing');  -- {marketing,sales}
create or replace function pathfinder.match_functions(charge text)
returns text[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
-- Its tables are in memory.
set random_page_cost = 1
as $$
begin
    return array(
        select known.function
        from (
            -- A backend keeps 32 expressions compiled: no other is tried than those that the text has a clue of.
            select expression.function, expression.pattern, listed.place
            from (
                select distinct clue.function
                from pathfinder.function_clues as clue
                where clue.word = any (pathfinder.title_words(charge) || ''::text)
            ) as hinted
            join pathfinder.function_expressions as expression on expression.function = hinted.function
            join public.functions as listed on listed.function = hinted.function
            offset 0
        ) as known
        where charge ~ known.pattern
        order by known.place
    );
end
$$;

revoke all on function pathfinder.match_functions(text) from public, anon, authenticated, service_role;

comment on function pathfinder.match_functions(text) is 'Which functions the rules find in a text.';

-- source: rules/match_title.sql
-- Judges a title, read by read_title(), by compiled rules: those that it has a clue of are enough. The highest level
-- held now wins. Each part is judged by its own words, and by what the parts beside it say: a remark ("(retired)",
-- "2010-2018") speaks of what stands before it, or after it where it comes first ("Former: CEO"); an exclusion that
-- names an office goes on over a comma ("assistant to the president, CEO"); and where a part says that the person is
-- somebody's assistant or still learns (exclusions of scope `person`), no other part's office is theirs.
-- Returns: the level (null for none), the text that decided and its scope (segment or title); for explanations what
--   is left of the parts, each with the number of its part; and of that what may say what the office is in charge of,
--   the best first: what stands beside an office from one "|" to the next, then all.
-- Example: select level from pathfinder.match_title('{former cfo,ceo}', array(select e from
--   pathfinder.rule_expressions as e));
create or replace function pathfinder.match_title(
    parts text[],
    expressions pathfinder.rule_expressions[],
    out level text,
    out decisive text,
    out scope text,
    out left_texts text[],
    out left_parts integer[],
    out charges text[]
)
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    many constant boolean := cardinality(parts) > 1;
    whole constant text := array_to_string(parts, E'\n');
    whole_words constant text[] := pathfinder.title_words(whole);
    candidate pathfinder.rule_expressions;
    judges_persons boolean := false;
    finds_in_whole boolean := false;
    part_levels text[] := '{}';
    part_ranks integer[] := '{}';
    part text;
    words text[];
    is_person integer;              -- the part that says what the person is; 0 for several
    is_soft boolean;                -- whether the part goes on where the one before it ended
    is_excluded boolean;
    reach text;                     -- what an exclusion before this part does to it
    is_over boolean := false;       -- whether a remark that came first speaks of all that follows
    remark_end integer := 0;        -- the last part that a remark has spoken of
    survivors text[];
    left_whole text;                -- what is left of the title
    stretch integer := 0;
    stretches integer[] := '{}';    -- of each part: from which "|" to which it stands
    office_stretches integer[] := '{}';
    found pathfinder.rule_expressions;
    best_rank integer;
begin
    scope := 'segment';
    left_texts := '{}';
    left_parts := '{}';
    foreach candidate in array expressions loop
        judges_persons := judges_persons or candidate.scope = 'person';
        finds_in_whole := finds_in_whole or (candidate.scope = 'title' and candidate.category <> 'exclusion');
    end loop;

    for number in 1..coalesce(cardinality(parts), 0) loop
        part := ltrim(parts[number], ',:(@');
        found := pathfinder.find_level(part, pathfinder.title_words(part), expressions, 'segment');
        part_levels[number] := found.category;
        part_ranks[number] := found.rank;
        best_rank := least(best_rank, found.rank);
    end loop;
    if best_rank is null and not finds_in_whole then
        left_texts := array(select ltrim(listed.written, ',:(@') from unnest(parts) as listed (written));
        left_parts := array(select generate_subscripts(parts, 1));
        charges := array[array_to_string(left_texts, E'\n')];
        return;
    end if;
    best_rank := null;

    if many and judges_persons then
        for number in 1..cardinality(parts) loop
            part := ltrim(parts[number], ',:(@');
            if pathfinder.finds(part, pathfinder.title_words(part), expressions, 'exclusion', 'person') then
                is_person := case when is_person is null then number else 0 end;
            end if;
        end loop;
    end if;

    for number in 1..coalesce(cardinality(parts), 0) loop
        is_soft := strpos(',:(@', left(parts[number], 1)) > 0;
        part := ltrim(parts[number], ',:(@');
        words := pathfinder.title_words(part);
        if not is_soft then
            reach := null;
            remark_end := number - 1;
            stretch := stretch + 1;
        end if;
        stretches[number] := stretch;
        continue when is_person <> number;  -- of none where is_person is null

        is_excluded := pathfinder.finds(part, words, expressions, 'exclusion', 'segment');
        if is_excluded and many
            and pathfinder.is_remark(part, words, expressions)
            and not pathfinder.names_office(part, expressions)
        then
            if number = 1 then
                reach := 'all';
                is_over := strpos(',:(@', left(parts[2], 1)) = 0;
            elsif is_soft then
                -- It speaks of what its own stretch of the title holds since the last remark.
                select
                    coalesce(array_agg(kept.text order by kept.position), '{}'),
                    coalesce(array_agg(kept.part order by kept.position), '{}')
                into left_texts, left_parts
                from unnest(left_texts, left_parts) with ordinality as kept (text, part, position)
                where kept.part <= remark_end;
                remark_end := number;
            elsif strpos(',:(@', left(parts[number + 1], 1)) > 0 then
                reach := 'all';
            else
                left_texts := '{}';
                left_parts := '{}';
            end if;
            continue;
        end if;
        if is_over then
            continue when part !~ ('^(?:' || pathfinder.present_words() || ')(?: |$)');
            is_over := false;
        end if;

        survivors := array[part];
        if reach = 'past' and parts[number] like '@%' then
            reach := null;
        end if;
        if is_excluded or reach is not null then
            select surviving.survivors, surviving.reach
            into survivors, reach
            from pathfinder.surviving_parts(part, reach, expressions) as surviving;
        end if;
        left_texts := left_texts || survivors;
        left_parts := left_parts || array_fill(number, array[cardinality(survivors)]);
    end loop;

    for number in 1..cardinality(left_texts) loop
        if left_texts[number] = ltrim(parts[left_parts[number]], ',:(@') then
            found.category := part_levels[left_parts[number]];
            found.rank := part_ranks[left_parts[number]];
        else
            found := pathfinder.find_level(left_texts[number], whole_words, expressions, 'segment');
        end if;
        if found.rank is not null then
            office_stretches := office_stretches || stretches[left_parts[number]];
        end if;
        if found.rank < coalesce(best_rank, found.rank + 1) then
            level := found.category;
            best_rank := found.rank;
            decisive := left_texts[number];
        end if;
    end loop;
    charges := array[array_to_string(left_texts, E'\n')];
    if stretch > 1 and office_stretches <> '{}' then
        charges := array_to_string(array(
            select kept.text
            from unnest(left_texts, left_parts) with ordinality as kept (text, part, position)
            where stretches[kept.part] = any (office_stretches)
            order by kept.position
        ), E'\n') || charges;
    end if;
    if finds_in_whole then
        left_whole := array_to_string(array(
            select case when ltrim(parts[kept.part], ',:(@') = kept.text then parts[kept.part] else kept.text end
            from unnest(left_texts, left_parts) with ordinality as kept (text, part, position)
            order by kept.position
        ), E'\n');
        found := pathfinder.find_level(left_whole, whole_words, expressions, 'title');
        if found.rank < coalesce(best_rank, found.rank + 1) then
            level := found.category;
            decisive := left_whole;
            scope := 'title';
        end if;
    end if;
    if level is not null and pathfinder.finds(whole, whole_words, expressions, 'exclusion', 'title') then
        level := null;
        decisive := null;
    end if;
end
$$;

revoke all on function pathfinder.match_title(text[], pathfinder.rule_expressions[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.match_title(text[], pathfinder.rule_expressions[]) is 'Judges a title by compiled rules.';

-- source: rules/matching_rules.sql
-- The rules in force that match something in the given titles. One rule after the other is tried on all of them, so
-- that its expression is compiled once.
-- Returns: a row for each rule and text that it matches.
-- Example: select rule.pattern from pathfinder.matching_rules('{Former CFO}') as found join
--   public.classification_rules as rule on rule.id = found.rule_id;
create or replace function pathfinder.matching_rules(titles text[])
returns table (title text, piece text, "position" integer, rule_id bigint, category text, scope text)
language sql
stable
set search_path = ''
as $$
    with pieces as materialized (
        select listed.title, found.piece, found.words, found.position
        from unnest(matching_rules.titles) as listed (title)
        cross join lateral pathfinder.title_pieces(listed.title) as found
    ),
    words as materialized (
        select array_agg(distinct word) as known from pieces cross join lateral unnest(pieces.words) as word
    ),
    rules as materialized (
        select rule.id, rule.category, rule.scope, rule.clues, '(?w)' || array_to_string(rule.matcher, '|') as expression
        from public.classification_rules as rule
        left join public.levels as known on known.level = rule.level
        where rule.is_active
            and coalesce(known.is_on, true)
            and (rule.clues is null or rule.clues && (select words.known from words))
    )
    select found.title, found.piece, found.position, rules.id, rules.category, rules.scope
    from rules
    cross join lateral (
        select pieces.title, pieces.piece, pieces.position
        from pieces
        where (pieces.position = 0) = (rules.scope = 'title')
            and (rules.clues is null or rules.clues && pieces.words)
            and pieces.piece ~ rules.expression
        offset 0
    ) as found
$$;

revoke all on function pathfinder.matching_rules(text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.matching_rules(text[]) is 'The rules in force that match something in the given titles.';

-- source: rules/names_office.sql
-- Whether a part of a title names an office, held or not: "vice chairman" and "product owner" do, too.
-- Returns: boolean; with `barely`, whether it says nothing else.
-- Example: select pathfinder.names_office('deputy ceo', array(select e from pathfinder.rule_expressions as e));  --
--   true
create or replace function pathfinder.names_office(
    part text,
    expressions pathfinder.rule_expressions[],
    barely boolean default false
)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    candidate pathfinder.rule_expressions;
    is_found boolean := not barely and (
        part like any ('{% md,% gm,% director,% manager,% partner}')
        or part ~ '\m(?:[a-z]*vp|c[a-z]{1,3}o|president|chairman|founder|owner|executive|officer|director)s\M'
    );
    rest text := part;
begin
    foreach candidate in array expressions loop
        exit when is_found;
        continue when candidate.loose is null or part !~ candidate.loose;
        if barely then
            rest := regexp_replace(rest, candidate.loose, '', 'g');
        end if;
        -- "founder" may be of one expression, "club founder" of another.
        is_found := not barely or btrim(rest) = '' or btrim(regexp_replace(part, candidate.loose, '', 'g')) = '';
    end loop;
    return is_found;
end
$$;

revoke all on function pathfinder.names_office(text, pathfinder.rule_expressions[], boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.names_office(text, pathfinder.rule_expressions[], boolean) is
    'Whether a part of a title names an office, held or not.';

-- source: rules/office_words.sql
-- Words that most titles of executives hold at least one of, and that exclusions are therefore full of. As clues they
-- tell little, and rules that have no others belong together: one title is matched with all of them.
-- Returns: the words.
-- Example: select 'founder' = any (pathfinder.office_words());  -- true
create or replace function pathfinder.office_words()
returns text[]
language sql
immutable
parallel safe
set search_path = ''
return '{
    associate,assistant,board,chair,chairman,chairs,chairwoman,chief,co,cofounder,consultant,coordinator,director,
    executive,founder,founders,general,gm,group,head,lead,leader,level,manager,managing,md,officer,owner,owners,partner,
    president,presidents,principal,proprietor,senior,specialist,suite,vice,vp,vps,avp,evp,svp,
    ceo,ceos,cfo,cfos,chro,cio,ciso,cmo,coo,cto,ctos
}'::text[];

revoke all on function pathfinder.office_words() from public, anon, authenticated, service_role;

comment on function pathfinder.office_words() is 'Words that most titles of executives hold at least one of.';

-- source: rules/present_words.sql
-- The words, in the languages of the default rules, by which a title says that what follows is so today: as
-- alternatives of a regular expression, folded as titles are.
-- Returns: text.
-- Example: select 'now ceo' ~ ('^(?:' || pathfinder.present_words() || ')\M');  -- true
create or replace function pathfinder.present_words()
returns text
language sql
immutable
parallel safe
set search_path = ''
return 'turned|now|current|currently|presently|present|today|jetzt|aktuell|nun|heute|derzeit|actuellement|maintenant|desormais'
    '|aujourd''hui|actualmente|ahora|hoy|atualmente|agora|hoje|attualmente|ora|oggi|adesso|nu|tegenwoordig|huidig|numera'
    '|nuvarande|idag|i dag|nykyisin|nyt|obecnie|teraz|nyni|aktualne|jelenleg|acum|in prezent|sada|zdaj|simdi|suan|сеичас'
    '|ныне|теперь|зараз|нині|сега|сада|τωρα|現在|现在|現|今|现|현|현재|الان|حاليا|sekarang|hien nay';

revoke all on function pathfinder.present_words() from public, anon, authenticated, service_role;

comment on function pathfinder.present_words() is 'The words by which a title says that what follows is so today.';

-- source: rules/preview_function_rules.sql
-- What preview_function_rules() answers, with its owner's rights. The edit is made and taken back, so that it is
-- checked and compiled as an edit is; others wait for it as for an edit.
-- Returns: as preview_function_rules().
-- Raises: as preview_function_rules().
-- Example: select pathfinder.preview_functions('[{"function": "finance", "pattern": "treasury"}]');
create or replace function pathfinder.preview_functions(candidate jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    edits constant jsonb := case
        when jsonb_typeof(candidate) = 'array' then jsonb_build_object('add', candidate)
        else candidate
    end;
    unknown text;
    known jsonb;
    answer jsonb;
begin
    if jsonb_typeof(edits) is distinct from 'object'
        or edits = '{}'
        or edits - '{add,change,remove}'::text[] <> '{}'
        or jsonb_path_exists(edits, 'strict $.* ? (@.type() <> "array")') then
        raise exception using
            errcode = '22023',
            message = 'The preview cannot be made: it is no list of edits.',
            hint = 'Write {"add": [{"function": "finance", "pattern": "treasury"}], '
                '"change": [{"id": 7, "is_active": false}], "remove": [8]}, or a list of rules to add.';
    end if;
    select wanted.id
    into unknown
    from (
        select entry.value ->> 'id' as id from jsonb_array_elements(edits -> 'change') as entry
        union all
        select entry.value from jsonb_array_elements_text(edits -> 'remove') as entry
    ) as wanted
    where not exists (select from public.function_rules as rule where rule.id::text = wanted.id)
    limit 1;
    if found then
        raise exception using
            errcode = '22023',
            message = format('The preview cannot be made: there is no rule %s.', coalesce(unknown, 'without an id')),
            hint = 'The ids are those of function_rules.';
    end if;

    select coalesce(jsonb_agg(jsonb_build_object(
        'title', state.title,
        'department', state.department,
        'people', state.people,
        'before', pathfinder.find_functions(state.title, state.department)
    )), '[]')
    into known
    from (
        select listed.title, listed.department, count(*) as people
        from public.user_state as listed
        group by listed.title, listed.department
    ) as state;

    begin
        delete from public.function_rules as rule
        where edits -> 'remove' @> to_jsonb(rule.id);
        update public.function_rules as rule
        set function = coalesce(change.value ->> 'function', rule.function),
            kind = coalesce(change.value ->> 'kind', rule.kind),
            pattern = coalesce(change.value ->> 'pattern', rule.pattern),
            is_active = coalesce((change.value ->> 'is_active')::boolean, rule.is_active)
        from jsonb_array_elements(edits -> 'change') as change
        where change.value ->> 'id' = rule.id::text;
        insert into public.function_rules (function, kind, pattern, is_active)
        select
            added.value ->> 'function',
            coalesce(added.value ->> 'kind', 'phrase'),
            added.value ->> 'pattern',
            coalesce((added.value ->> 'is_active')::boolean, true)
        from jsonb_array_elements(edits -> 'add') as added;

        with judged as materialized (
            select
                entry.value || jsonb_build_object('after', pathfinder.find_functions(
                    entry.value ->> 'title', entry.value ->> 'department'
                )) as entry
            from jsonb_array_elements(known) as entry
        ),
        changed as (
            select
                judged.entry,
                row_number() over (
                    order by (judged.entry ->> 'people')::integer desc, judged.entry ->> 'title'
                ) as position
            from judged
            where judged.entry -> 'before' <> judged.entry -> 'after'
        )
        select jsonb_build_object(
            'examined', jsonb_array_length(known),
            'changed', (select count(*) from changed),
            'titles', coalesce((
                select jsonb_agg(changed.entry order by changed.position) from changed where changed.position <= 200
            ), '[]')
        )
        into answer;
        raise exception using errcode = 'PF001';
    exception
        when sqlstate 'PF001' then
            return answer;
    end;
end
$$;

revoke all on function pathfinder.preview_functions(jsonb) from public, anon, authenticated, service_role;
grant execute on function pathfinder.preview_functions(jsonb) to service_role;

comment on function pathfinder.preview_functions(jsonb) is 'What preview_function_rules() answers.';

-- Shows, without changing anything, which executives would be in charge of something else under a proposed edit of
-- function_rules. `candidate` is a list of rules to add, or {"add": [{"function", "pattern", "kind", "is_active"}, …],
-- "change": [{"id", what changes}, …], "remove": [id, …]}.
-- Returns: {"examined": titles, "changed", "titles": up to 200 of [{"title", "department", "before": [function, …],
--   "after", "people"}, …]}.
-- Raises: 22023 (400) for an edit that would be refused.
-- Example: select public.preview_function_rules('[{"function": "finance", "pattern": "treasury"}]');
create or replace function public.preview_function_rules(candidate jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.preview_functions(preview_function_rules.candidate)
$$;

revoke all on function public.preview_function_rules(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.preview_function_rules(jsonb) to service_role;

comment on function public.preview_function_rules(jsonb) is
    'Which executives would be in charge of something else under a proposed edit of function_rules.';

-- source: rules/preview_rules.sql
-- What preview_rules() answers, with its owner's rights.
-- Returns: as preview_rules().
-- Example: select pathfinder.preview('[{"category": "vp", "pattern": "second in command"}]');
create or replace function pathfinder.preview(candidate jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    proposed constant jsonb := pathfinder.candidate_rules(candidate);
    present constant pathfinder.rule_expressions[] := array(
        select expression from pathfinder.rule_expressions as expression
    );
    future constant pathfinder.rule_expressions[] := array(
        select expression from pathfinder.compile_rules(proposed, pathfinder.level_ranks()) as expression
    );
    counts constant jsonb := pathfinder.count_rules(proposed);
    newest public.rule_versions;
    answer jsonb;
begin
    select * into newest from public.rule_versions order by version desc limit 1;

    with known as (
        select
            listed.title,
            array_agg(distinct listed.source order by listed.source) as sources,
            count(distinct listed.member) as people,
            max(listed.expected) as expected
        from (
            select
                example.title, 'example' as source, null as member,
                case when known.is_on then known.level else 'none' end as expected
            from public.rule_examples as example
            left join public.levels as known on known.level = example.level
            union all
            select state.title, 'executive', state.community || ':' || state.user_id, null
            from public.user_state as state
            union all
            -- What somebody was called before is a title to try, and nobody's any more.
            select
                event.value, 'event',
                case when event.id = event.newest then event.community || ':' || event.user_id end, null
            from (
                select
                    stored.*, max(stored.id) over (partition by stored.community, stored.user_id) as newest
                from public.events_raw as stored
                where stored.attribute = 'title'
            ) as event
            where btrim(event.value) <> ''
        ) as listed
        group by listed.title
    ),
    judged as (
        select
            known.*,
            coalesce(judged_now.level, 'none') as before,
            coalesce(judged_then.level, 'none') as after
        from known
        left join pathfinder.judge_titles(array(select listed.title from known as listed), present) as judged_now
            on judged_now.title = known.title
        left join pathfinder.judge_titles(array(select listed.title from known as listed), future) as judged_then
            on judged_then.title = known.title
    ),
    changed as (
        select judged.*, row_number() over (order by judged.people desc, judged.title) as position
        from judged
        where judged.before <> judged.after
    )
    select jsonb_build_object(
        'rules_version', newest.version,
        'change', pathfinder.compare_rules(coalesce(newest.rules, '[]'), proposed),
        'counts', counts,
        'examined', (select count(*) from judged),
        'changed', (select count(*) from changed),
        'broken_examples', (select count(*) from judged where judged.expected <> judged.after),
        'titles', coalesce((
            select jsonb_agg(jsonb_build_object(
                'title', changed.title,
                'before', changed.before,
                'after', changed.after,
                'known_from', changed.sources,
                'people', changed.people,
                'expected', changed.expected
            ) order by changed.position)
            from changed
            where changed.position <= 200
        ), '[]'),
        'warnings', coalesce((
            select jsonb_agg(format('No active rule would find the level %s any more.', known.level))
            from public.levels as known
            where known.is_on and (counts ->> known.level)::integer = 0
        ), '[]')
    )
    into answer;
    return answer;
end
$$;

revoke all on function pathfinder.preview(jsonb) from public, anon, authenticated, service_role;
grant execute on function pathfinder.preview(jsonb) to service_role;

comment on function pathfinder.preview(jsonb) is 'What preview_rules() answers.';

-- Shows, without changing anything, which known titles would change level under a proposed edit of the rules.
-- `candidate` is a rule set as export_rules() gives it, or a list of rules to add, or {"add": [{"category",
-- "pattern", "kind", "scope", "description", "is_active"}, …], "change": [{"id", what changes}, …], "remove": [id,
-- …]}. Known titles are those of the examples, of the executives and of the retained events;
-- `people` are those whose title it is now.
-- Returns: {"rules_version": compared with, "change": the rules' difference, "counts", "examined", "changed",
--   "broken_examples": examples that would be wrong, "titles": up to 200 of [{"title", "before", "after",
--   "known_from", "people", "expected"}, …], "warnings"}.
-- Raises: 22023 (400) for an edit that would be refused.
-- Example: select public.preview_rules('[{"category": "csuite", "pattern": "head of country"}]');
create or replace function public.preview_rules(candidate jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.preview(preview_rules.candidate)
$$;

revoke all on function public.preview_rules(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.preview_rules(jsonb) to service_role;

comment on function public.preview_rules(jsonb) is 'Which known titles would change level under a proposed edit of the rules.';

-- source: rules/protect_examples.sql
-- Constraint trigger, at the end of a transaction that edited the rules: with settings.protect_examples, refuses it
-- if an example that was right before is wrong now, unless it was said that this is meant (add_rule, switch_rule). At
-- the end, so that a bulk replacement may take several statements. Examples that were wrong already stop nobody.
-- Returns: null.
-- Raises: 22023 with the first example that would be wrong.
-- Example: update public.settings set protect_examples = false;
create or replace function pathfinder.protect_examples()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    before_it public.rule_versions;
    broken record;
begin
    if not coalesce((select settings.protect_examples from public.settings), false)
        or new.version < (select max(rule_versions.version) from public.rule_versions)
        or new.change ->> 'operation' = 'levels'
        or current_setting('pathfinder.examples_may_break', true) = 'yes'
    then
        return null;
    end if;

    -- Versions of this transaction share its time.
    select * into before_it
    from public.rule_versions
    where rule_versions.version < new.version and rule_versions.created_at <> new.created_at
    order by rule_versions.version desc
    limit 1;
    if not found then
        return null;
    end if;
    select failing.title, failing.expected, failing.actual, count(*) over () - 1 as others
    into broken
    from pathfinder.failing_examples(array(select expression from pathfinder.rule_expressions as expression)) as failing
    where failing.title not in (
        select known.title
        from pathfinder.failing_examples(array(
            select expression from pathfinder.compile_rules(before_it.rules, pathfinder.level_ranks()) as expression
        )) as known
    )
    limit 1;

    if found then
        raise exception using
            errcode = '22023',
            message = format(
                'The edit was not accepted, because the example "%s" would become %s instead of %s%s.',
                broken.title, broken.actual, broken.expected,
                case when broken.others > 0 then format(', and %s more would be wrong', broken.others) else '' end
            ),
            hint = 'Change the edit, or the example in rule_examples, or switch protect_examples off in settings.';
    end if;
    return null;
end
$$;

revoke all on function pathfinder.protect_examples() from public, anon, authenticated, service_role;

comment on function pathfinder.protect_examples() is 'Trigger: refuses an edit of the rules that makes an example wrong.';

-- source: rules/read_rule_config.sql
-- Reads a rule set in the import format: {"version", "exclusion_patterns", "csuite_patterns", "vp_patterns", …}, a
-- list for each category that is to be replaced, of patterns (a plain string is a regex for one part of the title) or
-- of objects {"pattern", "kind", "scope", "description", "is_active"}.
-- Returns: the rules in order, each wording once.
-- Raises: 22023 for anything else.
-- Example: select * from pathfinder.read_rule_config('{"vp_patterns": ["\\bvp\\b"]}');
create or replace function pathfinder.read_rule_config(config jsonb)
returns table (category text, kind text, scope text, pattern text, description text, is_active boolean)
language plpgsql
stable
set search_path = ''
as $$
declare
    lists constant text[] := array(select known.level || '_patterns' from public.levels as known order by known.rank)
        || 'exclusion_patterns'::text;
    problem text;
begin
    if jsonb_typeof(config) is distinct from 'object' then
        problem := 'it is not an object.';
    else
        select format('it has "%s", which is none of its parts.', field)
        into problem
        from jsonb_object_keys(config) as field
        where field <> 'version' and field <> all (lists)
        limit 1;
    end if;
    if problem is null then
        select format('"%s" is no list.', name)
        into problem
        from unnest(lists) as name
        where config ? name and jsonb_typeof(config -> name) <> 'array'
        limit 1;
        if not config ?| lists then
            problem := format('it has none of the lists %s.', array_to_string(lists, ', '));
        end if;
    end if;
    if problem is null then
        select format('in "%s", the entry %s is neither a pattern nor an object with "pattern".', name, entry.value)
        into problem
        from unnest(lists) as name
        cross join lateral jsonb_array_elements(config -> name) as entry
        where case jsonb_typeof(entry.value)
            when 'string' then false
            when 'object' then
                jsonb_typeof(entry.value -> 'pattern') is distinct from 'string'
                or coalesce(entry.value ->> 'kind', 'regex') not in ('phrase', 'regex')
                or coalesce(entry.value ->> 'scope', 'segment') not in ('segment', 'person', 'title')
                or coalesce(jsonb_typeof(entry.value -> 'is_active'), 'boolean') <> 'boolean'
                or entry.value - '{pattern,kind,scope,description,is_active}'::text[] <> '{}'
            else true
        end
        limit 1;
    end if;
    if problem is not null then
        raise exception using
            errcode = '22023',
            message = 'The rule set was not accepted: ' || problem,
            hint = 'Write {"version": "1", "exclusion_patterns": ["\\bassistant\\b"], "csuite_patterns": ["\\bceo\\b"], '
                '"vp_patterns": [{"pattern": "vice president", "kind": "phrase"}]}';
    end if;

    return query
        select rule.category, rule.kind, rule.scope, rule.pattern, rule.description, rule.is_active
        from (
            select
                list.category,
                coalesce(entry.value ->> 'kind', 'regex') as kind,
                coalesce(entry.value ->> 'scope', 'segment') as scope,
                coalesce(entry.value ->> 'pattern', entry.value #>> '{}') as pattern,
                entry.value ->> 'description' as description,
                coalesce((entry.value ->> 'is_active')::boolean, true) as is_active,
                list.position as list_position,
                entry.position,
                row_number() over (
                    partition by
                        list.category, coalesce(entry.value ->> 'kind', 'regex'),
                        coalesce(entry.value ->> 'scope', 'segment'),
                        coalesce(entry.value ->> 'pattern', entry.value #>> '{}')
                    order by entry.position
                ) as occurrence
            from (
                select known.level, known.rank from public.levels as known
                union all
                select 'exclusion', 0
            ) as list (category, position)
            cross join lateral jsonb_array_elements(config -> (list.category || '_patterns'))
                with ordinality as entry (value, position)
        ) as rule
        where rule.occurrence = 1
        order by rule.list_position, rule.position;
end
$$;

revoke all on function pathfinder.read_rule_config(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.read_rule_config(jsonb) is 'Reads a rule set in the import format.';

-- source: rules/read_rule_document.sql
-- Reads a document that may have arrived as a JSON string, as some gateways and clients send it.
-- Returns: the document.
-- Raises: 22023 with a sentence when the string is no JSON.
-- Example: select pathfinder.read_rule_document('"{\"add\": []}"');  -- {"add": []}
create or replace function pathfinder.read_rule_document(document jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
    return pathfinder.unwrap_document(document);
exception
    when invalid_text_representation then
        raise exception using
            errcode = '22023',
            message = format('The rules were not accepted: "%s" is not JSON.', left(document #>> '{}', 40)),
            hint = 'Send what export_rules() gives, or {"version": "1", "vp_patterns": ["\\bvice president\\b"]}.';
end
$$;

revoke all on function pathfinder.read_rule_document(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.read_rule_document(jsonb) is 'Reads a document that may have arrived as a JSON string.';

-- source: rules/read_title.sql
-- Normalises a title and splits it into the parts that are judged one by one. Folded as in fold_text(), tidied as in
-- close_up(); hyphens inside a word become blanks, "&" and a slash inside a phrase "and". Parts end at punctuation,
-- brackets, line breaks, emoji and other symbols, and at dashes with blanks around them. An employer after "at", "@",
-- "bei", "chez", … is cut away, up to the next "and" or "as". Only the first 500 characters count, and twenty-four
-- parts.
-- Returns: the parts; one that goes on after a comma, a colon or into a bracket begins with that sign (",", ":",
--   "("), or "@" for a comma before a part that has an employer of its own.
-- Example: select pathfinder.read_title('Sr. V.P. Sales @ Chief Inc | ex-CEO, CTO');  -- {sr vp sales,ex ceo,",cto"}
create or replace function pathfinder.read_title(title text)
returns text[]
language plpgsql
stable
parallel safe
set search_path = ''
as $$
declare
    line text := left(title, 500);
begin
    if line is null then
        return '{}';
    end if;
    if line <> translate(line, '&<%', '') and line ~ '&(?:#|[A-Za-z][A-Za-z0-9]+;)|<[A-Za-z/!]|%[0-9A-Fa-f]{2}' then
        line := pathfinder.decode_text(line);
    end if;
    if line ~ '[a-z][A-Z]|[A-Z]{2}[a-z]' then
        -- "GroupPresident", "CEOFounder"; but not "GründerIn".
        line := regexp_replace(line, '([[:lower:]])(?!Innen\M|In\M)([[:upper:]][[:lower:]])', '\1 \2', 'g');
        line := regexp_replace(line, '\m([A-Z]{2,4})([A-Z][a-z]{3,})', '\1 \2', 'g');
        line := regexp_replace(line, '([a-z]{3})([A-Z]{2,4})\M', '\1 \2', 'g');
        line := regexp_replace(line, '([a-z]{3})(to|of|for)the\M', '\1 \2 the', 'g');
        line := regexp_replace(
            line, '\m([SE]?VP|C[A-Z]O|President|Officer|Founder|Director|Owner|Assistant|Secretary)(of|at|and|for|to)\M', '\1 \2', 'g');
    end if;

    line := pathfinder.fold_text(line);
    if strpos(line, '19') > 0 or strpos(line, '20') > 0 then
        line := regexp_replace(
            line,
            '((?:19|20)[0-9]{2}) *[-–—−/] *(?=''?[0-9]{2}|[[:alpha:]]{3,9}\.? [0-9]{4}'
            '|(?:present|now|today|current|ongoing|date|heute|jetzt|aujourd|actual|atual|presente|hoje|hoy|oggi|heden|nu|idag)\M)',
            '\1 to ', 'g'
        );
    end if;
    if octet_length(line) <> length(line) then
        line := pathfinder.replace_symbols(line);
    end if;
    if line <> translate(line, '-&./(+*_'':', '') then
        line := pathfinder.close_up(line);
    end if;
    if ' ' || translate(line, '-', ' ') || ' ' like '% _ _ _ %' then
        if octet_length(line) <> length(line) then
            line := regexp_replace(
                line, '(?<=\m[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]) (?=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]\M)', '', 'g');
        end if;
        line := regexp_replace(
            line,
            '\m(?<![''])([[:alpha:]])[ -]([[:alpha:]])[ -]([[:alpha:]])(?:[ -]([[:alpha:]]))?\M(?!'')', '\1\2\3\4', 'g'
        );
    end if;

    line := translate(
        line,
        E';[{)]}' || E'|<>!?=~^\\\r\x0b\f' || E'.-_*#"\t',
        ',((,,,' || repeat(E'\n', 12) || repeat(' ', 7)
    );
    -- "@acme CEO" names the employer first; "CEO @ home" names none.
    if strpos(line, '@') > 0 then
        line := regexp_replace(
            line, '@ ?(?=(?:(?:my|our) |(?:the )?(?:[[:alnum:]]+ )?(?:home|house|household|family) *(?:$|[,(|&/]))|mom(?:my)?\M)', 'at ', 'g');
        line := regexp_replace(line, '(^|[\n,:(]) *@ ?[^ \n,:(]+', '\1', 'g');
    end if;
    if line like any ('{%@%,% at %,% bei %,% beim %,% chez %,% presso %,% hos %,% bij %}') then
        line := regexp_replace(
            line,
            -- {1,1}? makes the whole expression take as little as it can.
            '(?:@| (?:at|bei|beim|chez|presso|hos|bij) (?!(?:my|our) |(?:the )?(?:[[:alnum:]]+ )?(?:home|household|family) *(?:$|[,(|&/\n])|heart\M|large\M|mom(?:my)?\M|house *(?:$|[,(\n]))){1,1}?[^\n,:(]*?'
            '(?= (?:as|and|und|et|y|e|och|og|oraz|now|als) |[\n,:(]|$)',
            E'\x01', 'g'
        );
    end if;
    -- After a comma, it shows that the part is a job of its own.
    if strpos(line, E'\x01') > 0 then
        line := translate(regexp_replace(line, ',(?=[^\n,:(]*\x01)', '@', 'g'), E'\x01', '');
    end if;
    if strpos(line, '  ') > 0 then
        line := regexp_replace(line, ' {2,}', ' ', 'g');
    end if;
    if line = translate(line, E'\n,:(@', '') then
        line := btrim(line);
        return case when line = '' then '{}'::text[] else array[line] end;
    end if;
    line := replace(replace(replace(replace(line, ',', E'\n,'), ':', E'\n:'), '(', E'\n('), '@', E'\n@');
    return array(
        select case
            when strpos(',:(@', nullif(left(piece.written, 1), '')) > 0
                then left(piece.written, 1) || btrim(substr(piece.written, 2))
            else btrim(piece.written)
        end
        from string_to_table(line, E'\n') with ordinality as piece (written, position)
        where btrim(piece.written, ' ,:(@') <> ''
        order by piece.position
        limit 24
    );
end
$$;

revoke all on function pathfinder.read_title(text) from public, anon, authenticated, service_role;

comment on function pathfinder.read_title(text) is
    'Normalises a title and splits it into the parts that are judged one by one, each with the sign before it.';

-- source: rules/record_rule_version.sql
-- Trigger, after each statement on classification_rules or levels: writes what they have become as a new row of
-- rule_versions, with who, what changed, and a warning when a level that is on has lost its last active rule (which
-- is also raised), and compiles it into rule_expressions. A statement that changed nothing leaves no version.
-- Returns: null.
-- Example: update public.levels set is_on = true where level = 'director';
create or replace function pathfinder.record_rule_version()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    previous public.rule_versions;
    current_rules jsonb;
    current_levels jsonb;
    current_counts jsonb;
    warnings jsonb;
    warning text;
    new_version bigint;
begin
    select * into previous from public.rule_versions order by version desc limit 1;
    select coalesce(jsonb_agg(to_jsonb(rule) - '{created_at,updated_at,level}'::text[] order by rule.id), '[]')
    into current_rules
    from public.classification_rules as rule;
    select jsonb_object_agg(known.level, jsonb_build_object('rank', known.rank, 'is_on', known.is_on))
    into current_levels
    from public.levels as known;
    if current_rules = coalesce(previous.rules, '[]') and current_levels = coalesce(previous.levels, current_levels) then
        return null;
    end if;

    current_counts := pathfinder.count_rules(current_rules);
    select coalesce(jsonb_agg(format('No active rule finds the level %s any more.', known.level)), '[]')
    into warnings
    from public.levels as known
    where known.is_on
        and (current_counts ->> known.level)::integer = 0
        and (previous.counts ->> known.level)::integer > 0;
    for warning in select value from jsonb_array_elements_text(warnings) loop
        raise warning using message = warning, hint = 'Add one, or bring back an earlier version with restore_rules(version).';
    end loop;

    insert into public.rule_versions (created_by, label, change, rules, levels, counts)
    values (
        pathfinder.acting_name(),
        nullif(current_setting('pathfinder.rules_label', true), ''),
        jsonb_build_object(
            'operation', case
                when tg_table_name = 'levels' then 'levels'
                else coalesce(nullif(current_setting('pathfinder.rules_operation', true), ''), lower(tg_op))
            end,
            'warnings', warnings
        ) || pathfinder.compare_rules(coalesce(previous.rules, '[]'), current_rules),
        current_rules, current_levels, current_counts
    )
    returning rule_versions.version into new_version;

    delete from pathfinder.rule_expressions where true;
    insert into pathfinder.rule_expressions
    select * from pathfinder.compile_rules(current_rules, pathfinder.level_ranks());
    with clues as materialized (
        select clue.word, expression.category, expression.scope, expression.number
        from pathfinder.rule_expressions as expression
        cross join lateral unnest(coalesce(expression.clues, '{""}')) as clue (word)
    ),
    rules as materialized (
        select clue.word, rule.category, rule.scope, array_agg(rule.id order by rule.id) as rules
        from public.classification_rules as rule
        cross join lateral unnest(coalesce(rule.clues, '{""}')) as clue (word)
        where rule.is_active
        group by clue.word, rule.category, rule.scope
    )
    insert into pathfinder.rule_clues (word, number, finds_people, rules)
    select clues.word, clues.number, clues.category <> 'exclusion', rules.rules
    from clues
    join rules using (word, category, scope);
    update pathfinder.rule_edits set version = new_version;
    return null;
end
$$;

revoke all on function pathfinder.record_rule_version() from public, anon, authenticated, service_role;

comment on function pathfinder.record_rule_version() is 'Trigger: compiles the rules into a new version.';

-- source: rules/refuse_choice.sql
-- Refuses a value that is none of the choices, in words.
-- Returns: nothing.
-- Raises: 22023 with the column, the value and the choices, unless it is one of them.
-- Example: select pathfinder.refuse_choice('expected', 'vice president', '{csuite,vp,none}');
create or replace function pathfinder.refuse_choice(column_name text, given text, choices text[])
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
    if given is null or given <> all (choices) then
        raise exception using
            errcode = '22023',
            message = format('%s cannot be %s.', column_name, coalesce('"' || left(given, 100) || '"', 'empty')),
            hint = format('Choose one of: %s.', array_to_string(choices, ', '));
    end if;
end
$$;

revoke all on function pathfinder.refuse_choice(text, text, text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.refuse_choice(text, text, text[]) is 'Refuses a value that is none of the choices, in words.';

-- source: rules/refuse_pattern.sql
-- Refuses a rule, with a sentence for whoever typed it, and what to write instead. The Table Editor shows the message
-- and the hint; the API answers 400 with both.
-- Returns: never.
-- Raises: 22023, always.
-- Example: select pathfinder.refuse_pattern('(vp', 'a bracket ( is opened and never closed.', 'Close it.');
create or replace function pathfinder.refuse_pattern(pattern text, problem text, advice text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
    raise exception using
        errcode = '22023',
        message = format('The rule "%s" was not accepted: %s', left(pattern, 200), problem),
        hint = advice;
end
$$;

revoke all on function pathfinder.refuse_pattern(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.refuse_pattern(text, text, text) is
    'Raises the refusal of a rule, with advice.';

-- source: rules/replace_rules.sql
-- Replaces all rules, or those of some categories, by the given ones ({"id" or null, "category", "kind", "scope",
-- "pattern", "description", "is_active"} each) in one statement, and so in one version. `operation` and `label` are
-- recorded with it.
-- Returns: {"version", "change", "counts"} of the version now in force.
-- Raises: what a refused rule raises; then nothing has changed.
-- Example: select pathfinder.replace_rules('[]', 'import', null, '{vp}');
create or replace function pathfinder.replace_rules(
    rules jsonb,
    operation text,
    label text,
    categories text[] default null
)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
    known_version bigint;
    answer jsonb;
begin
    -- The trigger's lock, taken before the newest version is read.
    update pathfinder.rule_edits set edited_at = clock_timestamp();
    select max(rule_versions.version) into known_version from public.rule_versions;
    perform set_config('pathfinder.rules_operation', operation, true);
    perform set_config('pathfinder.rules_label', coalesce(label, ''), true);

    -- What stays as it is, by its id, is left alone: checking a pattern takes a hundred times as long as comparing it.
    with wanted as (
        select entry.value, entry.position
        from jsonb_array_elements(replace_rules.rules) with ordinality as entry (value, position)
    ),
    kept as (
        select rule.id
        from public.classification_rules as rule
        join wanted on (wanted.value ->> 'id')::bigint = rule.id
        where to_jsonb(rule) @> (wanted.value - 'id')
    ),
    removed as (
        delete from public.classification_rules as rule
        where (replace_rules.categories is null or rule.category = any (replace_rules.categories))
            and not exists (select from kept where kept.id = rule.id)
        returning rule.id
    ),
    emptied as (
        -- Read to its end first, so that the rules' unique wordings are free.
        select count(*) as rules from removed
    )
    insert into public.classification_rules (id, category, kind, scope, pattern, description, is_active)
    select
        coalesce((wanted.value ->> 'id')::bigint,
            nextval(pg_get_serial_sequence('public.classification_rules', 'id'))),
        wanted.value ->> 'category', wanted.value ->> 'kind', wanted.value ->> 'scope', wanted.value ->> 'pattern',
        wanted.value ->> 'description', (wanted.value ->> 'is_active')::boolean
    from emptied
    cross join wanted
    where not exists (select from kept where kept.id = (wanted.value ->> 'id')::bigint)
    order by wanted.position;

    perform set_config('pathfinder.rules_operation', '', true);
    perform set_config('pathfinder.rules_label', '', true);
    select jsonb_build_object(
        'version', newest.version,
        'change', case when newest.version is distinct from known_version then newest.change end,
        'counts', newest.counts
    )
    into answer
    from public.rule_versions as newest
    order by newest.version desc
    limit 1;
    return answer;
end
$$;

revoke all on function pathfinder.replace_rules(jsonb, text, text, text[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.replace_rules(jsonb, text, text, text[]) is 'Replaces all rules in one version.';

-- source: rules/replace_symbols.sql
-- Gives what is not ASCII in a folded title its plain counterpart: emoji, bullets, arrows and foreign quotes become
-- line breaks, dashes become "-", inclusive endings go ("directeur·rice" is "directeur"), a blank is put between
-- Chinese, Japanese or Korean and Latin letters ("取締役CEO"), and Cyrillic or Greek letters inside a Latin word become
-- the Latin ones that they look like.
-- Returns: text; null for null.
-- Example: select pathfinder.replace_symbols('取締役ceo');  -- 取締役 ceo
create or replace function pathfinder.replace_symbols(line text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
    replaced text;
begin
    replaced := regexp_replace(
        regexp_replace(
            regexp_replace(
                -- The katakana dot only joins words.
                translate(
                    -- Hebrew abbreviations carry a quotation mark inside.
                    regexp_replace(
                        line, '(?<=[\u05d0-\u05ea])["''\u05f3\u05f4“”](?=[\u05d0-\u05ea])', '', 'g'),
                    '・–‒−‐‑“”„″״', ' -----     '
                ),
                '([[:alpha:]])[·•](?:e|rice|trice|ne|ve|se|ere|euse)s?(?![[:alpha:]])', '\1', 'g'
            ),
            -- bullets, dashes as long as a pause, quotes, ellipsis; CJK brackets and stops; symbols; emoji
            '[\u00a6\u00ab\u00b7\u00bb\u2014\u2015\u2016\u2022\u2023\u2026\u2039\u203a\u2043\u204c\u204d\u2190-\u2bff'
            '\u3001\u3002\u3008-\u3013\u301c\U0001f000-\U0001fbff]+', E'\n', 'g'
        ),
        '(?<=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])(?=[a-z])|(?<=[a-z])(?=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])',
        ' ', 'g'
    );
    if replaced ~ '[a-z][\u0370-\u04ff]|[\u0370-\u04ff][a-z]' then
        replaced := (
            select string_agg(
                case
                    when word.written ~ '[a-z]' then translate(word.written, 'асеорхуіјѕԁһкмтнвαεορικντ', 'aceopxyijsdhkmthbaeopiknt')
                    else word.written
                end,
                '' order by word.position)
            from regexp_split_to_table(replaced, '(?<=[^[:alnum:]])|(?=[^[:alnum:]])') with ordinality as word (written, position)
        );
    end if;
    return replaced;
end
$$;

revoke all on function pathfinder.replace_symbols(text) from public, anon, authenticated, service_role;

comment on function pathfinder.replace_symbols(text) is
    'Gives emoji, bullets, dashes and other symbols of a folded title their plain counterpart.';

-- source: rules/restore_rules.sql
-- What restore_rules() does, with its owner's rights.
-- Returns: as restore_rules().
-- Example: select pathfinder.restore_rule_set(1);
create or replace function pathfinder.restore_rule_set(version bigint)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    wanted public.rule_versions;
begin
    select * into wanted from public.rule_versions as known where known.version = restore_rule_set.version;
    if not found then
        raise exception using
            errcode = '22023',
            message = format('There is no version %s of the rules.', version),
            hint = 'The versions are the rows of rule_versions.';
    end if;
    return pathfinder.replace_rules(
        wanted.rules, format('restore of version %s', wanted.version), wanted.label
    ) || jsonb_build_object('restored', wanted.version);
end
$$;

revoke all on function pathfinder.restore_rule_set(bigint) from public, anon, authenticated, service_role;
grant execute on function pathfinder.restore_rule_set(bigint) to service_role;

comment on function pathfinder.restore_rule_set(bigint) is 'What restore_rules() does.';

-- Brings the rules of an earlier version back, as a new version.
-- Returns: {"version": now in force, "restored", "change": what changed, or null if nothing did, "counts"}.
-- Raises: 22023 (400) if there is no such version.
-- Example: select public.restore_rules(1);
create or replace function public.restore_rules(version bigint)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.restore_rule_set(restore_rules.version)
$$;

revoke all on function public.restore_rules(bigint) from public, anon, authenticated, service_role;
grant execute on function public.restore_rules(bigint) to service_role;

comment on function public.restore_rules(bigint) is 'Brings the rules of an earlier version back, as a new version.';

-- source: rules/segment_title.sql
-- The parts of a normalised title, without the signs that read_title() puts before them.
-- Returns: the parts in order; empty for null and blank.
-- Example: select pathfinder.segment_title('Sr. V.P. Sales @ Chief Inc | ex-CEO');  -- {sr vp sales,ex ceo}
create or replace function pathfinder.segment_title(title text)
returns text[]
language plpgsql
stable
parallel safe
set search_path = ''
as $$
begin
    return array(
        select ltrim(part.written, ',:(@')
        from unnest(pathfinder.read_title(segment_title.title)) with ordinality as part (written, position)
        order by part.position
    );
end
$$;

revoke all on function pathfinder.segment_title(text) from public, anon, authenticated, service_role;

comment on function pathfinder.segment_title(text) is 'The parts of a normalised title.';

-- source: rules/surviving_parts.sql
-- What is left of a part of a title after exclusions: where it joins several offices ("former CFO now CEO", "founder
-- and assistant to the CEO"), the pieces that no exclusion reaches. One reaches the piece it matches and, if that
-- names an office ("assistant to the president and CEO"), what follows, over commas too, until something speaks of
-- now; but what is past reaches over a comma only a bare office ("ex CEO, CTO"; not "ex CEO, VP Sales"). One that
-- matches only across pieces reaches them all, but for those that say so ("VP turned founder").
-- Returns: the survivors, and what the next part is reached by: past, all, or null. `reached` is the same from the
--   part before. The words that join pieces, and those of the past, are listed here and nowhere else.
-- Example: select (pathfinder.surviving_parts('former cfo now ceo', null, array(select e from
--   pathfinder.rule_expressions as e))).*;
create or replace function pathfinder.surviving_parts(
    part text,
    reached text,
    expressions pathfinder.rule_expressions[],
    out survivors text[],
    out reach text
)
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    past constant text :=
        'former|formerly|previously|previous|ex|fmr|prev|past|was|once|retired|ancien|ancienne|anciennement|ehem|ehemals'
        '|ehemaliger|ehemalige|fruher|fruherer|fruhere|antiguo|antigua|antes|anterior|anteriormente|antigo|antiga|gia'
        '|voormalig|tidigare|tidligere|entinen|byly|byla|dawniej|byvaly|byvala|volt|korabbi|fost|fosta|bivsi|bivsa|eski'
        '|бывшии|бывшая|экс|колишніи|бивш|mantan|bekas|cuu|nguyen';
    now_words constant text := pathfinder.present_words();
    pieces constant text[] := regexp_split_to_array(
        part,
        ' (?:and|und|et|y|e|en|och|og|ja|i|ve|plus|oraz|as|и|та|και) | (?=(?:' || now_words || '|former|formerly|previously|ex|fmr|prev|past|seeking|looking|searching|helping|hiring|supporting|serving) )'
    );
    piece text;
    speaks_of_now boolean;
    crosses boolean := reached is not null;
    any_excluded boolean := reached is not null;
    current_ones text[] := '{}';
begin
    survivors := '{}';
    reach := reached;
    if cardinality(pieces) = 1 and reached is null then
        reach := case
            when not pathfinder.names_office(part, expressions) then null
            when part ~ ('^(?:' || past || ')\M') then 'past'
            else 'all'
        end;
        return;
    end if;
    foreach piece in array pieces loop
        speaks_of_now := piece ~ ('^(?:' || now_words || ')(?: |$)');
        if speaks_of_now then
            current_ones := current_ones || piece;
        end if;
        if pathfinder.finds(piece, pathfinder.title_words(piece), expressions, 'exclusion', 'segment') then
            reach := case
                when not pathfinder.names_office(piece, expressions)
                    or (piece like any ('{% emeritus,% emerita}') and not piece like any ('{% to %,% for %}'))
                    then null
                when piece ~ ('^(?:' || past || ')\M') then 'past'
                else 'all'
            end;
            any_excluded := true;
        elsif speaks_of_now or reach is null
            or (crosses and reach = 'past' and not pathfinder.names_office(piece, expressions, barely => true))
        then
            reach := null;
            survivors := survivors || piece;
        end if;
        crosses := false;
    end loop;
    if not any_excluded then
        survivors := current_ones;
        reach := null;
    end if;
end
$$;

revoke all on function pathfinder.surviving_parts(text, text, pathfinder.rule_expressions[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.surviving_parts(text, text, pathfinder.rule_expressions[]) is
    'The pieces of a part that no exclusion reaches, and whether the next part is reached.';

-- source: rules/title_pieces.sql
-- The texts of a title that rules are matched with: its parts, and the whole of it for the scope title.
-- Returns: a row each; the whole has the position 0.
-- Example: select * from pathfinder.title_pieces('CEO | Speaker');
create or replace function pathfinder.title_pieces(title text)
returns table (piece text, words text[], "position" integer)
language sql
stable
set search_path = ''
as $$
    select listed.piece, pathfinder.title_words(listed.piece), listed.position::integer
    from (select pathfinder.read_title(title_pieces.title) as parts) as reading
    cross join lateral (
        select ltrim(part.written, ',:(@') as piece, part.position
        from unnest(reading.parts) with ordinality as part (written, position)
        union all
        select array_to_string(reading.parts, E'\n'), 0
    ) as listed
$$;

revoke all on function pathfinder.title_pieces(text) from public, anon, authenticated, service_role;

comment on function pathfinder.title_pieces(text) is 'The texts of a title that rules are matched with.';

-- source: rules/title_words.sql
-- What a normalised title, or a part of one, offers to the clues of rules (see clue_words()): its words, and each
-- letter of its own that is not ASCII, since in Chinese, Japanese or Thai words have no edges.
-- Returns: the words, some of them twice.
-- Example: select pathfinder.title_words('社長 (ceo');  -- {社長,"",ceo,社,長, …}
create or replace function pathfinder.title_words(part text)
returns text[]
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
    if octet_length(part) <> length(part) then
        return regexp_split_to_array(part, '[ \n,:(@]')
            || regexp_split_to_array(part, '[^[:alnum:]]+')
            || regexp_split_to_array(regexp_replace(part, '[ -~\n]+', '', 'g'), '');
    end if;
    return string_to_array(translate(part, E'''$%\n,:(@', '        '), ' ');
end
$$;

revoke all on function pathfinder.title_words(text) from public, anon, authenticated, service_role;

comment on function pathfinder.title_words(text) is 'What a normalised title offers to the clues of rules.';

-- source: rules/translate_bracket.sql
-- Translates a bracket expression of a rule, such as [A-Zä] or [-. ]. `blank` is what a blank becomes in the rule's
-- scope. Letters are folded; hyphens and dots stand for the blank, or nothing, that normalisation leaves of them.
-- Returns: the expression.
-- Raises: 22023 with advice for what may not stand in one.
-- Example: select pathfinder.translate_bracket('[-. ]', 'v[-. ]p', ' ');
create or replace function pathfinder.translate_bracket(expression text, pattern text, blank text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
    negated constant boolean := expression ~ '^\[\^';
    inner_part constant text := substring(expression, '^\[\^?(.*)\]$');
    members text := '';
    member text;
    folded text;
begin
    if inner_part ~ '\\[bB1-9pPDWSAZmMyYkg]' then
        perform pathfinder.refuse_pattern(
            pattern, format('"%s" may not stand in square brackets.', substring(inner_part, '\\[bB1-9pPDWSAZmMyYkg]')),
            'Use alternatives in round brackets instead: (\bvp|\bceo)');
    end if;
    for member in
        select parts[1]
        from regexp_matches(inner_part, '(\[:[a-z]+:\]|\\?[^\\]-\\?[^\\]|\\.|.)', 'g') as parts
    loop
        folded := case
            when member ~ '^\[:' then replace(member, '[:upper:]', '[:lower:]')
            when member in ('\d', '\w', '\n') then member
            when member in ('\s', '-', '\-', '.', '\.', '_', '\t') then ' '
            when member ~ '^.-.$' then lower(member)
            when member ~ '^\\?\]$' then '\]'
            when member ~ '^\\?\[$' then '\['
            when member ~ '^\\?\^$' then '\^'
            else pathfinder.fold_text(ltrim(member, '\'))
        end;
        if folded = ' ' then
            folded := case when blank = ' ' then ' ' else ' \n,:(@' end;
        end if;
        members := members || folded;
    end loop;
    -- "v[.]p[.]": nothing is left of the dots.
    if not negated and members ~ '^(?: |\\n,:\(@)+$' then
        return format('(?:%s?)', blank);
    end if;
    return case when negated then '[^' else '[' end || members || ']';
end
$$;

revoke all on function pathfinder.translate_bracket(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.translate_bracket(text, text, text) is
    'Translates a bracket expression of a rule.';

-- source: rules/translate_escape.sql
-- Translates one backslash sequence of a rule. `blank` is what a blank becomes in the rule's scope.
-- Returns: the expression.
-- Raises: 22023 with advice for sequences that have no counterpart.
-- Example: select pathfinder.translate_escape('\b', '\bvp\b', ' ');  -- \y
create or replace function pathfinder.translate_escape(sequence text, pattern text, blank text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
    sign constant text := substr(sequence, 2, 1);
begin
    if length(sequence) > 2 then
        return pathfinder.fold_text(chr(
            ('x' || lpad(regexp_replace(sequence, '[^0-9a-fA-F]|\\[uxU]', '', 'g'), 8, '0'))::bit(32)::integer));
    end if;
    case
        when sign in ('b', 'y') then return '\y';
        when sign in ('B', 'Y') then return '\Y';
        when sign = 'A' then return '^';
        when sign in ('Z', 'z') then return '$';
        when sign in ('s', 't') then return blank;
        when sign in ('d', 'w', 'D', 'W', 'S', 'm', 'M') then return sequence;
        when sign ~ '[0-9]' or sign in ('k', 'g') then
            perform pathfinder.refuse_pattern(
                pattern, format('"%s" refers back to what a group found, which cannot be used here.', sequence),
                'Write the words out, for example: (sales|marketing) and (sales|marketing)');
        when sign in ('p', 'P') then
            perform pathfinder.refuse_pattern(
                pattern, format('classes such as "%s{L}" are not available.', sequence),
                'Use \w for a letter or digit, or list the letters: [a-z]');
        -- In the whole title, a line break stands where one part ends and the next begins.
        when sign = 'n' and blank <> ' ' then return '(?:\n[,:(@]?)';
        when sign in ('n', 'r', 'f', 'v') then
            perform pathfinder.refuse_pattern(
                pattern, 'there is no line break inside a part of a title.', 'Use a blank: chief officer');
        when sign ~ '[[:alpha:]]' then
            perform pathfinder.refuse_pattern(
                pattern, format('"%s" is not understood.', sequence),
                'Use \b for the edge of a word, \d for a digit, \w for a letter or digit, \s for a blank.');
        when sign in ('', '\') then
            perform pathfinder.refuse_pattern(
                pattern, 'titles are compared without backslashes.', 'Leave the backslash out.');
        -- Normalisation has closed up dotted abbreviations and turned hyphens into blanks.
        when sign in ('.', ',', ':') then return format('(?:%s?)', blank);
        when sign in ('-', '_', ' ') then return blank;
        when sign = '&' then return 'and';
        when sign = '/' then return format('(?:%sand%s)', blank, blank);
        else return sequence;
    end case;
    return null;
end
$$;

revoke all on function pathfinder.translate_escape(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.translate_escape(text, text, text) is
    'Translates one backslash sequence of a rule.';

-- source: rules/translate_pattern.sql
-- Translates a rule as people write it into what Postgres matches against a normalised title. A phrase matches its
-- words anywhere in a part. In a regex, literals are folded as titles are, \b becomes \y, \A and \Z become ^ and $,
-- \s a blank, groups stop capturing, lazy quantifiers become plain, a leading (?i) goes, hyphens and dots that
-- normalisation removes become optional blanks. In scope `title`, a blank also matches where one part ends and the
-- next begins.
-- Returns: one expression for each alternative at the rule's top level, so that compile_rules() can join those of all
--   rules.
-- Raises: 22023 with advice for what cannot be translated.
-- Example: select pathfinder.translate_pattern('regex', '\bCo-?Founder\b|\bGründer(in)?\b', 'segment');
create or replace function pathfinder.translate_pattern(kind text, pattern text, scope text)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
    blank constant text := case scope when 'title' then '(?: |\n[,:(@]?)' else ' ' end;
    source text := btrim(normalize(pattern, nfkc), E' \t\r\n');
    rest text;          -- what is still to be read
    taken text;         -- the piece read now
    atom text;          -- its translation
    options text;
    depth integer := 0;
    branch text := '';
    branches text[] := '{}';
    bound integer[];
    repeats bigint := 1;
begin
    if source is null or source = '' then
        perform pathfinder.refuse_pattern(
            pattern, 'it is empty.', 'Write the words to look for, for example: chief financial officer');
    end if;
    if length(source) > 500 then
        perform pathfinder.refuse_pattern(
            pattern, format('it has %s characters; at most 500 are allowed.', length(source)),
            'Split it into several rules, one for each wording.');
    end if;

    if kind = 'phrase' then
        atom := array_to_string(pathfinder.segment_title(
            regexp_replace(source, '[@,;:|()]', ' ', 'g')), ' ');
        if atom = '' then
            perform pathfinder.refuse_pattern(
                pattern, 'it has no letters or digits.', 'Write the words to look for, for example: chief financial officer');
        end if;
        -- A word's edge means nothing in Chinese, Japanese or Korean.
        branch := case when atom ~ '^[[:alnum:]]' and atom !~ '^[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]' then '\y' else '' end
            || replace(regexp_replace(atom, '([^[:alnum:] ])', '\\\1', 'g'), ' ', blank)
            || case when atom ~ '[[:alnum:]]$' and atom !~ '[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]$' then '\y' else '' end;
        return array[branch];
    end if;

    if source ~ '^\*\*\*' then
        perform pathfinder.refuse_pattern(pattern, 'it begins with ***.', 'Leave the stars out.');
    end if;
    -- (?i) says what is so anyway; (?m), (?s) and (?u) change nothing in a single line.
    options := substring(source, '^\(\?([a-z]+)\)');
    if options is not null then
        if options !~ '^[imsu]+$' then
            perform pathfinder.refuse_pattern(
                pattern, format('the option (?%s) at its start is not available.', options),
                'Leave it out. Capital and small letters are the same anyway: chief financial officer');
        end if;
        source := regexp_replace(source, '^\(\?[a-z]+\)', '');
    end if;

    rest := source;
    while rest <> '' loop
        taken := left(rest, 1);
        case
            when taken = '\' then
                taken := coalesce(
                    substring(rest, '^\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|x\{[0-9a-fA-F]{1,6}\}|U[0-9a-fA-F]{8})'),
                    left(rest, 2));
                atom := pathfinder.translate_escape(taken, pattern, blank);
            when taken = '[' then
                taken := substring(rest, '^\[\^?\]?(?:\\.|\[:[a-z]+:\]|[^]\\])*\]');
                if taken is null then
                    perform pathfinder.refuse_pattern(
                        pattern, 'a square bracket [ is opened and never closed.',
                        'Close it, as in [ab], or put a backslash before a bracket that you mean as a character: \[');
                end if;
                atom := pathfinder.translate_bracket(taken, pattern, blank);
            when taken = '(' then
                taken := substring(rest, '^\((?:\?(?:<[=!]|[=!:]|P?<[A-Za-z_][A-Za-z0-9_]*>|[a-z]+:))?');
                if rest ~ '^\(\?#' then
                    taken := coalesce(substring(rest, '^\(\?#[^)]*\)'), rest);
                    atom := '';
                else
                    if taken = '(' and rest ~ '^\(\?' then
                        perform pathfinder.refuse_pattern(
                            pattern,
                            case
                                when rest ~ '^\(\?P=' then 'it refers back to what a group found.'
                                when rest ~ '^\(\?>' then 'atomic groups (?>…) are not available.'
                                when rest ~ '^\(\?[a-z]+\)' then 'an option such as (?i) may only stand at its start.'
                                else format('"%s" is not understood.', left(rest, 4))
                            end,
                            'Use plain brackets around alternatives, for example: (chief|head) of sales');
                    end if;
                    if taken ~ '^\(\?[a-z]+:$' and taken <> '(?i:' then
                        perform pathfinder.refuse_pattern(
                            pattern, format('the option "%s" is not available.', taken),
                            'Use plain brackets around alternatives, for example: (chief|head) of sales');
                    end if;
                    atom := case when taken in ('(?=', '(?!', '(?<=', '(?<!') then taken else '(?:' end;
                    depth := depth + 1;
                end if;
            when taken = ')' then
                depth := depth - 1;
                if depth < 0 then
                    perform pathfinder.refuse_pattern(
                        pattern, 'a bracket ) is closed that was never opened.',
                        'Remove it, or put a backslash before a bracket that you mean as a character: \)');
                end if;
                atom := ')';
            when taken = '|' then
                if depth = 0 then
                    branches := branches || branch;
                    branch := '';
                    atom := '';
                else
                    atom := '|';
                end if;
            when taken in ('*', '+', '?', '{') then
                taken := case
                    when taken = '{' then substring(rest, '^\{[0-9]{1,4}(?:,[0-9]{0,4})?\}')
                    else taken
                end;
                if taken is null then
                    perform pathfinder.refuse_pattern(
                        pattern, 'after { a number and } are expected.',
                        'Write {2} for "twice" or {1,3} for "once to three times", as in: (very ){1,3}senior');
                end if;
                atom := taken;
                if left(taken, 1) = '{' then
                    bound := string_to_array(btrim(taken, '{},'), ',')::integer[];
                    repeats := repeats * greatest(bound[1], bound[2], 1);
                    if greatest(bound[1], bound[2]) > 50 or repeats > 1000 then
                        perform pathfinder.refuse_pattern(
                            pattern, 'it repeats too often, which would make every title slow to check.',
                            'Use small numbers, at most {0,50}, and not one inside the other: chief (\w+ ){0,3}officer');
                    end if;
                end if;
                if substr(rest, length(taken) + 1, 1) = '+' then
                    perform pathfinder.refuse_pattern(
                        pattern, format('possessive repeats such as "%s+" are not available.', taken),
                        format('Leave out the second sign: %s', taken));
                end if;
                -- A lazy quantifier cannot change whether something matches.
                if substr(rest, length(taken) + 1, 1) = '?' then
                    taken := taken || '?';
                end if;
            when taken in ('^', '$', '.') then
                atom := taken;
            when taken in (' ', E'\t', E'\n', E'\r') then
                atom := blank;
            when taken in ('-', '_') then
                atom := blank;
            when taken = '&' then
                atom := 'and';
            when taken = '/' then
                atom := format('(?:%sand%s)', blank, blank);
            else
                atom := pathfinder.fold_text(taken);
                if length(atom) > 1 then
                    atom := '(?:' || atom || ')';
                end if;
        end case;
        branch := branch || atom;
        rest := substr(rest, length(taken) + 1);
    end loop;

    if depth > 0 then
        perform pathfinder.refuse_pattern(
            pattern, 'a bracket ( is opened and never closed.',
            'Close it, as in (chief|head) of sales, or put a backslash before a bracket that you mean as a character: \(');
    end if;
    return branches || branch;
end
$$;

revoke all on function pathfinder.translate_pattern(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.translate_pattern(text, text, text) is
    'Translates a rule as people write it into expressions over normalised titles.';

-- source: outbox/count_attempt.sql
-- Trigger: counts how an attempt at a job ended, by day (UTC), channel, kind and outcome.
-- Returns: nothing of use.
-- Example: create trigger … after update of outcome on public.outbox_attempts
--   for each row when (…) execute function pathfinder.count_attempt();
create or replace function pathfinder.count_attempt()
returns trigger
language plpgsql
volatile
set search_path = ''
as $$
begin
    perform pathfinder.add_to_counter(
        'attempts',
        (now() at time zone 'UTC')::date,
        array[coalesce(outbox.channel, ''), outbox.kind, new.outcome],
        1
    )
    from public.outbox
    where outbox.id = new.outbox_id;
    return null;
end
$$;

revoke all on function pathfinder.count_attempt() from public, anon, authenticated, service_role;

comment on function pathfinder.count_attempt() is 'Trigger: counts how an attempt at a job ended.';

-- source: outbox/enqueue.sql
-- Puts one job into the outbox, once.
-- Returns: the job's id, or null when a job with this dedupe_key is known already (pending, running, done or dead).
-- Example: select pathfinder.enqueue('digest', 'email', '{"digest_id": 7}', 'digest:7');
create or replace function pathfinder.enqueue(
    kind text,
    channel text,
    payload jsonb,
    dedupe_key text,
    priority integer default 50,
    run_at timestamptz default now()
)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_column
declare
    job_id bigint;
begin
    insert into public.outbox (kind, channel, payload, dedupe_key, priority, run_at)
    values (enqueue.kind, enqueue.channel, enqueue.payload, enqueue.dedupe_key, enqueue.priority, enqueue.run_at)
    on conflict (dedupe_key) do nothing
    returning id into job_id;
    return job_id;
end
$$;

revoke all on function pathfinder.enqueue(text, text, jsonb, text, integer, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.enqueue(text, text, jsonb, text, integer, timestamptz) is
    'Puts one job into the outbox; null when its dedupe_key is known already.';

-- source: outbox/extend_lease.sql
-- Keeps a job with the worker that is still at it.
-- Returns: the lease's new end, or null when the lease is lost and the work must be given up.
-- Example: select public.extend_lease(7, 'worker-1', 2, 60);
create or replace function pathfinder.extend_lease(job_id bigint, worker text, attempt integer, lease_seconds numeric)
returns timestamptz
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    job constant public.outbox
        := pathfinder.holds_lease(extend_lease.job_id, extend_lease.worker, extend_lease.attempt);
    extended timestamptz;
begin
    update public.outbox
    set lease_expires_at = now()
        + make_interval(secs => least(greatest(extend_lease.lease_seconds, 1), 86400)::double precision)
    where outbox.id = job.id
    returning outbox.lease_expires_at into extended;
    return extended;
end
$$;

revoke all on function pathfinder.extend_lease(bigint, text, integer, numeric)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.extend_lease(bigint, text, integer, numeric) to service_role;

comment on function pathfinder.extend_lease(bigint, text, integer, numeric) is
    'Prolongs a live lease; null when it is lost.';

create or replace function public.extend_lease(
    job_id bigint,
    worker text,
    attempt integer,
    lease_seconds numeric default 60
)
returns timestamptz
language sql
volatile
set search_path = ''
as $$
    select pathfinder.extend_lease(job_id, worker, attempt, lease_seconds)
$$;

revoke all on function public.extend_lease(bigint, text, integer, numeric)
    from public, anon, authenticated, service_role;
grant execute on function public.extend_lease(bigint, text, integer, numeric) to service_role;

comment on function public.extend_lease(bigint, text, integer, numeric) is
    'For the worker: prolongs its lease on a job; null when the lease is lost.';

-- source: outbox/fail_outbox.sql
-- Records a failed attempt and decides what becomes of the job.
-- Returns: 'pending' when it will be tried again, 'dead' when not (the failure is final, or it was the last
--   permitted attempt), null when the lease is lost. A repeated call about the same attempt gets the same answer.
--   `retry_after_seconds`, where the other side asked for it, is the least wait.
-- Example: select public.fail_outbox(7, 'worker-1', 2, 'The control room answered 503.', true, 30);
create or replace function pathfinder.fail_outbox(
    job_id bigint,
    worker text,
    attempt integer,
    error text,
    retryable boolean,
    retry_after_seconds numeric
)
returns text
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    job public.outbox;
    failures integer;
    is_dead boolean;
begin
    job := pathfinder.holds_lease(fail_outbox.job_id, fail_outbox.worker, fail_outbox.attempt);
    if job.id is null then
        return (
            select case outbox_attempts.outcome when 'retry' then 'pending' when 'dead' then 'dead' end
            from public.outbox_attempts
            where outbox_attempts.outbox_id = fail_outbox.job_id
                and outbox_attempts.attempt = fail_outbox.attempt
                and outbox_attempts.worker = fail_outbox.worker
        );
    end if;

    failures := job.attempts - job.uncounted_attempts;
    is_dead := not coalesce(fail_outbox.retryable, true) or failures >= job.max_attempts;

    update public.outbox
    set status = case when is_dead then 'dead' else 'pending' end,
        finished_at = case when is_dead then now() end,
        run_at = case
            when is_dead then outbox.run_at
            else now() + greatest(
                pathfinder.job_retry_delay(failures),
                make_interval(secs => least(coalesce(fail_outbox.retry_after_seconds, 0), 86400)::double precision)
            )
        end,
        lease_expires_at = null,
        locked_by = null,
        last_error = left(fail_outbox.error, 2000)
    where outbox.id = job.id;

    update public.outbox_attempts
    set outcome = case when is_dead then 'dead' else 'retry' end,
        finished_at = now(),
        error = left(fail_outbox.error, 2000)
    where outbox_attempts.outbox_id = job.id and outbox_attempts.attempt = fail_outbox.attempt;

    return case when is_dead then 'dead' else 'pending' end;
end
$$;

revoke all on function pathfinder.fail_outbox(bigint, text, integer, text, boolean, numeric)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.fail_outbox(bigint, text, integer, text, boolean, numeric) to service_role;

comment on function pathfinder.fail_outbox(bigint, text, integer, text, boolean, numeric) is
    'Records a failed attempt: the job is tried again later, or is dead.';

create or replace function public.fail_outbox(
    job_id bigint,
    worker text,
    attempt integer,
    error text,
    retryable boolean default true,
    retry_after_seconds numeric default null
)
returns text
language sql
volatile
set search_path = ''
as $$
    select pathfinder.fail_outbox(job_id, worker, attempt, error, retryable, retry_after_seconds)
$$;

revoke all on function public.fail_outbox(bigint, text, integer, text, boolean, numeric)
    from public, anon, authenticated, service_role;
grant execute on function public.fail_outbox(bigint, text, integer, text, boolean, numeric) to service_role;

comment on function public.fail_outbox(bigint, text, integer, text, boolean, numeric) is
    'For the worker: records a failed attempt; pending, dead, or null when its lease is lost.';

-- source: outbox/finish_job.sql
-- Finishes a job under its live lease.
-- Returns: the job as it is now; all null when the lease is lost: another attempt has the job, or it was finished
--   before.
-- Example: select pathfinder.finish_job(7, 'worker-1', 2, '{"deployment_id": "…"}');
create or replace function pathfinder.finish_job(job_id bigint, worker text, attempt integer, result jsonb)
returns public.outbox
language plpgsql
volatile
set search_path = ''
as $$
declare
    job public.outbox;
begin
    job := pathfinder.holds_lease(finish_job.job_id, finish_job.worker, finish_job.attempt);
    if job.id is null then
        return job;
    end if;
    update public.outbox
    set status = 'done', finished_at = now(), lease_expires_at = null, locked_by = null,
        result = coalesce(outbox.result, '{}') || pathfinder.json_object(finish_job.result)
    where outbox.id = job.id
    returning outbox.* into job;

    update public.outbox_attempts
    set outcome = 'done', finished_at = now()
    where outbox_attempts.outbox_id = job.id and outbox_attempts.attempt = finish_job.attempt;
    return job;
end
$$;

revoke all on function pathfinder.finish_job(bigint, text, integer, jsonb)
    from public, anon, authenticated, service_role;

comment on function pathfinder.finish_job(bigint, text, integer, jsonb) is 'Finishes a job under its live lease.';

-- source: outbox/heartbeat.sql
-- A worker says that it is alive.
-- Returns: the database's clock, so that the worker can tell how far its own is off.
-- Example: select public.heartbeat('worker-1', '0.1.0', 4, 1, 'listening', now());
create or replace function pathfinder.heartbeat(
    worker text,
    version text,
    concurrency integer,
    in_flight integer,
    realtime_state text,
    realtime_message_at timestamptz,
    details jsonb
)
returns timestamptz
language sql
volatile
security definer
set search_path = ''
as $$
    insert into public.worker_heartbeats (
        worker, version, concurrency, in_flight, realtime_state, realtime_message_at, details
    )
    values (
        heartbeat.worker, heartbeat.version, heartbeat.concurrency, heartbeat.in_flight,
        heartbeat.realtime_state, heartbeat.realtime_message_at, pathfinder.json_object(heartbeat.details)
    )
    on conflict on constraint worker_heartbeats_pkey do update
    set version = excluded.version,
        concurrency = excluded.concurrency,
        in_flight = excluded.in_flight,
        realtime_state = excluded.realtime_state,
        realtime_message_at = excluded.realtime_message_at,
        details = excluded.details,
        seen_at = now();
    select clock_timestamp()
$$;

revoke all on function pathfinder.heartbeat(text, text, integer, integer, text, timestamptz, jsonb)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.heartbeat(text, text, integer, integer, text, timestamptz, jsonb) to service_role;

comment on function pathfinder.heartbeat(text, text, integer, integer, text, timestamptz, jsonb) is
    'A worker says that it is alive.';

create or replace function public.heartbeat(
    worker text,
    version text default null,
    concurrency integer default null,
    in_flight integer default null,
    realtime_state text default null,
    realtime_message_at timestamptz default null,
    details jsonb default '{}'
)
returns timestamptz
language sql
volatile
set search_path = ''
as $$
    select pathfinder.heartbeat(worker, version, concurrency, in_flight, realtime_state, realtime_message_at, details)
$$;

revoke all on function public.heartbeat(text, text, integer, integer, text, timestamptz, jsonb)
    from public, anon, authenticated, service_role;
grant execute on function public.heartbeat(text, text, integer, integer, text, timestamptz, jsonb) to service_role;

comment on function public.heartbeat(text, text, integer, integer, text, timestamptz, jsonb) is
    'For the worker: says that it is alive; returns the database''s clock.';

-- source: outbox/holds_lease.sql
-- Locks a running job for the worker that holds its live lease. Keep the row in a variable: within a `where` this
-- volatile function would be called once for every job there is.
-- Returns: the job's row, locked until the transaction ends; null when the lease ran out or belongs to another
--   attempt.
-- Example: select * from pathfinder.holds_lease(7, 'worker-1', 2);
create or replace function pathfinder.holds_lease(job_id bigint, worker text, attempt integer)
returns public.outbox
language sql
volatile
set search_path = ''
as $$
    select outbox
    from public.outbox
    where outbox.id = holds_lease.job_id
        and outbox.status = 'running'
        and outbox.locked_by = holds_lease.worker
        and outbox.attempts = holds_lease.attempt
        and outbox.lease_expires_at > now()
    for update
$$;

revoke all on function pathfinder.holds_lease(bigint, text, integer) from public, anon, authenticated, service_role;

comment on function pathfinder.holds_lease(bigint, text, integer) is
    'Locks a running job for the worker that holds its live lease; null for anybody else.';

-- source: outbox/job_retry_delay.sql
-- How long a failed job waits before its next attempt: 5 seconds, doubled each time, at the most an hour, each
-- shortened by up to half at random so that jobs that failed together do not come back together.
-- Returns: an interval; `jitter` is a number from 0 (half the delay) to 1 (all of it).
-- Example: select pathfinder.job_retry_delay(3, 1);  -- 20 seconds
create or replace function pathfinder.job_retry_delay(failures integer, jitter double precision default random())
returns interval
language sql
immutable
set search_path = ''
as $$
    select least(interval '5 seconds' * power(2, least(greatest(failures, 1), 20) - 1), interval '1 hour')
        * (0.5 + 0.5 * jitter)
$$;

revoke all on function pathfinder.job_retry_delay(integer, double precision)
    from public, anon, authenticated, service_role;

comment on function pathfinder.job_retry_delay(integer, double precision) is
    'How long a failed job waits before its next attempt.';

-- source: outbox/lease_jobs.sql
-- Leases due jobs to a worker, in one statement. Due are pending jobs whose time has come and running ones whose lease
-- ran out. Channels take turns, so that no backlog keeps another waiting; rows that another worker is just claiming
-- are skipped; what belongs to a channel that is switched off, or to its quiet hours, stays. A job whose last
-- permitted attempt lost its lease becomes dead. Compiling the statement would cost more than running it: no jit.
-- Returns: the leased jobs, as they are now.
-- Example: select id, kind from pathfinder.lease_jobs('worker-1', array['digest'], 5, 60);
create or replace function pathfinder.lease_jobs(
    worker text,
    kinds text[],
    max_jobs integer,
    lease_seconds numeric
)
returns setof public.outbox
language plpgsql
volatile
set search_path = ''
set jit = off
as $$
#variable_conflict use_column
begin
    return query
    with lane as (
        select '' as name, false as is_quiet
        union all
        select
            channels.name,
            pathfinder.after_quiet_hours(now(), channels.config #> '{alerts,quiet_hours}', settings.time_zone) > now()
        from public.channels
        cross join public.settings
        where channels.is_active
    ),
    waiting as (
        select picked.id, picked.priority, picked.run_at, picked.turn
        from lane
        cross join lateral (
            select locked.id, locked.priority, locked.run_at, row_number() over () as turn
            from (
                select outbox.id, outbox.priority, outbox.run_at
                from public.outbox
                where outbox.status = 'pending'
                    and coalesce(outbox.channel, '') = lane.name
                    and outbox.run_at <= now()
                    and (lease_jobs.kinds is null or outbox.kind = any (lease_jobs.kinds))
                    and not (lane.is_quiet and outbox.kind = 'alert')
                order by outbox.priority, outbox.run_at, outbox.id
                limit lease_jobs.max_jobs
                for update skip locked
            ) as locked
        ) as picked
    ),
    lapsed as (
        select outbox.id, outbox.priority, outbox.run_at, 0::bigint as turn
        from public.outbox
        where outbox.status = 'running'
            and outbox.lease_expires_at <= now()
            and (lease_jobs.kinds is null or outbox.kind = any (lease_jobs.kinds))
        order by outbox.lease_expires_at
        limit lease_jobs.max_jobs
        for update skip locked
    ),
    due as (
        select * from waiting
        union all
        select * from lapsed
    ),
    chosen as (
        select due.id
        from due
        order by (due.priority > 20), due.turn, due.priority, due.run_at, due.id
        limit lease_jobs.max_jobs
    ),
    before as (
        select
            outbox.id,
            outbox.attempts,
            outbox.status = 'running' as was_running,
            outbox.status = 'running'
                and outbox.attempts - outbox.uncounted_attempts >= outbox.max_attempts as is_spent
        from public.outbox
        join chosen on chosen.id = outbox.id
    ),
    expired as (
        update public.outbox_attempts
        set outcome = 'lease_expired', finished_at = now(),
            error = coalesce(outbox_attempts.error, 'The worker stopped answering and its lease ran out.')
        from before
        where before.was_running
            and outbox_attempts.outbox_id = before.id
            and outbox_attempts.attempt = before.attempts
    ),
    buried as (
        update public.outbox
        set status = 'dead', finished_at = now(), lease_expires_at = null, locked_by = null,
            last_error = 'The worker stopped answering and its lease ran out; that was the last attempt.'
        from before
        where before.is_spent and outbox.id = before.id
    ),
    claimed as (
        update public.outbox
        set status = 'running',
            attempts = outbox.attempts + 1,
            locked_by = lease_jobs.worker,
            lease_expires_at = now() + make_interval(secs => lease_jobs.lease_seconds::double precision)
        from before
        where not before.is_spent and outbox.id = before.id
        returning outbox.*
    ),
    recorded as (
        insert into public.outbox_attempts (outbox_id, attempt, worker)
        select claimed.id, claimed.attempts, lease_jobs.worker from claimed
    )
    select claimed.* from claimed;
end
$$;

revoke all on function pathfinder.lease_jobs(text, text[], integer, numeric)
    from public, anon, authenticated, service_role;

comment on function pathfinder.lease_jobs(text, text[], integer, numeric) is
    'Leases due jobs to a worker, in one statement.';

-- source: outbox/record_progress.sql
-- Remembers how far an attempt has come (such as the id of a deployment), for the next attempt to go on from.
-- Returns: whether it was recorded; false when the lease is lost.
-- Example: select public.record_progress(7, 'worker-1', 2, '{"deployment_id": "…"}');
create or replace function pathfinder.record_progress(job_id bigint, worker text, attempt integer, progress jsonb)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    job constant public.outbox := pathfinder.holds_lease(
        record_progress.job_id, record_progress.worker, record_progress.attempt
    );
begin
    update public.outbox
    set result = coalesce(outbox.result, '{}') || pathfinder.json_object(record_progress.progress)
    where outbox.id = job.id;
    return found;
end
$$;

revoke all on function pathfinder.record_progress(bigint, text, integer, jsonb)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.record_progress(bigint, text, integer, jsonb) to service_role;

comment on function pathfinder.record_progress(bigint, text, integer, jsonb) is
    'Remembers how far an attempt has come.';

create or replace function public.record_progress(job_id bigint, worker text, attempt integer, progress jsonb)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select pathfinder.record_progress(job_id, worker, attempt, progress)
$$;

revoke all on function public.record_progress(bigint, text, integer, jsonb)
    from public, anon, authenticated, service_role;
grant execute on function public.record_progress(bigint, text, integer, jsonb) to service_role;

comment on function public.record_progress(bigint, text, integer, jsonb) is
    'For the worker: remembers how far an attempt has come; false when the lease is lost.';

-- source: outbox/redrive_outbox.sql
-- Brings dead jobs back: one, or all. Their attempts stay on record and start to count anew.
-- Returns: how many jobs came back.
-- Example: select public.redrive_outbox(7);  select public.redrive_outbox();
create or replace function pathfinder.redrive_outbox(job_id bigint)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    redriven integer;
begin
    update public.outbox
    set status = 'pending', finished_at = null, run_at = now(), uncounted_attempts = outbox.attempts
    where outbox.status = 'dead'
        and (redrive_outbox.job_id is null or outbox.id = redrive_outbox.job_id);
    get diagnostics redriven = row_count;
    if redriven > 0 then
        perform pathfinder.write_audit(
            'jobs', 'retry', jsonb_strip_nulls(jsonb_build_object('job', redrive_outbox.job_id, 'jobs', redriven))
        );
    end if;
    return redriven;
end
$$;

revoke all on function pathfinder.redrive_outbox(bigint) from public, anon, authenticated, service_role;
grant execute on function pathfinder.redrive_outbox(bigint) to service_role;

comment on function pathfinder.redrive_outbox(bigint) is 'Brings dead jobs back.';

create or replace function public.redrive_outbox(job_id bigint default null)
returns integer
language sql
volatile
set search_path = ''
as $$
    select pathfinder.redrive_outbox(job_id)
$$;

revoke all on function public.redrive_outbox(bigint) from public, anon, authenticated, service_role;
grant execute on function public.redrive_outbox(bigint) to service_role;

comment on function public.redrive_outbox(bigint) is 'Brings dead jobs back: the one named, or all; returns how many.';

-- source: outbox/release_outbox.sql
-- Gives a job back unfinished, to be claimed again at once; the attempt does not count.
-- Returns: whether it was given back; false when the lease is lost.
-- Example: select public.release_outbox(7, 'worker-1', 2);
create or replace function pathfinder.release_outbox(job_id bigint, worker text, attempt integer)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    job constant public.outbox := pathfinder.holds_lease(
        release_outbox.job_id, release_outbox.worker, release_outbox.attempt
    );
begin
    update public.outbox
    set status = 'pending', lease_expires_at = null, locked_by = null,
        uncounted_attempts = outbox.uncounted_attempts + 1
    where outbox.id = job.id;
    if not found then
        return false;
    end if;

    update public.outbox_attempts
    set outcome = 'released', finished_at = now()
    where outbox_attempts.outbox_id = release_outbox.job_id
        and outbox_attempts.attempt = release_outbox.attempt;
    return true;
end
$$;

revoke all on function pathfinder.release_outbox(bigint, text, integer)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.release_outbox(bigint, text, integer) to service_role;

comment on function pathfinder.release_outbox(bigint, text, integer) is 'Gives a job back unfinished.';

create or replace function public.release_outbox(job_id bigint, worker text, attempt integer)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select pathfinder.release_outbox(job_id, worker, attempt)
$$;

revoke all on function public.release_outbox(bigint, text, integer) from public, anon, authenticated, service_role;
grant execute on function public.release_outbox(bigint, text, integer) to service_role;

comment on function public.release_outbox(bigint, text, integer) is
    'For the worker: gives a job back unfinished at a shutdown; the attempt does not count.';

-- source: channels/abandon_channel_jobs.sql
-- Trigger: jobs that wait for a channel that is deleted become dead, where they are seen and can be redriven once
-- the channel exists again, instead of waiting for ever unnoticed. A renamed channel takes its jobs along.
-- Returns: nothing: it is a trigger after the edit.
-- Example: delete from public.channels where name = 'teams';
create or replace function pathfinder.abandon_channel_jobs()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    if tg_op = 'UPDATE' then
        update public.outbox
        set channel = new.name
        where outbox.channel = old.name and outbox.status in ('pending', 'running');
        return null;
    end if;

    update public.outbox
    set status = 'dead', finished_at = now(),
        last_error = format('The channel %s was deleted. Create it again and redrive the job.', old.name)
    where outbox.channel = old.name and outbox.status = 'pending';
    return null;
end
$$;

revoke all on function pathfinder.abandon_channel_jobs() from public, anon, authenticated, service_role;

comment on function pathfinder.abandon_channel_jobs() is
    'Jobs of a deleted channel become dead; those of a renamed one go along.';

-- source: channels/alert_due_at.sql
-- When the next alert of a channel goes: at once, unless three have gone within the last alerts.group_seconds of
-- its config (60 if not given), and not in its quiet hours.
-- Returns: timestamptz, not before `moment`.
-- Example: select pathfinder.alert_due_at(channels, 'Europe/Berlin', now()) from public.channels;
create or replace function pathfinder.alert_due_at(channel public.channels, time_zone text, moment timestamptz)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
    pause interval := make_interval(
        secs => coalesce((channel.config #>> '{alerts,group_seconds}')::double precision, 60)
    );
    latest timestamptz;
    recent integer;
begin
    select count(*) filter (where last.due_at > moment - pause), max(last.due_at)
    into recent, latest
    from (
        select (outbox.payload ->> 'due_at')::timestamptz as due_at
        from public.outbox
        where outbox.kind = 'alert' and outbox.channel = channel.name
        order by outbox.id desc
        limit 3
    ) as last;
    return pathfinder.after_quiet_hours(
        case when recent < 3 then moment else greatest(moment, latest + pause) end,
        channel.config #> '{alerts,quiet_hours}',
        time_zone
    );
end
$$;

revoke all on function pathfinder.alert_due_at(public.channels, text, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.alert_due_at(public.channels, text, timestamptz) is
    'When the next alert of a channel goes.';

-- source: channels/alert_option_problems.sql
-- What is wrong in the options of a channel's config that are the same for all transports: alerts, group_by and
-- send_empty.
-- Returns: one sentence part a problem; {} when all is well.
-- Example: select pathfinder.alert_option_problems('{"alerts": {"group_seconds": 60}}');
create or replace function pathfinder.alert_option_problems(config jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
    with given as (
        select
            alert_option_problems.config -> 'alerts' as alerts,
            case
                when jsonb_typeof(alert_option_problems.config -> 'alerts') = 'object'
                    then alert_option_problems.config -> 'alerts'
                else '{}'
            end as options
    ),
    parts as (
        select
            given.*,
            case
                when jsonb_typeof(given.options -> 'quiet_hours') = 'object' then given.options -> 'quiet_hours'
                else '{}'
            end as quiet
        from given
    )
    select array_remove(
        array[
            case
                when jsonb_typeof(alert_option_problems.config -> 'send_empty') <> 'boolean'
                    then 'send_empty must be true or false'
            end,
            case
                when not coalesce(alert_option_problems.config -> 'group_by', '"level"') <@ '["level", "account"]'
                    then 'group_by must be level or account'
            end,
            case when jsonb_typeof(parts.alerts) <> 'object' then 'alerts must be an object' end,
            (
                select string_agg(format('alerts.%s is not known', key), '; ' order by key)
                from jsonb_object_keys(parts.options) as key
                where key not in ('quiet_hours', 'group_seconds')
            ),
            case
                when case jsonb_typeof(parts.options -> 'group_seconds')
                    when 'number' then (parts.options ->> 'group_seconds')::numeric not between 0 and 3600
                    else parts.options ? 'group_seconds'
                end then 'alerts.group_seconds must be a number from 0 to 3600'
            end,
            case
                when parts.options -> 'quiet_hours' <> 'null'
                    and (
                        (select count(*) from jsonb_object_keys(parts.quiet)) <> 2
                        or coalesce(parts.quiet ->> 'from', '') !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
                        or coalesce(parts.quiet ->> 'to', '') !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
                    )
                    then 'alerts.quiet_hours must be like {"from": "22:00", "to": "07:00"}'
                when parts.quiet ->> 'from' = parts.quiet ->> 'to'
                    then 'alerts.quiet_hours must not begin when they end'
            end
        ],
        null
    )
    from parts
$$;

revoke all on function pathfinder.alert_option_problems(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.alert_option_problems(jsonb) is
    'What is wrong in the options of a channel''s config that all transports have.';

-- source: channels/announce_test.sql
-- Puts a finished job into the outbox, so that whoever listens over Realtime can see whether rows are announced.
-- Nobody works on it. It stays until withdraw_test(): Realtime looks at the row before it tells of it. What somebody
-- left who was interrupted goes with the next one.
-- Returns: the job.
-- Example: select public.announce_test();
create or replace function pathfinder.announce_test()
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    job bigint;
begin
    delete from public.outbox
    where outbox.kind = 'realtime_test' and outbox.status = 'done' and outbox.finished_at < now() - interval '1 minute';

    insert into public.outbox (kind, dedupe_key, status, finished_at)
    values ('realtime_test', 'doctor:' || gen_random_uuid(), 'done', now())
    returning outbox.id into job;
    return job;
end
$$;

revoke all on function pathfinder.announce_test() from public, anon, authenticated, service_role;
grant execute on function pathfinder.announce_test() to service_role;

comment on function pathfinder.announce_test() is 'Puts a finished job into the outbox, for Realtime to announce.';

create or replace function public.announce_test()
returns bigint
language sql
volatile
set search_path = ''
as $$
    select pathfinder.announce_test()
$$;

revoke all on function public.announce_test() from public, anon, authenticated, service_role;
grant execute on function public.announce_test() to service_role;

comment on function public.announce_test() is
    'For captpathfinder doctor: puts a finished job into the outbox, for Realtime to announce.';

-- source: channels/begin_digests.sql
-- Trigger: where a channel that gets digests begins: at its creation, or when digests were added to what it gets.
-- Returns: nothing of use.
-- Example: create trigger … after insert on public.channels for each row execute function pathfinder.begin_digests();
create or replace function pathfinder.begin_digests()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    insert into pathfinder.digest_cut_offs (channel, cut_off)
    values (new.name, case when tg_op = 'INSERT' then new.created_at else now() end)
    on conflict do nothing;
    return null;
end
$$;

revoke all on function pathfinder.begin_digests() from public, anon, authenticated, service_role;

comment on function pathfinder.begin_digests() is 'Trigger: where a channel that gets digests begins.';

-- source: channels/bot_config_problems.sql
-- What is missing or wrong in the config of an aa_bot channel.
-- Returns: one sentence part a problem; {} when all is well.
-- Example: select pathfinder.bot_config_problems('{"bot_id": 101}');
create or replace function pathfinder.bot_config_problems(config jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
    with given as (
        select
            bot_config_problems.config as config,
            case
                when jsonb_typeof(bot_config_problems.config -> 'inputs') = 'object'
                    then bot_config_problems.config -> 'inputs'
                else '{}'::jsonb
            end as inputs
    ),
    problem as (
        select 1 as place, key as name, format('%s is not known', key) as problem
        from given, jsonb_object_keys(given.config) as key
        where key <> all (array[
            'bot_id', 'api_version', 'run_as_user_ids', 'pool_ids', 'run_as_users_to_use', 'device_usage',
            'override_default_device', 'priority', 'bot_label', 'recipients', 'channel_url', 'inputs',
            'timeout_seconds', 'on_failed_run'
        ])
        union all
        select 2, null, 'bot_id is missing: the number of the bot in the control room, such as 101'
        from given
        where not pathfinder.is_whole_number(given.config -> 'bot_id', 1)
        union all
        select 3, null, 'run_as_user_ids is missing: a list of the users the bot runs as, such as [3]'
        from given
        where not pathfinder.is_list_of(given.config -> 'run_as_user_ids', 'number', 1)
        union all
        select 4, null, 'pool_ids must be a list of numbers'
        from given
        where given.config ? 'pool_ids' and not pathfinder.is_list_of(given.config -> 'pool_ids', 'number', 0)
        union all
        select 5, null, 'run_as_users_to_use must be a number from 1'
        from given
        where given.config ? 'run_as_users_to_use'
            and not pathfinder.is_whole_number(given.config -> 'run_as_users_to_use', 1)
        union all
        select 6, choice.key, format('%s must be %s', choice.key, array_to_string(choice.allowed, ' or '))
        from given,
            (
                values
                    ('api_version', array['v4', 'v3']),
                    ('priority', array['PRIORITY_LOW', 'PRIORITY_MEDIUM', 'PRIORITY_HIGH']),
                    (
                        'device_usage',
                        array['PREFER_DEFAULT_DEVICE', 'RUN_ONLY_ON_DEFAULT_DEVICE', 'RUN_ON_POOL_DEVICES']
                    ),
                    ('on_failed_run', array['retry', 'give_up'])
            ) as choice (key, allowed)
        where given.config ? choice.key
            and (given.config ->> choice.key = any (choice.allowed)) is not true
        union all
        select 7, null, 'override_default_device must be true or false'
        from given
        where given.config ? 'override_default_device'
            and jsonb_typeof(given.config -> 'override_default_device') <> 'boolean'
        union all
        select 8, null, 'bot_label must be a text'
        from given
        where given.config ? 'bot_label' and jsonb_typeof(given.config -> 'bot_label') not in ('string', 'null')
        union all
        select 9, null, 'timeout_seconds must be a number from 5 to 86400'
        from given
        where given.config ? 'timeout_seconds'
            and case jsonb_typeof(given.config -> 'timeout_seconds')
                when 'number' then (given.config ->> 'timeout_seconds')::numeric not between 5 and 86400
                else true
            end
        union all
        select 10, null, 'recipients must be a list of addresses'
        from given
        where given.config ? 'recipients' and not pathfinder.is_list_of(given.config -> 'recipients', 'string', 0)
        union all
        select 11, null, 'channel_url must be a text'
        from given
        where given.config ? 'channel_url'
            and jsonb_typeof(given.config -> 'channel_url') not in ('string', 'null')
        union all
        select 12, null, 'inputs is missing: which part of the message goes into which input variable of the bot'
        from given
        where given.inputs = '{}'
        union all
        select 13, input.key, format('inputs.%s %s', input.key, pathfinder.bot_input_problem(input.value))
        from given, jsonb_each(given.inputs) as input
        where pathfinder.bot_input_problem(input.value) is not null
        union all
        select 14, null, 'recipients is empty, but an input takes the part recipients'
        from given
        where coalesce(jsonb_array_length(
                case jsonb_typeof(given.config -> 'recipients') when 'array' then given.config -> 'recipients' end
            ), 0) = 0
            and exists (select from jsonb_each(given.inputs) as input where input.value ->> 'part' = 'recipients')
        union all
        select 15, null, 'channel_url is missing, but an input takes the part channel_url'
        from given
        where coalesce(given.config ->> 'channel_url', '') = ''
            and exists (select from jsonb_each(given.inputs) as input where input.value ->> 'part' = 'channel_url')
    )
    select coalesce(array_agg(problem.problem order by problem.place, problem.name), '{}') from problem
$$;

revoke all on function pathfinder.bot_config_problems(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.bot_config_problems(jsonb) is 'What is missing in the config of an aa_bot channel.';

-- source: channels/bot_input_problem.sql
-- What is wrong with one input of an aa_bot channel: it takes a part of the message, or a constant.
-- Returns: the problem, to stand after the input's name; null when all is well.
-- Example: select pathfinder.bot_input_problem('{"part": "subject"}');
create or replace function pathfinder.bot_input_problem(input jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
    select case
        when jsonb_typeof(bot_input_problem.input) <> 'object' then
            'must be {"part": "subject"} or {"type": "STRING", "value": "…"}'
        when bot_input_problem.input ? 'part' then case
            when (bot_input_problem.input ->> 'part' = any (array[
                'subject', 'summary', 'text', 'html', 'markdown', 'recipients', 'channel_url', 'total',
                'csv_link', 'html_link', 'pdf_link'
            ])) is not true then
                'has an unknown part: it can be subject, summary, text, html, markdown, recipients, channel_url, '
                'total, csv_link, html_link or pdf_link'
            when exists (
                select from jsonb_object_keys(bot_input_problem.input) as key where key not in ('part', 'type')
            ) then 'has more than a part and its type'
            when bot_input_problem.input ->> 'type' is not null
                and bot_input_problem.input ->> 'type' <> all (case bot_input_problem.input ->> 'part'
                    when 'recipients' then array['STRING', 'LIST']
                    when 'total' then array['NUMBER', 'STRING']
                    else array['STRING']
                end) then 'has a type that does not fit its part'
        end
        when not bot_input_problem.input ?& array['type', 'value'] then
            'must be {"part": "subject"} or {"type": "STRING", "value": "…"}'
        when exists (
            select from jsonb_object_keys(bot_input_problem.input) as key where key not in ('type', 'value')
        ) then 'has more than a type and a value'
        when (bot_input_problem.input ->> 'type' = any (array[
            'STRING', 'NUMBER', 'BOOLEAN', 'LIST', 'DICTIONARY', 'DATETIME'
        ])) is not true then
            'has an unknown type: it can be STRING, NUMBER, BOOLEAN, LIST, DICTIONARY or DATETIME'
        when jsonb_typeof(bot_input_problem.input -> 'value') <> case bot_input_problem.input ->> 'type'
            when 'NUMBER' then 'number'
            when 'BOOLEAN' then 'boolean'
            when 'LIST' then 'array'
            when 'DICTIONARY' then 'object'
            else 'string'
        end then format('has a value that is not a %s', bot_input_problem.input ->> 'type')
        when bot_input_problem.input ->> 'type' = 'DATETIME'
            and bot_input_problem.input ->> 'value' !~ '^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{3}|\.\d{6})?)?(Z|[+-]\d\d:\d\d)?)?$'
            then 'has a value that is not a time such as 2026-11-30T17:00:00Z'
        when jsonb_path_exists(bot_input_problem.input -> 'value', '$.** ? (@ == null)') then
            'has a null in its value'
    end
$$;

revoke all on function pathfinder.bot_input_problem(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.bot_input_problem(jsonb) is 'What is wrong with one input of an aa_bot channel.';

-- source: channels/check_channel_config.sql
-- Whether a channel's config has what its transport needs; the rules are those of the worker's transports.
-- Everything that is missing or wrong is said at once, each with what belongs there. Something that looks like a
-- secret is refused: the table is read by many, and secret_env names a variable of the worker's environment
-- instead.
-- Returns: nothing.
-- Raises: 22023 (HTTP 400) with the problems as message and an example as hint.
-- Example: select pathfinder.check_channel_config('aa_http', '{"kind": "email", "to": ["board@example.com"]}');
create or replace function pathfinder.check_channel_config(transport text, config jsonb)
returns void
language plpgsql
immutable
set search_path = ''
as $$
declare
    own jsonb;
    problems text[] := '{"it is to be a JSON object"}';
begin
    if jsonb_typeof(check_channel_config.config) = 'object' then
        own := check_channel_config.config - '{alerts,send_empty,group_by}'::text[];
        problems := pathfinder.alert_option_problems(check_channel_config.config)
            || case
                when check_channel_config.transport = 'aa_bot' then pathfinder.bot_config_problems(own)
                when check_channel_config.transport = 'aa_http' then pathfinder.endpoint_config_problems(own)
                when pathfinder.hidden_secret_problem(own) is not null
                    then array[pathfinder.hidden_secret_problem(own)]
                when check_channel_config.transport = 'email_smtp' then pathfinder.smtp_config_problems(own)
                when check_channel_config.transport in ('webhook', 'teams_workflow', 'slack_webhook')
                    then pathfinder.webhook_config_problems(check_channel_config.transport, own)
                else '{}'
            end;
    end if;

    if cardinality(problems) > 0 then
        raise exception 'The config of this % channel needs a change: %.',
            check_channel_config.transport, array_to_string(problems, '; ')
            using errcode = '22023',
                hint = case check_channel_config.transport
                    when 'aa_bot' then 'For example: {"bot_id": 101, "run_as_user_ids": [3], '
                        '"recipients": ["board@example.com"], "inputs": {"to": {"part": "recipients"}, '
                        '"subject": {"part": "subject"}, "body": {"part": "html"}, '
                        '"isHtml": {"type": "BOOLEAN", "value": true}}}'
                    when 'aa_http' then 'For example: {"kind": "email", "to": ["board@example.com"]} or '
                        '{"kind": "teams", "channel_url": "https://teams.example.com/…"}'
                    when 'email_smtp' then 'For example: {"host": "smtp.example.com", '
                        '"from": "executives@example.com", "to": ["board@example.com"], '
                        '"username": "executives", "secret_env": "CHANNEL_BOARD_SMTP_PASSWORD"}'
                    when 'webhook' then
                        'For example: {"url": "https://crm.example.com/hook", "secret_env": "CHANNEL_CRM_WEBHOOK_SECRET"}'
                    when 'teams_workflow' then 'For example: {"secret_env": "CHANNEL_SALES_TEAMS_WORKFLOW_URL"}'
                    when 'slack_webhook' then 'For example: {"secret_env": "CHANNEL_SALES_SLACK_WEBHOOK_URL"}'
                end;
    end if;
end
$$;

revoke all on function pathfinder.check_channel_config(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.check_channel_config(text, jsonb) is
    'Refuses a channel''s config that lacks what its transport needs.';

-- source: channels/digest_run_at.sql
-- When a digest goes: at once, or, while enrichment of somebody in it is under way, settings.enrichment_wait after
-- that began. apply_enrichment lets it go earlier, as soon as nobody is left to wait for.
-- Returns: timestamptz, not before now.
-- Example: select pathfinder.digest_run_at(digests) from public.digests where id = 7;
create or replace function pathfinder.digest_run_at(digest public.digests)
returns timestamptz
language sql
stable
set search_path = ''
as $$
    select greatest(now(), max(outbox.created_at + settings.enrichment_wait))
    from public.settings
    cross join jsonb_array_elements(digest.payload -> 'people') as person
    join public.outbox
        on outbox.dedupe_key = 'enrichment:' || (person ->> 'detection_id') and outbox.status in ('pending', 'running')
    where settings.enrichment
$$;

revoke all on function pathfinder.digest_run_at(public.digests) from public, anon, authenticated, service_role;

comment on function pathfinder.digest_run_at(public.digests) is 'When a digest goes: at once, or after enrichment, bounded.';

-- source: channels/endpoint_config_problems.sql
-- What is missing or wrong in the config of an aa_http channel.
-- Returns: one sentence part a problem; {} when all is well.
-- Example: select pathfinder.endpoint_config_problems('{"kind": "teams"}');
create or replace function pathfinder.endpoint_config_problems(config jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
    select array_remove(
        array[
            (
                select string_agg(format('%s is not known', key), '; ' order by key)
                from jsonb_object_keys(endpoint_config_problems.config) as key
                where key not in ('kind', 'to', 'channel_url')
            ),
            case
                when coalesce(endpoint_config_problems.config ->> 'kind', '') not in ('email', 'teams')
                    then 'kind is missing: email or teams'
                when endpoint_config_problems.config ->> 'kind' = 'email'
                    and not pathfinder.is_list_of(endpoint_config_problems.config -> 'to', 'string', 1)
                    then 'to is missing: a list of addresses'
                when endpoint_config_problems.config ->> 'kind' = 'teams'
                    and (
                        coalesce(endpoint_config_problems.config ->> 'channel_url', '') = ''
                        or jsonb_typeof(endpoint_config_problems.config -> 'channel_url') <> 'string'
                    )
                    then 'channel_url is missing: the address of the Teams channel'
            end
        ],
        null
    )
$$;

revoke all on function pathfinder.endpoint_config_problems(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.endpoint_config_problems(jsonb) is
    'What is missing in the config of an aa_http channel.';

-- source: channels/filter_problems.sql
-- What is wrong in a channel's filter, after tidy_filter().
-- Returns: one sentence part a problem; {} when all is well.
-- Example: select pathfinder.filter_problems('{"level": ["ceo"]}');
create or replace function pathfinder.filter_problems(filter jsonb)
returns text[]
language sql
stable
set search_path = ''
as $$
    with choices (key, allowed) as (
        values
            ('level', (select array_agg(levels.level order by levels.rank) from public.levels)),
            ('kind', '{new,promotion,demotion,role,moved,left}'),
            ('function', null),
            ('country', null),
            ('tier', null),
            ('owner', null),
            ('community', null)
    )
    select coalesce(array_agg(problem.said order by given.key), '{}')
    from jsonb_each(filter_problems.filter) as given
    left join choices using (key)
    cross join lateral (
        select case
            when given.key = 'watched' then
                case when jsonb_typeof(given.value) <> 'boolean' then 'watched must be true or false' end
            when choices.key is null then format(
                '%s is not known: it can be %s or watched',
                given.key, (select string_agg(choices.key, ', ') from choices)
            )
            when not pathfinder.is_list_of(given.value, 'string', 1) then
                format('%s must be a list of texts, such as ["%s"]', given.key, case given.key
                    when 'function' then 'finance'
                    when 'country' then 'DE'
                    when 'tier' then '1'
                    when 'owner' then 'Jane Doe'
                    when 'community' then 'main'
                    else choices.allowed[1]
                end)
            when not given.value <@ to_jsonb(choices.allowed) then format(
                '%s can be %s, not %s',
                given.key,
                array_to_string(choices.allowed, ', '),
                (
                    select string_agg(element, ', ') from jsonb_array_elements_text(given.value) as element
                    where element <> all (choices.allowed)
                )
            )
        end as said
    ) as problem
    where problem.said is not null
$$;

revoke all on function pathfinder.filter_problems(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.filter_problems(jsonb) is 'What is wrong in a channel''s filter.';

-- source: channels/filter_words.sql
-- A channel's filter in words, as its messages say it.
-- Returns: text; null where everybody is told of.
-- Example: select pathfinder.filter_words('{"level": ["csuite"], "country": ["DE"], "tier": ["1"]}');
--   -- C-level executives, Germany, tier 1
create or replace function pathfinder.filter_words(filter jsonb)
returns text
language sql
stable
set search_path = ''
as $$
    select string_agg(part.words, ', ' order by part.place)
    from (
        select topic.place, case
            when topic.key = 'watched' then
                case when filter ->> 'watched' = 'true' then 'watched accounts' else 'accounts that are not watched' end
            when topic.key = 'country' and filter -> 'country' @> '["DE", "AT", "CH"]'
                and jsonb_array_length(filter -> 'country') = 3 then 'DACH'
            else (
                select topic.before || string_agg(coalesce(
                    case topic.key
                        when 'level' then (
                            select levels.label_plural from public.levels where levels.level = element.value
                        )
                        when 'country' then pathfinder.country_name(element.value)
                        when 'kind' then case element.value
                            when 'promotion' then 'promoted'
                            when 'demotion' then 'of a lower level now'
                            when 'role' then 'in another role'
                        end
                    end,
                    element.value
                ), ' or ' order by element.place)
                from jsonb_array_elements_text(filter -> topic.key) with ordinality as element (value, place)
            )
        end as words
        from (
            values
                (1, 'level', ''), (2, 'kind', ''), (3, 'function', ''), (4, 'country', ''), (5, 'tier', 'tier '),
                (6, 'owner', 'accounts of '), (7, 'watched', ''), (8, 'community', 'community ')
        ) as topic (place, key, before)
        where filter ? topic.key
    ) as part
$$;

revoke all on function pathfinder.filter_words(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.filter_words(jsonb) is 'A channel''s filter in words.';

-- source: channels/hidden_secret_problem.sql
-- What in a channel's config looks like a secret, which belongs into the worker's environment instead.
-- Returns: the problem, which names the key and never the value; null when nothing does.
-- Example: select pathfinder.hidden_secret_problem('{"url": "https://example.com/hook?sig=abc"}');
create or replace function pathfinder.hidden_secret_problem(config jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
    select format(
        '%s holds a secret: put it into a variable of the worker''s environment, and name that in secret_env',
        string_agg(entry.key, ', ' order by entry.key)
    )
    from jsonb_each_text(hidden_secret_problem.config) as entry
    where entry.value ~* '[?&](sig|signature|token|access_token|key|apikey|api_key|code|secret|password)='
        or entry.value ~ 'hooks\.slack\.com/|/workflows/.*/triggers/'
        or entry.value ~ '(whsec_|sb_secret_|xox[abprs]-|eyJ[A-Za-z0-9_-]{8,}\.)'
        or (entry.key ~* '(password|secret|token|api_?key)' and entry.key <> 'secret_env')
    having count(*) > 0
$$;

revoke all on function pathfinder.hidden_secret_problem(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.hidden_secret_problem(jsonb) is 'What in a channel''s config looks like a secret.';

-- source: channels/levels_json.sql
-- The levels as messages carry them, the highest first.
-- Returns: [{"level", "label", "label_plural", "rank"}]
-- Example: select pathfinder.levels_json();
create or replace function pathfinder.levels_json()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_agg(
        jsonb_build_object(
            'level', levels.level, 'label', levels.label, 'label_plural', levels.label_plural, 'rank', levels.rank
        )
        order by levels.rank
    )
    from public.levels
$$;

revoke all on function pathfinder.levels_json() from public, anon, authenticated, service_role;

comment on function pathfinder.levels_json() is 'The levels as messages carry them.';

-- source: channels/schedule_problems.sql
-- What is wrong in a channel's schedule.
-- Returns: one sentence part a problem; {} when all is well.
-- Example: select pathfinder.schedule_problems('{"day": "monday", "time": "8:00"}');
create or replace function pathfinder.schedule_problems(schedule jsonb)
returns text[]
language sql
stable
set search_path = ''
as $$
    select array_remove(
        array[
            (
                select string_agg(format('%s is not known: it can be day, time or time_zone', key), '; ' order by key)
                from jsonb_object_keys(schedule) as key
                where key not in ('day', 'time', 'time_zone')
            ),
            case
                when not coalesce(schedule ->> 'day', 'monday') = any (
                    '{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'
                ) or jsonb_typeof(schedule -> 'day') <> 'string'
                    then 'day must be monday, tuesday, wednesday, thursday, friday, saturday or sunday'
            end,
            case
                when coalesce(schedule ->> 'time', '00:00') !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
                    or jsonb_typeof(schedule -> 'time') <> 'string'
                    then 'time must be a time of day such as 08:00'
            end,
            case
                when jsonb_typeof(schedule -> 'time_zone') <> 'string'
                    or schedule ? 'time_zone' and pathfinder.canonical_time_zone(schedule ->> 'time_zone') is null
                    then 'time_zone must be a continent and a city, such as '
                    || coalesce((pathfinder.nearest_time_zones(schedule ->> 'time_zone'))[1], 'Europe/Berlin')
            end
        ],
        null
    )
$$;

revoke all on function pathfinder.schedule_problems(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.schedule_problems(jsonb) is 'What is wrong in a channel''s schedule.';

-- source: channels/secret_env_problem.sql
-- What is wrong with the name of a variable that holds a channel's secret. Only variables CHANNEL_… can be named, so
-- that no row reads another part of the worker's environment; the worker has the same rule.
-- Returns: the problem; null when all is well.
-- Example: select pathfinder.secret_env_problem('{"secret_env": "CHANNEL_SALES_URL"}', 'the webhook''s URL');
create or replace function pathfinder.secret_env_problem(config jsonb, what text)
returns text
language sql
immutable
set search_path = ''
as $$
    select case
        when coalesce(secret_env_problem.config -> 'secret_env', 'null') = 'null' then format(
            'secret_env is missing: the name of the variable in the worker''s environment that holds %s',
            secret_env_problem.what
        )
        when jsonb_typeof(secret_env_problem.config -> 'secret_env') <> 'string'
            or secret_env_problem.config ->> 'secret_env' !~
                '^CHANNEL_(?![A-Z0-9_]*_HOSTS$)[A-Z0-9][A-Z0-9_]{0,80}$' then
            'secret_env must be the name of a variable that starts with CHANNEL_, such as CHANNEL_SALES_WEBHOOK; the '
            'secret itself stays in the worker''s environment'
    end
$$;

revoke all on function pathfinder.secret_env_problem(jsonb, text) from public, anon, authenticated, service_role;

comment on function pathfinder.secret_env_problem(jsonb, text) is
    'What is wrong with the name of a variable that holds a secret.';

-- source: channels/smtp_config_problems.sql
-- What is missing or wrong in the config of an email_smtp channel.
-- Returns: one sentence part a problem; {} when all is well.
-- Example: select pathfinder.smtp_config_problems('{"host": "smtp.example.com"}');
create or replace function pathfinder.smtp_config_problems(config jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
    select array_remove(
        array[
            (
                select string_agg(format('%s is not known', key), '; ' order by key)
                from jsonb_object_keys(smtp_config_problems.config) as key
                where key not in ('host', 'port', 'security', 'username', 'secret_env', 'from', 'to', 'reply_to')
            ),
            case
                when jsonb_typeof(smtp_config_problems.config -> 'host') is distinct from 'string'
                    or smtp_config_problems.config ->> 'host' !~ '^[A-Za-z0-9.:_-]{1,253}$'
                    then 'host is missing: the name of the mail server'
            end,
            case
                when smtp_config_problems.config -> 'port' <> 'null'
                    and (
                        not pathfinder.is_whole_number(smtp_config_problems.config -> 'port', 1)
                        or (smtp_config_problems.config ->> 'port')::numeric > 65535
                    )
                    then 'port must be a number from 1 to 65535'
            end,
            case
                when coalesce(smtp_config_problems.config ->> 'security', 'starttls') not in ('starttls', 'tls', 'none')
                    or jsonb_typeof(smtp_config_problems.config -> 'security') = 'null'
                    then 'security must be starttls, tls or none'
                when smtp_config_problems.config ->> 'security' = 'none'
                    and coalesce(smtp_config_problems.config -> 'username', 'null') <> 'null'
                    and lower(smtp_config_problems.config ->> 'host') not in ('localhost', '127.0.0.1', '::1')
                    then 'a password goes over security starttls or tls only'
            end,
            case
                when coalesce(smtp_config_problems.config -> 'username', 'null') = 'null' then case
                    when coalesce(smtp_config_problems.config -> 'secret_env', 'null') <> 'null'
                        then 'username is missing: secret_env and username belong together'
                end
                when jsonb_typeof(smtp_config_problems.config -> 'username') <> 'string'
                    or smtp_config_problems.config ->> 'username' = '' then 'username must be a text'
                else pathfinder.secret_env_problem(smtp_config_problems.config, 'the password')
            end,
            case
                when not pathfinder.is_email_address(coalesce(smtp_config_problems.config -> 'from', 'null'))
                    then 'from is missing: the address that mails come from'
            end,
            case
                when case jsonb_typeof(smtp_config_problems.config -> 'to')
                    when 'array' then
                        jsonb_array_length(smtp_config_problems.config -> 'to') not between 1 and 100
                        or exists (
                            select from jsonb_array_elements(smtp_config_problems.config -> 'to') as recipient
                            where not pathfinder.is_email_address(recipient)
                        )
                    else true
                end then 'to is missing: a list of 1 to 100 addresses'
            end,
            case
                when smtp_config_problems.config -> 'reply_to' <> 'null'
                    and not pathfinder.is_email_address(smtp_config_problems.config -> 'reply_to')
                    then 'reply_to must be an address'
            end
        ],
        null
    )
$$;

revoke all on function pathfinder.smtp_config_problems(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.smtp_config_problems(jsonb) is 'What is missing in the config of an email_smtp channel.';

-- source: channels/tidy_filter.sql
-- A channel's filter as it is looked at: lists everywhere, countries as codes, owners in small letters. Whatever
-- filter_problems() complains about stays as it is.
-- Returns: jsonb.
-- Example: select pathfinder.tidy_filter('{"level": "csuite", "country": ["Germany"]}');
create or replace function pathfinder.tidy_filter(filter jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select coalesce(jsonb_object_agg(given.key, case
        when given.key = 'watched' then given.value
        when jsonb_typeof(listed.value) <> 'array' then given.value
        else (
            select coalesce(jsonb_agg(case
                when jsonb_typeof(element) <> 'string' then
                    case when given.key = 'tier' then to_jsonb(element #>> '{}') else element end
                when given.key = 'country' then to_jsonb(
                    coalesce(pathfinder.find_country(element #>> '{}'), lower(btrim(element #>> '{}')))
                )
                when given.key = 'owner' then to_jsonb(lower(btrim(element #>> '{}')))
                else to_jsonb(btrim(element #>> '{}'))
            end), '[]')
            from jsonb_array_elements(listed.value) as element
        )
    end), '{}')
    from jsonb_each(tidy_filter.filter) as given
    cross join lateral (
        select case
            when jsonb_typeof(given.value) in ('string', 'number') then jsonb_build_array(given.value)
            else given.value
        end as value
    ) as listed
$$;

revoke all on function pathfinder.tidy_filter(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.tidy_filter(jsonb) is
    'A channel''s filter as it is looked at: lists, codes, small letters.';

-- source: channels/validate_channel.sql
-- Trigger: checks a channel when the row is saved, so that a mistake shows in the Table Editor and not on Friday. A
-- channel that is switched off may be incomplete, but never name another's secret.
-- Returns: the row, its filter and schedule tidied.
-- Raises: 22023 with what is missing.
-- Example: insert into public.channels (name, transport) values ('teams', 'aa_bot');  -- refused: bot_id is missing
create or replace function pathfinder.validate_channel()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    problems text[];
begin
    new.filter := pathfinder.tidy_filter(new.filter);
    problems := pathfinder.filter_problems(new.filter);
    if problems <> '{}' then
        raise exception 'The filter of this channel needs a change: %.', array_to_string(problems, '; ')
            using errcode = '22023', hint = 'For example: {"level": ["csuite"], "country": ["DE", "AT", "CH"]}';
    end if;

    new.schedule := new.schedule || jsonb_strip_nulls(jsonb_build_object(
        'day', lower(btrim(new.schedule ->> 'day')),
        'time_zone', pathfinder.canonical_time_zone(new.schedule ->> 'time_zone')
    ));
    problems := pathfinder.schedule_problems(new.schedule);
    if problems <> '{}' then
        raise exception 'The schedule of this channel needs a change: %.', array_to_string(problems, '; ')
            using errcode = '22023',
                hint = 'For example: {"day": "monday", "time": "08:00", "time_zone": "Europe/Berlin"}';
    end if;

    if new.is_active then
        perform pathfinder.check_channel_config(new.transport, new.config);
    elsif new.config ? 'secret_env' and pathfinder.secret_env_problem(new.config, 'the secret') is not null then
        raise exception 'The config of this channel needs a change: %.',
            pathfinder.secret_env_problem(new.config, 'the secret')
            using errcode = '22023';
    end if;
    return new;
end
$$;

revoke all on function pathfinder.validate_channel() from public, anon, authenticated, service_role;

comment on function pathfinder.validate_channel() is 'Trigger: checks a channel when the row is saved.';

-- source: channels/webhook_config_problems.sql
-- What is missing or wrong in the config of a channel whose message is posted to a URL: webhook, where the URL
-- stands in the config, and teams_workflow and slack_webhook, where it is the secret.
-- Returns: one sentence part a problem; {} when all is well.
-- Example: select pathfinder.webhook_config_problems('webhook', '{"url": "https://crm.example.com/hook"}');
create or replace function pathfinder.webhook_config_problems(transport text, config jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
    select array_remove(
        array[
            (
                select string_agg(format('%s is not known', key), '; ' order by key)
                from jsonb_object_keys(webhook_config_problems.config) as key
                where key <> 'secret_env' and not (key = 'url' and webhook_config_problems.transport = 'webhook')
            ),
            pathfinder.secret_env_problem(
                webhook_config_problems.config,
                case webhook_config_problems.transport
                    when 'webhook' then 'the signing secret (whsec_…)'
                    else 'the whole URL'
                end
            ),
            case
                when webhook_config_problems.transport = 'webhook'
                    and (
                        jsonb_typeof(webhook_config_problems.config -> 'url') is distinct from 'string'
                        or webhook_config_problems.config ->> 'url' !~ (
                            '^(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1|\[::1\]))'
                            '(:(?!0)[0-9]{1,4})?(/[!-~]*)?$'
                        )
                        and webhook_config_problems.config ->> 'url' !~ (
                            '^(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1|\[::1\]))'
                            ':([1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])(/[!-~]*)?$'
                        )
                    )
                    then 'url is missing: an address that starts with https:// (http:// only on the worker''s machine)'
            end
        ],
        null
    )
$$;

revoke all on function pathfinder.webhook_config_problems(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.webhook_config_problems(text, jsonb) is
    'What is missing in the config of a channel whose message is posted to a URL.';

-- source: channels/withdraw_test.sql
-- Removes what announce_test() put into the outbox, so that a check leaves nothing behind and counts nowhere.
-- Returns: whether it was there.
-- Example: select public.withdraw_test(17);
create or replace function pathfinder.withdraw_test(job_id bigint)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
    delete from public.outbox where outbox.id = withdraw_test.job_id and outbox.kind = 'realtime_test';
    return found;
end
$$;

revoke all on function pathfinder.withdraw_test(bigint) from public, anon, authenticated, service_role;
grant execute on function pathfinder.withdraw_test(bigint) to service_role;

comment on function pathfinder.withdraw_test(bigint) is 'Removes what announce_test() put into the outbox.';

create or replace function public.withdraw_test(job_id bigint)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select pathfinder.withdraw_test(withdraw_test.job_id)
$$;

revoke all on function public.withdraw_test(bigint) from public, anon, authenticated, service_role;
grant execute on function public.withdraw_test(bigint) to service_role;

comment on function public.withdraw_test(bigint) is
    'For captpathfinder doctor: removes what announce_test() put into the outbox.';

-- source: people/account_coverage.sql
-- For accounts, in the order of their ids: who of which level is a member, and of which level that is on nobody is.
-- Returns: a JSON object with accounts, and next: what to pass as after for the following page, null on the last.
-- Example: select public.account_coverage(after => 0, page_size => 100);
create or replace function pathfinder.account_coverage(
    after bigint,
    page_size integer,
    only_watched boolean,
    community text
)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    with page as (
        select accounts.*
        from public.accounts
        where accounts.id > account_coverage.after and (accounts.is_watched or not account_coverage.only_watched)
        order by accounts.id
        limit least(greatest(account_coverage.page_size, 1), 1000)
    ),
    covered as (
        select
            page.id,
            jsonb_agg(
                jsonb_build_object(
                    'community', executive.community, 'user_id', executive.user_id,
                    'username', executive.username, 'title', executive.title,
                    'level', executive.seniority_level, 'functions', executive.functions, 'country', executive.country
                )
                order by levels.rank, executive.first_detected_at, executive.community, executive.user_id
            ) as people,
            array_agg(distinct executive.seniority_level) as levels
        from page
        join public.user_state as executive on executive.account_id = page.id
        join public.levels on levels.level = executive.seniority_level
        where account_coverage.community is null or executive.community = account_coverage.community
        group by page.id
    )
    select jsonb_build_object(
        'accounts', coalesce(
            jsonb_agg(
                to_jsonb(page) - '{aliases,domains,created_at}'::text[] || jsonb_build_object(
                    'people', coalesce(covered.people, '[]'),
                    'missing', array(
                        select levels.level
                        from public.levels
                        where levels.is_on and levels.level <> all (coalesce(covered.levels, '{}'))
                        order by levels.rank
                    )
                )
                order by page.id
            ),
            '[]'
        ),
        'next', case when count(*) = least(greatest(account_coverage.page_size, 1), 1000) then max(page.id) end
    )
    from page
    left join covered on covered.id = page.id
$$;

create or replace function public.account_coverage(
    after bigint default 0,
    page_size integer default 100,
    only_watched boolean default false,
    community text default null
)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.account_coverage(
        account_coverage.after, account_coverage.page_size, account_coverage.only_watched, account_coverage.community
    )
$$;

revoke all on function pathfinder.account_coverage(bigint, integer, boolean, text)
from public, anon, authenticated, service_role;
revoke all on function public.account_coverage(bigint, integer, boolean, text)
from public, anon, authenticated, service_role;
grant execute on function pathfinder.account_coverage(bigint, integer, boolean, text) to service_role;
grant execute on function public.account_coverage(bigint, integer, boolean, text) to service_role;

comment on function pathfinder.account_coverage(bigint, integer, boolean, text) is
    'Who of which level is a member, by account.';
comment on function public.account_coverage(bigint, integer, boolean, text) is
    'For each account who of which level is a member, and of which level nobody is; in pages.';

-- source: people/add_known_executive.sql
-- Adds an executive of a backfill, or completes one who is known where something is missing. What is known already,
-- and what a retained webhook said about the title, is newer. The member is locked.
-- Returns: added, known (completed or not), newer, or none for whoever is suppressed or was forgotten.
-- Example: select pathfinder.add_known_executive(executive, false);
create or replace function pathfinder.add_known_executive(executive public.user_state, announce boolean)
returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
    known public.user_state;
    person public.user_state;
begin
    if pathfinder.is_forgotten(executive.community, executive.user_id) then
        return 'none';
    end if;
    perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
    known := pathfinder.known_executive(executive.community, executive.user_id);
    if known.user_id is null then
        if exists (
            select from pathfinder.set_aside
            where set_aside.community = executive.community and set_aside.user_id = executive.user_id
        ) then
            return 'none';
        elsif exists (
            select from public.events_raw
            where events_raw.community = executive.community
                and events_raw.user_id = executive.user_id
                and events_raw.attribute = 'title'
        ) then
            return 'newer';
        end if;
        return case
            when pathfinder.settle_executive(null, executive, 'backfill', announce) is null then 'none'
            else 'added'
        end;
    end if;

    person := known;
    person.username := coalesce(known.username, executive.username);
    person.company := coalesce(known.company, executive.company);
    person.country := coalesce(known.country, executive.country);
    person.department := coalesce(known.department, executive.department);
    person.email_domain := coalesce(known.email_domain, executive.email_domain);
    person.profile_url := coalesce(known.profile_url, executive.profile_url);
    person.joined_at := least(known.joined_at, executive.joined_at);
    if person is distinct from known then
        if pathfinder.settle_executive(known, person, 'backfill', announce) is null then
            return 'none';
        end if;
    end if;
    return 'known';
end
$$;

revoke all on function pathfinder.add_known_executive(public.user_state, boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.add_known_executive(public.user_state, boolean) is
    'Adds an executive of a backfill, or completes one who is known.';

-- source: people/add_new_executives.sql
-- Adds executives of a backfill of whom nothing is known, all at once: what settle_executive() does for one of them.
-- The members are locked, and nothing suppresses them.
-- Returns: nothing.
-- Raises: whatever announcing raises.
-- Example: select pathfinder.add_new_executives(executives, false);
create or replace function pathfinder.add_new_executives(executives public.user_state[], announce boolean)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    changes public.detections[];
begin
    with kept as (
        insert into public.user_state
        select executive.* from unnest(executives) as executive
        returning *
    ),
    recorded as (
        insert into public.detections (
            community, user_id, username, title, seniority_level, functions, country, country_code, company,
            account_id, joined_at, kind, origin, is_told, matched_rule, rules_version, email_domain, profile_url
        )
        select
            kept.community, kept.user_id, kept.username, kept.title, kept.seniority_level, kept.functions,
            kept.country, kept.country_code, kept.company, kept.account_id, kept.joined_at, 'new', 'backfill',
            announce, kept.matched_rule, kept.rules_version, kept.email_domain, kept.profile_url
        from kept
        returning detections
    )
    select array_agg(recorded.detections) into changes from recorded where announce;
    perform pathfinder.announce_detection(change) from unnest(changes) as change;
end
$$;

revoke all on function pathfinder.add_new_executives(public.user_state[], boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.add_new_executives(public.user_state[], boolean) is
    'Adds executives of a backfill of whom nothing is known, all at once.';

-- source: people/add_suppression.sql
-- Suppresses a member, a domain or a company, as a new row of the table does.
-- Returns: the row, as JSON.
-- Raises: 23514 and 23505 with a sentence, and a hint that says what to write.
-- Example: select public.add_suppression('company', 'Acme, Inc.', reason => 'own staff');
create or replace function public.add_suppression(
    kind text,
    value text,
    reason text default null,
    until timestamptz default null,
    community text default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    added public.suppressions;
begin
    if coalesce(add_suppression.kind, '') not in ('member', 'domain', 'company') then
        raise check_violation using
            message = format('%L is no kind of suppression', left(coalesce(add_suppression.kind, ''), 40)),
            hint = 'Write member, domain or company.';
    end if;
    insert into public.suppressions (kind, value, reason, until, community)
    values (
        add_suppression.kind::public.suppression_kind, add_suppression.value, add_suppression.reason,
        add_suppression.until, add_suppression.community
    )
    returning suppressions.* into added;
    return to_jsonb(added);
end
$$;

revoke all on function public.add_suppression(text, text, text, timestamptz, text)
from public, anon, authenticated, service_role;
grant execute on function public.add_suppression(text, text, text, timestamptz, text) to service_role;

comment on function public.add_suppression(text, text, text, timestamptz, text) is
    'Suppresses a member, a domain or a company: neither announced nor counted nor shown.';

-- source: people/alert_document.sql
-- What an alert tells: everybody who has waited long enough for the channel when the job is claimed first, and the
-- same people at each later attempt, as far as they still exist. What happened to one member is one change; with it
-- goes what happened shortly before and was not told, so that who left and came back is no news. The most important
-- settings.digest_size are shown, all are counted.
-- Returns: {"channel", "changes": […], "count", "filter_words", "levels", "link_lifetime_seconds", "time_zone"}, or
--   {"missing": true} when nobody is left.
-- Example: select pathfinder.alert_document(12, 'sales');
create or replace function pathfinder.alert_document(job_id bigint, channel text)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
    changes bigint[];
    taken_until timestamptz;
begin
    perform pathfinder.take_alerts(alert_document.job_id, alert_document.channel);
    select array_agg(distinct change.id), max(alerts.taken_at)
    into changes, taken_until
    from pathfinder.alerts
    join public.detections on detections.id = alerts.detection_id
    cross join public.settings
    join public.detections as change
        on change.community = detections.community
        and change.user_id = detections.user_id
        and change.id <= detections.id
        and (change.id = detections.id or change.detected_at > detections.detected_at - settings.alert_delay)
    where alerts.job_id = alert_document.job_id
        and (
            change.id = detections.id
            or not exists (
                select from pathfinder.alerts as other
                where other.detection_id = change.id
                    and other.channel = alert_document.channel
                    and other.job_id <> alert_document.job_id
            )
        );

    return coalesce(
        (
            select jsonb_build_object(
                'channel', channels.name,
                'changes', told.changes,
                'count', told.count,
                'filter_words', pathfinder.filter_words(channels.filter),
                'levels', pathfinder.levels_json(),
                'link_lifetime_seconds', extract(epoch from settings.link_lifetime)::bigint,
                'time_zone', settings.time_zone
            )
            from public.settings
            join public.channels on channels.name = alert_document.channel
            cross join lateral (
                select
                    count(*) as count,
                    jsonb_agg(shown.person order by told.place)
                        filter (where told.place <= settings.digest_size) as changes
                from pathfinder.told_changes(changes, channels.name, 'alert', taken_until) as told
                cross join lateral pathfinder.people_json(array[told.change]) as shown
                where told.outcome = 'told'
            ) as told
            where told.count > 0
        ),
        '{"missing": true}'
    );
end
$$;

revoke all on function pathfinder.alert_document(bigint, text) from public, anon, authenticated, service_role;

comment on function pathfinder.alert_document(bigint, text) is
    'What an alert tells, and to whom it belongs from then on.';

-- source: people/announce_detection.sql
-- Queues what follows at once from a change that is told: alerts and events for the channels that want them, and the
-- enrichment of somebody who is new or has risen.
-- Returns: nothing.
-- Example: select pathfinder.announce_detection(detections) from public.detections where id = 7;
create or replace function pathfinder.announce_detection(detection public.detections)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    configured public.settings;
begin
    if not detection.is_told then
        return;
    end if;
    select * into configured from public.settings;
    if configured.enrichment and detection.kind in ('new', 'promotion') then
        perform pathfinder.enqueue(
            'enrichment',
            null,
            jsonb_build_object(
                'detection_id', detection.id, 'community', detection.community, 'user_id', detection.user_id
            ),
            'enrichment:' || detection.id,
            15
        );
    end if;
    if configured.instant_alerts and configured.announced_changes -> 'alert' ? detection.kind then
        perform pathfinder.queue_alert(detection.id, channels, configured)
        from public.channels
        where channels.is_active and 'alert' = any (channels.sends);
    end if;
    perform pathfinder.publish_event(
        'executive.' || case detection.kind
            when 'new' then 'detected' when 'promotion' then 'promoted' when 'demotion' then 'demoted'
            when 'role' then 'role_changed' else detection.kind
        end,
        jsonb_build_object('detection_id', detection.id),
        detection.id::text
    );
end
$$;

revoke all on function pathfinder.announce_detection(public.detections) from public, anon, authenticated, service_role;

comment on function pathfinder.announce_detection(public.detections) is
    'Queues alerts, events and the enrichment that follow from a change.';

-- source: people/apply_change.sql
-- Applies what a stored webhook says to what is known of the member, who was not forgotten.
-- Returns: the member's level after it.
-- Raises: whatever classification raises.
-- Example: select (pathfinder.apply_change(change)).level;
create or replace function pathfinder.apply_change(change pathfinder.profile_change)
returns pathfinder.change_verdict
language plpgsql
volatile
set search_path = ''
as $$
declare
    known public.user_state;
    person public.user_state;
    judgement record;
    charges text[];
    stated text;
    is_over boolean := false;
    has_corrections boolean;
    has_set_aside boolean;
    verdict pathfinder.change_verdict;
begin
    if change.details ? 'joined_at' then
        perform pathfinder.remember_registration(
            change.community, change.user_id, (change.details ->> 'joined_at')::timestamptz
        );
    end if;
    if change.attribute = 'title' then
        judgement := pathfinder.classify(change.value);
    end if;

    perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
    -- Most projects have corrected nobody and put nobody aside, and pay one look for both.
    select exists (select from pathfinder.corrections), exists (select from pathfinder.set_aside)
    into has_corrections, has_set_aside;
    if has_set_aside then
        known := pathfinder.known_executive(change.community, change.user_id);
    else
        select state.* into known
        from public.user_state as state
        where state.community = change.community and state.user_id = change.user_id;
    end if;
    if change.attribute = 'title' and known.title_field is not null then
        if pathfinder.is_lesser_title(change.profile_field, judgement.level, known) then
            change.attribute := null;
        end if;
    end if;
    -- Only now, as a lesser title is no statement that could end a correction.
    if has_corrections then
        stated := change.value;
        change := pathfinder.hold_corrections(change);
        if change.attribute = 'title' and change.value is distinct from stated then
            judgement := pathfinder.classify(change.value);
        end if;
    end if;
    if change.attribute = 'title' then
        is_over := judgement.level is null;
    end if;
    if is_over then
        if known.user_id is not null then
            perform pathfinder.depart(known, 'webhook', true);
        end if;
        if has_set_aside then
            delete from pathfinder.set_aside
            where set_aside.community = change.community and set_aside.user_id = change.user_id;
        end if;
        return verdict;
    end if;
    person := known;
    if known.user_id is null and has_set_aside then
        select (jsonb_populate_record(null::public.user_state, to_jsonb(set_aside))).*
        into person
        from pathfinder.set_aside
        where set_aside.community = change.community and set_aside.user_id = change.user_id;
    end if;
    if person.user_id is null and change.attribute is distinct from 'title' then
        return verdict;
    elsif known.user_id is null and change.attribute is distinct from 'title' then
        -- The rules may have been edited since somebody was put aside.
        judgement := pathfinder.classify(person.title);
        if judgement.level is null then
            delete from pathfinder.set_aside
            where set_aside.community = person.community and set_aside.user_id = person.user_id;
            return verdict;
        end if;
    end if;

    person := pathfinder.describe_member(change, person);
    if known.user_id is null or change.attribute = 'title' then
        person.seniority_level := judgement.level;
        person.matched_rule := judgement.matched_rule;
        person.rules_version := judgement.rules_version;
        charges := judgement.charges;
    end if;
    verdict.level := pathfinder.settle_executive(known, person, 'webhook', true, charges);
    return verdict;
end
$$;

revoke all on function pathfinder.apply_change(pathfinder.profile_change)
    from public, anon, authenticated, service_role;

comment on function pathfinder.apply_change(pathfinder.profile_change) is
    'Applies what a stored webhook says to what is known of the member.';

-- source: people/apply_departure.sql
-- Applies the end of a membership: whoever left is no executive any more, whatever title the webhook carries.
-- Returns: a verdict without a level.
-- Example: select pathfinder.apply_departure(change);
create or replace function pathfinder.apply_departure(change pathfinder.profile_change)
returns pathfinder.change_verdict
language plpgsql
volatile
set search_path = ''
as $$
declare
    known public.user_state;
    verdict pathfinder.change_verdict;
begin
    perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
    known := pathfinder.known_executive(change.community, change.user_id);
    if known.user_id is not null then
        perform pathfinder.depart(known, 'webhook', true);
    end if;
    delete from pathfinder.set_aside
    where set_aside.community = change.community and set_aside.user_id = change.user_id;
    delete from pathfinder.corrections
    where corrections.community = change.community and corrections.user_id = change.user_id;
    delete from pathfinder.registrations
    where registrations.community = change.community and registrations.user_id = change.user_id;
    return verdict;
end
$$;

revoke all on function pathfinder.apply_departure(pathfinder.profile_change)
    from public, anon, authenticated, service_role;

comment on function pathfinder.apply_departure(pathfinder.profile_change) is 'Applies the end of a membership.';

-- source: people/apply_enrichment.sql
-- Completes a person with what the community's API said, wherever something is missing: in the state, in the
-- detection, and in digests that are not sent yet. Known values stay. What was said is not kept with the job. Whoever
-- turns out to be suppressed is taken back. Digests that waited for this go.
-- Returns: nothing.
-- Example: select pathfinder.apply_enrichment(outbox) from public.outbox where id = 7;
create or replace function pathfinder.apply_enrichment(job public.outbox)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    home text := coalesce(job.payload ->> 'community', 'main');
    member text := job.payload ->> 'user_id';
    told jsonb := coalesce(nullif(job.result -> 'person', 'null'), '{}');
    known public.user_state;
    person public.user_state;
    waiting record;
begin
    perform pathfinder.lock_member(home, member);
    update public.outbox set result = outbox.result - 'person' where outbox.id = job.id;

    perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
    known := pathfinder.known_executive(home, member);
    if known.user_id is null then
        return;
    end if;
    -- An editor may have corrected just what it says.
    person := pathfinder.corrected(jsonb_populate_record(known, told));
    told := jsonb_strip_nulls(told || jsonb_build_object('company', person.company, 'country', person.country));
    person := known;
    person.company := coalesce(nullif(btrim(known.company), ''), told ->> 'company');
    person.country := coalesce(nullif(btrim(known.country), ''), told ->> 'country');
    person.joined_at := coalesce(known.joined_at, (told ->> 'joined_at')::timestamptz);
    person.email_domain := coalesce(nullif(btrim(known.email_domain), ''), told ->> 'email_domain');
    person.profile_url := coalesce(nullif(btrim(known.profile_url), ''), told ->> 'profile_url');
    if pathfinder.settle_executive(known, person, 'enrichment', false) is null then
        return;
    end if;

    update public.detections
    set company = coalesce(nullif(btrim(detections.company), ''), told ->> 'company'),
        country = coalesce(nullif(btrim(detections.country), ''), told ->> 'country'),
        joined_at = coalesce(detections.joined_at, (told ->> 'joined_at')::timestamptz),
        email_domain = coalesce(nullif(btrim(detections.email_domain), ''), told ->> 'email_domain'),
        profile_url = coalesce(nullif(btrim(detections.profile_url), ''), told ->> 'profile_url')
    where detections.community = home
        and detections.user_id = member
        -- What they were before they left is another story.
        and not exists (
            select
            from public.detections as departure
            where departure.community = home
                and departure.user_id = member
                and departure.kind = 'left'
                and departure.id >= detections.id
        )
        and (
            detections.id = (job.payload ->> 'detection_id')::bigint
            or not exists (
                select from pathfinder.digest_ledger where digest_ledger.detection_id = detections.id
            )
        );

    for waiting in
        select digests.id
        from public.digests
        where not digests.sent
            and digests.payload -> 'people' @> jsonb_build_array(
                jsonb_build_object('community', home, 'user_id', member)
            )
        order by digests.id
    loop
        update public.digests
        set payload = jsonb_set(
            digests.payload,
            '{people}',
            (
                select jsonb_agg(
                    case when entry.person @> jsonb_build_object('community', home, 'user_id', member) then
                        entry.person || coalesce(
                            (
                                select jsonb_object_agg(fact.key, fact.value)
                                from jsonb_each(told) as fact
                                where coalesce(btrim(entry.person ->> fact.key), '') = ''
                            ),
                            '{}'
                        )
                    else entry.person end
                    order by entry.place
                )
                from jsonb_array_elements(digests.payload -> 'people') with ordinality as entry (person, place)
            )
        )
        where digests.id = waiting.id;

        update public.outbox
        set run_at = now()
        from public.digests
        where outbox.dedupe_key = 'digest:' || waiting.id
            and outbox.status = 'pending'
            and outbox.attempts = 0
            and outbox.run_at > now()
            and digests.id = waiting.id
            and pathfinder.digest_run_at(digests) <= now();
    end loop;
end
$$;

revoke all on function pathfinder.apply_enrichment(public.outbox) from public, anon, authenticated, service_role;

comment on function pathfinder.apply_enrichment(public.outbox) is
    'Completes a person with what the community''s API said, and lets digests go that waited for it.';

-- source: people/apply_suppression.sql
-- Trigger on suppressions: takes back what a row covers, and brings back whom nothing covers any more.
-- Returns: nothing of use.
-- Example: insert into public.suppressions (kind, value, reason) values ('company', 'Acme', 'partner');
create or replace function pathfinder.apply_suppression()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    member record;
    person public.user_state;
begin
    -- Nobody comes back by being forgotten.
    if current_setting('pathfinder.forgetting', true) = 'yes' then
        return null;
    end if;
    -- In the tick's order: no digest or report is built meanwhile, and nobody becomes an executive.
    perform pg_advisory_xact_lock(pathfinder.schedule_lock());
    perform pg_advisory_xact_lock(pathfinder.suppression_lock());
    if tg_op <> 'DELETE' and (new.until is null or new.until > now()) then
        for member in
            select covered.* from pathfinder.covered_members(new.kind::text, new.key, new.community) as covered
        loop
            select * into person
            from public.user_state
            where user_state.community = member.community and user_state.user_id = member.user_id;
            if found then
                perform pathfinder.suppress_executive(
                    person,
                    pathfinder.suppressed_until(
                        person.community, person.user_id, person.email_domain, person.company
                    )
                );
            else
                perform pathfinder.take_back(member.community, member.user_id);
                if new.until is null then
                    perform pathfinder.keep_away(member.community, member.user_id);
                end if;
            end if;
        end loop;
    end if;

    update pathfinder.set_aside
    set ends_at = coalesce(
        pathfinder.suppressed_until(
            set_aside.community, set_aside.user_id, set_aside.email_domain, set_aside.company
        ),
        now()
    )
    where true;
    for member in
        delete from pathfinder.set_aside
        where set_aside.ends_at = 'infinity'
        returning set_aside.community, set_aside.user_id
    loop
        perform pathfinder.keep_away(member.community, member.user_id);
    end loop;
    perform pathfinder.bring_back(set_aside.community, set_aside.user_id)
    from pathfinder.set_aside
    where set_aside.ends_at <= now();
    perform pathfinder.release_corrections();
    return null;
end
$$;

revoke all on function pathfinder.apply_suppression() from public, anon, authenticated, service_role;

comment on function pathfinder.apply_suppression() is
    'Trigger: takes back what a suppression covers, and brings back whom nothing covers any more.';

-- source: people/bring_back.sql
-- Brings back somebody who was set aside, and whom nothing suppresses any more, if their title is still an
-- executive's: recorded as new, and told to nobody.
-- Returns: nothing.
-- Example: select pathfinder.bring_back('main', '2000');
create or replace function pathfinder.bring_back(community text, user_id text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    person public.user_state;
    judgement record;
begin
    select (jsonb_populate_record(null::public.user_state, to_jsonb(set_aside))).*
    into person
    from pathfinder.set_aside
    where set_aside.community = bring_back.community and set_aside.user_id = bring_back.user_id;
    select * into judgement from pathfinder.classify(person.title);
    if judgement.level is null then
        delete from pathfinder.set_aside
        where set_aside.community = bring_back.community and set_aside.user_id = bring_back.user_id;
    else
        person.seniority_level := judgement.level;
        person.matched_rule := judgement.matched_rule;
        person.rules_version := judgement.rules_version;
        perform pathfinder.settle_executive(null, person, 'suppression', false, judgement.charges);
    end if;
end
$$;

revoke all on function pathfinder.bring_back(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.bring_back(text, text) is 'Brings back somebody whom nothing suppresses any more.';

-- source: people/change_kind.sql
-- What happened to an executive between two states, the first that applies: new, promotion, demotion, moved (both
-- companies are known and are not one), role (other functions on the same level; a department that becomes known is
-- none). Another spelling is no change.
-- Returns: the kind; null where nothing happened that is worth a row.
-- Example: select pathfinder.change_kind(known, person, pathfinder.same_company(known.company, person.company));
create or replace function pathfinder.change_kind(
    known public.user_state, person public.user_state, stays_there boolean
)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
    return case
        when person.user_id is null then 'left'
        when known.user_id is null then 'new'
        when known.seniority_level <> person.seniority_level then (
            select case when later.rank < earlier.rank then 'promotion' else 'demotion' end
            from public.levels as earlier, public.levels as later
            where earlier.level = known.seniority_level and later.level = person.seniority_level
        )
        when not stays_there then 'moved'
        when not (known.functions @> person.functions and known.functions <@ person.functions)
            and (
                cardinality(known.functions) > 0 and cardinality(person.functions) > 0
                or pathfinder.name_key(known.title) <> pathfinder.name_key(person.title)
            ) then 'role'
    end;
end
$$;

revoke all on function pathfinder.change_kind(public.user_state, public.user_state, boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.change_kind(public.user_state, public.user_state, boolean) is
    'What happened to an executive between two states; null where nothing did.';

-- source: people/check_account.sql
-- Trigger on accounts: tidies names and domains, and refuses what would match nobody, or half the world. It has its
-- owner's rights, because whoever edits accounts may not read the domains that belong to nobody.
-- Returns: the row.
-- Raises: 23514 with a sentence, and a hint that says what to write.
-- Example: insert into public.accounts (name, domains) values ('Acme', '{acme.com}');
create or replace function pathfinder.check_account()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    entry text;
    domain text;
    domains text[] := '{}';
begin
    new.name := btrim(pathfinder.clean_text(new.name));
    new.aliases := array(
        select btrim(pathfinder.clean_text(each_alias.name))
        from unnest(new.aliases) with ordinality as each_alias (name, number)
        where btrim(each_alias.name) <> ''
        group by btrim(pathfinder.clean_text(each_alias.name))
        order by min(each_alias.number)
    );
    foreach entry in array array_prepend(coalesce(new.name, ''), new.aliases) loop
        if pathfinder.company_key(entry) is null then
            raise check_violation using
                message = format('%L is no name of a company', left(entry, 60)),
                hint = 'Write the name as members write it; legal forms, case and accents do not matter.';
        end if;
    end loop;
    foreach entry in array coalesce(new.domains, '{}') loop
        continue when btrim(coalesce(entry, '')) = '';
        domain := pathfinder.domain_key(entry);
        perform pathfinder.refuse_domain(entry, domain, true);
        domains := domains || case when domain = any (domains) then '{}'::text[] else array[domain] end;
    end loop;
    new.domains := domains;
    new.tier := nullif(btrim(new.tier), '');
    new.owner := nullif(btrim(new.owner), '');
    new.region := nullif(btrim(new.region), '');
    new.is_watched := coalesce(new.is_watched, false);
    return new;
end
$$;

revoke all on function pathfinder.check_account() from public, anon, authenticated, service_role;

comment on function pathfinder.check_account() is 'Trigger: tidies an account, and refuses what would match nobody.';

-- source: people/check_suppression.sql
-- Trigger on suppressions: makes the key, and refuses what cannot be meant, or stands there already.
-- Returns: the row.
-- Raises: 23514, 23505 and 22023 with a sentence, and a hint that says what to write.
-- Example: insert into public.suppressions (kind, value) values ('domain', 'acme.com');
create or replace function pathfinder.check_suppression()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    new.value := btrim(pathfinder.decode_text(new.value));
    new.reason := nullif(btrim(new.reason), '');
    new.key := pathfinder.check_suppression_value(new.kind::text, new.value);
    new.community := pathfinder.suppression_community(new.kind::text, new.key, new.community);
    if new.until <= now() and (tg_op = 'INSERT' or new.until is distinct from old.until) then
        raise check_violation using
            message = format('until: %s is past', new.until),
            hint = 'Write when it ends, or leave it empty if it never does; delete the row to end it now.';
    end if;
    if exists (
        select from public.suppressions
        where suppressions.kind = new.kind
            and suppressions.key = new.key
            and suppressions.community is not distinct from new.community
            and suppressions.id <> new.id
    ) then
        raise unique_violation using
            message = format('the %s %s is suppressed already', new.kind, new.value),
            hint = 'Edit the row that is there.';
    end if;
    return new;
end
$$;

revoke all on function pathfinder.check_suppression() from public, anon, authenticated, service_role;

comment on function pathfinder.check_suppression() is 'Trigger: makes a suppression''s key, and refuses what cannot be meant.';

-- source: people/check_suppression_value.sql
-- Makes a suppression's key, and refuses a value that could not be meant.
-- Returns: the key.
-- Raises: 23514 with a sentence, and a hint that says what to write.
-- Example: select pathfinder.check_suppression_value('domain', 'acme.com');  -- acme.com
create or replace function pathfinder.check_suppression_value(kind text, value text)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
    key text := pathfinder.suppression_key(check_suppression_value.kind, check_suppression_value.value);
begin
    if coalesce(check_suppression_value.kind, '') not in ('member', 'domain', 'company') then
        raise check_violation using
            message = format('%L is no kind of suppression', left(coalesce(check_suppression_value.kind, ''), 40)),
            hint = 'Write member, domain or company.';
    elsif check_suppression_value.kind = 'domain' then
        perform pathfinder.refuse_domain(coalesce(check_suppression_value.value, ''), key, false);
    elsif key is null then
        raise check_violation using
            message = case check_suppression_value.kind
                when 'member' then 'the member''s id is missing'
                else format('%L is no name of a company', left(coalesce(check_suppression_value.value, ''), 60))
            end,
            hint = case check_suppression_value.kind
                when 'member' then 'Write the id that the community knows the member by, such as 2000.'
                else 'Write the name as members write it; legal forms, case and accents do not matter.'
            end;
    end if;
    return key;
end
$$;

revoke all on function pathfinder.check_suppression_value(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.check_suppression_value(text, text) is 'A suppression''s key; refuses what cannot be meant.';

-- source: people/communities.sql
-- The communities there are: those that a source feeds, and those that executives are known of, or suppressed in.
-- Returns: their names in order; {main} before there is any.
-- Example: select pathfinder.communities();  -- {main}
create or replace function pathfinder.communities()
returns text[]
language sql
stable
set search_path = ''
as $$
    -- From one community to the next in the index, as there are few of them and many executives.
    with recursive known as (
        select min(user_state.community) as community from public.user_state
        union all
        select (
            select min(user_state.community) from public.user_state where user_state.community > known.community
        )
        from known
        where known.community is not null
    )
    select coalesce(array_agg(named.community order by named.community), '{main}')
    from (
        select webhook_sources.community from public.webhook_sources
        union
        select known.community from known where known.community is not null
        union
        select suppressions.community from public.suppressions where suppressions.community is not null
    ) as named
$$;

revoke all on function pathfinder.communities() from public, anon, authenticated, service_role;

comment on function pathfinder.communities() is 'The communities there are.';

-- source: people/company_key.sql
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

-- source: people/complete_change.sql
-- Brings a member's newest change up to date with what they are: a digest that is still to come tells that.
-- Returns: nothing.
-- Example: select pathfinder.complete_change(user_state) from public.user_state where user_id = '2000';
create or replace function pathfinder.complete_change(person public.user_state)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    update public.detections
    set username = person.username,
        title = person.title,
        functions = person.functions,
        company = person.company,
        country = person.country,
        joined_at = person.joined_at,
        email_domain = person.email_domain,
        profile_url = person.profile_url
    where detections.id = (
            select max(newest.id)
            from public.detections as newest
            where newest.community = person.community and newest.user_id = person.user_id
        )
        and (
            detections.username, detections.title, detections.functions, detections.company, detections.country,
            detections.joined_at, detections.email_domain, detections.profile_url
        ) is distinct from (
            person.username, person.title, person.functions, person.company, person.country, person.joined_at,
            person.email_domain, person.profile_url
        );
end
$$;

revoke all on function pathfinder.complete_change(public.user_state) from public, anon, authenticated, service_role;

comment on function pathfinder.complete_change(public.user_state) is
    'Brings a member''s newest change up to date.';

-- source: people/correct_digests.sql
-- Brings what was corrected of a member into the messages of digests that are built and not sent yet: whoever is told
-- of there is what they are by the correction, and whoever has nothing left to tell, or nothing that the channel is
-- told of, stands there no more. What happened to them after the cut-off is for the next digest, and then so is the
-- correction. Of whom a part of the digest that was sent tells it has told: its other parts and its link do not say
-- otherwise, and no later digest tells it again.
-- Returns: nothing.
-- Example: select pathfinder.correct_digests('main', '2000');
create or replace function pathfinder.correct_digests(community text, user_id text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    member constant jsonb := jsonb_build_object(
        'community', correct_digests.community, 'user_id', correct_digests.user_id
    );
    told record;
    entry jsonb;
    new_kind text;
begin
    for told in
        select entered.channel, entered.detection_id, entered.digest_id, entered.kind, newest.id as newest_id
        from (
            select max(change.id) as id, max(change.id) filter (where change.origin <> 'correction') as stated_id
            from public.detections as change
            where change.community = correct_digests.community and change.user_id = correct_digests.user_id
        ) as newest
        join public.detections as change
            on change.community = correct_digests.community and change.user_id = correct_digests.user_id
        join pathfinder.digest_ledger as entered on entered.detection_id = change.id
        where entered.outcome = 'told'
            and (newest.stated_id is null or newest.stated_id <= entered.latest_id)
            and exists (
                select from public.digests
                where digests.channel = entered.channel
                    and digests.payload -> 'digest_id' = to_jsonb(entered.digest_id)
                    and not digests.sent
            )
            and not exists (
                select from public.digests
                where digests.channel = entered.channel
                    and digests.payload -> 'digest_id' = to_jsonb(entered.digest_id)
                    and digests.sent
                    and digests.payload -> 'people' @> jsonb_build_array(member)
            )
    loop
        select shown.person || jsonb_build_object('detection_id', told.detection_id), shown.person ->> 'kind'
        into entry, new_kind
        from pathfinder.people_json(
            array(
                select judged.change
                from pathfinder.told_changes(
                    array(
                        select covered.detection_id
                        from pathfinder.digest_ledger as covered
                        join public.detections as change on change.id = covered.detection_id
                        where covered.channel = told.channel
                            and covered.digest_id = told.digest_id
                            and change.community = correct_digests.community
                            and change.user_id = correct_digests.user_id
                    ) || told.newest_id,
                    told.channel,
                    'digest',
                    '-infinity'
                ) as judged
                where judged.outcome = 'told'
            )
        ) as shown;

        update public.digests
        set payload = digests.payload || jsonb_build_object(
            'people', coalesce(
                (
                    select jsonb_agg(
                        case when known.person @> member then entry else known.person end order by known.place
                    )
                    from jsonb_array_elements(digests.payload -> 'people') with ordinality as known (person, place)
                    where new_kind is not null or not known.person @> member
                ),
                '[]'
            ),
            'counts', digests.payload -> 'counts'
                || case
                    when new_kind is distinct from told.kind then jsonb_build_object(
                        told.kind, greatest((digests.payload #>> array['counts', told.kind])::integer - 1, 0)
                    )
                    else '{}'
                end
                || case
                    when new_kind is null then jsonb_build_object(
                        'people', greatest((digests.payload #>> '{counts,people}')::integer - 1, 0)
                    )
                    when new_kind <> told.kind then jsonb_build_object(
                        new_kind, coalesce((digests.payload #>> array['counts', new_kind])::integer, 0) + 1
                    )
                    else '{}'
                end,
            'rest', (digests.payload ->> 'rest')::integer - case
                when new_kind is not null or exists (
                    select
                    from public.digests as shown
                    where shown.channel = digests.channel
                        and shown.payload -> 'digest_id' = digests.payload -> 'digest_id'
                        and shown.payload -> 'people' @> jsonb_build_array(member)
                ) then 0
                else 1
            end
        )
        where digests.channel = told.channel
            and digests.payload -> 'digest_id' = to_jsonb(told.digest_id)
            and not digests.sent;

        if new_kind is null then
            -- The next digest looks at it anew: the correction may be undone until then.
            delete from pathfinder.digest_ledger
            using public.detections as change
            where digest_ledger.channel = told.channel
                and digest_ledger.digest_id = told.digest_id
                and change.id = digest_ledger.detection_id
                and change.community = correct_digests.community
                and change.user_id = correct_digests.user_id;
            -- A message of nobody says nothing; its job ends silently.
            delete from public.digests
            where digests.channel = told.channel
                and digests.payload -> 'digest_id' = to_jsonb(told.digest_id)
                and digests.payload #> '{counts,people}' = '0'
                and not digests.sent;
        else
            update pathfinder.digest_ledger
            set kind = new_kind, latest_id = told.newest_id
            where digest_ledger.channel = told.channel and digest_ledger.detection_id = told.detection_id;
        end if;
    end loop;
end
$$;

revoke all on function pathfinder.correct_digests(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.correct_digests(text, text) is
    'Brings what was corrected of a member into digests that are built and not sent yet.';

-- source: people/correct_person.sql
-- Corrects what is known of an executive: title, company, country; null leaves as it is, "" empties company or country.
-- One change at most, as for a webhook: the title is judged by the rules in force, and whoever is no executive by it
-- has left. Recorded, and told only with announce; what waits to be told tells what is right, a digest that is built
-- and not sent among it. The correction holds while the community says what it said before, however spelt, by webhook,
-- backfill or enrichment. It ends when the member states anything else, which counts as ever, when they leave the
-- community, and when they are forgotten.
-- Returns: {"status", "changed": ["title", …], "level": the level after it, or null}; status is corrected, unchanged,
--   left (no executive by the title) or suppressed (by the company); null for whoever is no executive now.
-- Raises: 22023 for an empty title, or when the id is known in several communities and none is named.
-- Example: select public.correct_person('2000', company => 'Globex');
create or replace function pathfinder.correct_person(
    user_id text,
    community text,
    title text,
    company text,
    country text,
    announce boolean
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    home constant text := pathfinder.the_community(correct_person.community, correct_person.user_id);
    asked constant jsonb := jsonb_strip_nulls(jsonb_build_object(
        'title', correct_person.title, 'company', correct_person.company, 'country', correct_person.country
    ));
    known public.user_state;
    person public.user_state;
    judgement record;
    changed text[];
    status text := 'left';
    level text;
begin
    perform pathfinder.lock_member(home, correct_person.user_id);
    perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
    known := pathfinder.known_executive(home, correct_person.user_id);
    if known.user_id is null then
        return null;
    end if;
    person := jsonb_populate_record(known, (
        select coalesce(jsonb_object_agg(
            field.key, nullif(btrim(pathfinder.decode_text(left(field.value, 4000))), '')
        ), '{}')
        from jsonb_each_text(asked) as field
    ));
    if person.title is null then
        raise exception 'the corrected title is empty'
            using errcode = '22023', hint = 'Give the title that is right; whoever is no executive by it is let go.';
    end if;
    select array_agg(field.key order by field.key desc)
    into changed
    from jsonb_each(to_jsonb(person)) as field
    where field.value <> to_jsonb(known) -> field.key;
    if changed is null then
        return jsonb_build_object('status', 'unchanged', 'changed', '[]'::jsonb, 'level', known.seniority_level);
    end if;

    judgement := pathfinder.classify(person.title);
    insert into pathfinder.corrections (community, user_id, attribute, stated, value)
    select
        home, known.user_id, name, to_jsonb(known) ->> name,
        case when name <> 'title' or judgement.level is not null then to_jsonb(person) ->> name end
    from unnest(changed) as name
    on conflict on constraint corrections_pkey do update set value = excluded.value, corrected_at = now();
    delete from pathfinder.corrections
    where corrections.community = home
        and corrections.user_id = known.user_id
        and corrections.value is not distinct from corrections.stated;
    if 'title' = any (changed) then
        person.seniority_level := judgement.level;
        person.matched_rule := judgement.matched_rule;
        person.rules_version := judgement.rules_version;
    end if;
    if person.seniority_level is null then
        perform pathfinder.depart(known, 'correction', announce);
    else
        level := pathfinder.settle_executive(known, person, 'correction', announce);
        status := case when level is null then 'suppressed' else 'corrected' end;
    end if;
    -- What is told as a change of its own is told in the next digest.
    if not announce then
        perform pathfinder.correct_digests(home, known.user_id);
    end if;
    perform pathfinder.write_audit('people', 'correct', jsonb_build_object('changed', changed));
    return jsonb_build_object('status', status, 'changed', changed, 'level', level);
end
$$;

create or replace function public.correct_person(
    user_id text,
    community text default null,
    title text default null,
    company text default null,
    country text default null,
    announce boolean default false
)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.correct_person(
        correct_person.user_id, correct_person.community, correct_person.title, correct_person.company,
        correct_person.country, coalesce(correct_person.announce, false)
    )
$$;

revoke all on function pathfinder.correct_person(text, text, text, text, text, boolean)
from public, anon, authenticated, service_role;
revoke all on function public.correct_person(text, text, text, text, text, boolean)
from public, anon, authenticated, service_role;
grant execute on function pathfinder.correct_person(text, text, text, text, text, boolean) to service_role;
grant execute on function public.correct_person(text, text, text, text, text, boolean) to service_role;

comment on function pathfinder.correct_person(text, text, text, text, text, boolean) is
    'Corrects what is known of an executive.';
comment on function public.correct_person(text, text, text, text, text, boolean) is
    'Corrects title, company or country of an executive; it holds until the member states something else.';

-- source: people/corrected.sql
-- Puts what editors corrected in place of what is said of somebody, wherever that is what was wrong.
-- Returns: the row; without a title for whoever is no executive by a correction.
-- Example: select (pathfinder.corrected(user_state)).company from public.user_state where user_id = '2000';
create or replace function pathfinder.corrected(person public.user_state)
returns public.user_state
language plpgsql
stable
set search_path = ''
as $$
declare
    correction pathfinder.corrections;
begin
    -- Most projects correct nobody, and pay nothing.
    if not exists (select from pathfinder.corrections) then
        return person;
    end if;
    foreach correction in array array(
        select corrections
        from pathfinder.corrections
        where corrections.community = person.community and corrections.user_id = person.user_id
    )
    loop
        if pathfinder.statement_key(correction.attribute, to_jsonb(person) ->> correction.attribute)
            = pathfinder.statement_key(correction.attribute, correction.stated) then
            person := jsonb_populate_record(person, jsonb_build_object(correction.attribute, correction.value));
        end if;
    end loop;
    return person;
end
$$;

revoke all on function pathfinder.corrected(public.user_state) from public, anon, authenticated, service_role;

comment on function pathfinder.corrected(public.user_state) is
    'Puts what editors corrected in place of what is said of somebody.';

-- source: people/count_detections.sql
-- Trigger: counts whom a statement found (new or promoted, and told) by day (UTC), level and community, or takes them
-- off again.
-- Returns: nothing of use.
-- Example: create trigger … after insert on public.detections referencing new table as changed
--              for each statement execute function pathfinder.count_detections();
create or replace function pathfinder.count_detections()
returns trigger
language plpgsql
volatile
set search_path = ''
as $$
begin
    if tg_op = 'TRUNCATE' then
        delete from pathfinder.counters where counters.subject = 'detections';
    elsif tg_op = 'UPDATE' then
        if not new.is_told or new.kind not in ('new', 'promotion') then
            return null;
        end if;
        perform pathfinder.add_to_counter(
            'detections', (old.detected_at at time zone 'UTC')::date, array[old.seniority_level, old.community], -1
        );
        perform pathfinder.add_to_counter(
            'detections', (new.detected_at at time zone 'UTC')::date, array[new.seniority_level, new.community], 1
        );
    else
        perform pathfinder.add_to_counter(
            'detections',
            days.day,
            array[days.seniority_level, days.community],
            case tg_op when 'INSERT' then days.count else -days.count end
        )
        from (
            select
                (changed.detected_at at time zone 'UTC')::date as day,
                changed.seniority_level,
                changed.community,
                count(*) as count
            from changed
            where changed.is_told and changed.kind in ('new', 'promotion')
            group by 1, 2, 3
        ) as days;
    end if;
    return null;
end
$$;

revoke all on function pathfinder.count_detections() from public, anon, authenticated, service_role;

comment on function pathfinder.count_detections() is 'Trigger: keeps the counters of detections by day and level.';

-- source: people/count_executives.sql
-- Trigger: counts the executives of a statement by level and community, or takes them off again.
-- Returns: nothing of use.
-- Example: create trigger … after insert on public.user_state referencing new table as changed
--              for each statement execute function pathfinder.count_executives();
create or replace function pathfinder.count_executives()
returns trigger
language plpgsql
volatile
set search_path = ''
as $$
begin
    if tg_op = 'TRUNCATE' then
        delete from pathfinder.counters where counters.subject = 'executives';
    elsif tg_op = 'UPDATE' then
        perform pathfinder.add_to_counter('executives', '-infinity', array[old.seniority_level, old.community], -1);
        perform pathfinder.add_to_counter('executives', '-infinity', array[new.seniority_level, new.community], 1);
    else
        perform pathfinder.add_to_counter(
            'executives',
            '-infinity',
            array[levels.seniority_level, levels.community],
            case tg_op when 'INSERT' then levels.count else -levels.count end
        )
        from (
            select changed.seniority_level, changed.community, count(*) as count
            from changed
            group by changed.seniority_level, changed.community
        ) as levels;
    end if;
    return null;
end
$$;

revoke all on function pathfinder.count_executives() from public, anon, authenticated, service_role;

comment on function pathfinder.count_executives() is 'Trigger: keeps the counters of executives by level.';

-- source: people/covered_members.sql
-- Whom a suppression's key covers: executives as they are now, and of former ones those whom it covers by what they
-- were last.
-- Returns: members, each once.
-- Example: select * from pathfinder.covered_members('company', 'acme', null);
create or replace function pathfinder.covered_members(kind text, key text, community text)
returns table (community text, user_id text)
language sql
stable
set search_path = ''
as $$
    select executive.community, executive.user_id
    from pathfinder.find_executives(covered_members.kind, covered_members.key, covered_members.community) as executive
    union
    select former.community, former.user_id
    from public.detections as former
    where (covered_members.community is null or former.community = covered_members.community)
        and case covered_members.kind
            when 'member' then former.user_id = covered_members.key
            when 'domain' then covered_members.key = any (pathfinder.domain_suffixes(former.email_domain))
            else coalesce(former.company, former.previous_company) in (
                -- Each company's key is made once.
                select written.company
                from (
                    select distinct coalesce(others.company, others.previous_company) as company
                    from public.detections as others
                ) as written
                where pathfinder.company_key(written.company) = covered_members.key
            )
        end
        and not exists (
            select from public.user_state
            where user_state.community = former.community and user_state.user_id = former.user_id
        )
        and not exists (
            select from public.detections as later
            where later.community = former.community and later.user_id = former.user_id and later.id > former.id
        )
$$;

revoke all on function pathfinder.covered_members(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.covered_members(text, text, text) is 'Whom a suppression''s key covers.';

-- source: people/depart.sql
-- Lets go of a member who is no executive any more: what they were is recorded, and nothing of them is kept. Who was of
-- a level that is off now goes without a departure.
-- Returns: nothing.
-- Example: select pathfinder.depart(known, 'webhook', true);
create or replace function pathfinder.depart(known public.user_state, origin text, told boolean)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    delete from public.user_state
    where user_state.community = known.community and user_state.user_id = known.user_id;
    if (select levels.is_on from public.levels where levels.level = known.seniority_level) then
        perform pathfinder.record_change(known, null, depart.origin, depart.told);
    end if;
end
$$;

revoke all on function pathfinder.depart(public.user_state, text, boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.depart(public.user_state, text, boolean) is
    'Lets go of a member who is no executive any more.';

-- source: people/describe_member.sql
-- Puts together what is known about a member: from the event, from what was known, from the events that are still
-- retained if nothing was, from the registration, and from what editors corrected. Who clears the company or the
-- country has none any more.
-- Returns: a row for user_state; without a level for somebody new, without a title for nobody by a correction.
-- Example: select (pathfinder.describe_member(change, known)).company;
create or replace function pathfinder.describe_member(change pathfinder.profile_change, known public.user_state)
returns public.user_state
language plpgsql
stable
set search_path = ''
as $$
declare
    person public.user_state := known;
    details jsonb := change.details;
    retained jsonb;
begin
    -- What comes along with a change that is older than what is known of it is as old.
    if change.occurred_at is not null and details ?| '{company,country,department,email}' then
        select jsonb_object_agg(detail.key, detail.value)
        into details
        from jsonb_each(details) as detail
        where (
            change.occurred_at < pathfinder.known_time(change.community, change.user_id, detail.key, change.event_id)
        ) is not true;
    end if;
    if known.user_id is null then
        person.community := change.community;
        person.user_id := change.user_id;
        person.first_detected_at := now();
        person.functions := '{}';
        retained := pathfinder.retained_values(change.community, change.user_id);
        person.company := retained ->> 'company';
        person.country := retained ->> 'country';
        person.department := retained ->> 'department';
        person.email_domain := pathfinder.domain_key(retained ->> 'email');
    end if;
    if change.attribute = 'title' then
        person.title := change.value;
        person.title_field := change.profile_field;
        -- A change without a time makes nothing younger that came before it.
        person.title_occurred_at := greatest(person.title_occurred_at, change.occurred_at);
    end if;
    person.username := coalesce(change.username, person.username);
    person.company := coalesce(details ->> 'company', person.company);
    person.country := coalesce(details ->> 'country', person.country);
    person.department := coalesce(details ->> 'department', person.department);
    person.email_domain := coalesce(pathfinder.domain_key(details ->> 'email'), person.email_domain);
    case change.attribute
        when 'company' then person.company := change.value;
        when 'country' then person.country := change.value;
        when 'department' then person.department := change.value;
        when 'email' then person.email_domain := pathfinder.domain_key(change.value);
        else null;
    end case;
    person.joined_at := coalesce(
        (
            select registration.joined_at
            from pathfinder.registrations as registration
            where registration.community = change.community
                and registration.user_id = change.user_id
        ),
        person.joined_at
    );
    person.last_seen_at := now();
    return pathfinder.corrected(person);
end
$$;

revoke all on function pathfinder.describe_member(pathfinder.profile_change, public.user_state)
    from public, anon, authenticated, service_role;

comment on function pathfinder.describe_member(pathfinder.profile_change, public.user_state) is
    'Puts together what is known about a member.';

-- source: people/domain_key.sql
-- Reduces what was written for a domain to the domain: an address, a link and "www." are taken for theirs.
-- Returns: text in lower case; null for null and for what is no domain.
-- Example: select pathfinder.domain_key('https://www.Acme.com/about');  -- acme.com
create or replace function pathfinder.domain_key(written text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
    -- Most are a domain as they stand.
    if length(written) <= 60 and written ~ '^@?(?!www\.)(?:[a-z0-9]+\.)+[a-z]{2,}$' then
        return ltrim(written, '@');
    end if;
    return substring(
        normalize(lower(left(written, 400)), nfkc)
        from '^\s*(?:[a-z][a-z0-9+.-]*:/{0,2})?(?:.*@)?(?:www\.)?((?:[[:alnum:]_](?:[[:alnum:]_-]{0,61}[[:alnum:]])?\.)+'
        '[[:alpha:]](?:[[:alnum:]-]{0,61}[[:alnum:]]))\.?(?::\d+)?(?:[/?#].*)?\s*$'
    );
end
$$;

revoke all on function pathfinder.domain_key(text) from public, anon, authenticated, service_role;

comment on function pathfinder.domain_key(text) is 'The domain in what was written, an address or a link; null for none.';

-- source: people/domain_suffixes.sql
-- A domain and those that it is part of, down to two labels.
-- Returns: them, the longest first; {} for null and for what is no domain.
-- Example: select pathfinder.domain_suffixes('mail.emea.acme.com');  -- {mail.emea.acme.com,emea.acme.com,acme.com}
create or replace function pathfinder.domain_suffixes(domain text)
returns text[]
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    rest text := lower(domain_suffixes.domain);
    suffixes text[] := '{}';
begin
    while position('.' in rest) > 0 loop
        suffixes := suffixes || rest;
        rest := substr(rest, position('.' in rest) + 1);
    end loop;
    return suffixes;
end
$$;

revoke all on function pathfinder.domain_suffixes(text) from public, anon, authenticated, service_role;

comment on function pathfinder.domain_suffixes(text) is 'A domain and those that it is part of.';

-- source: people/end_suppressions.sql
-- Brings back everybody whose suppression has ended by a moment.
-- Returns: how many were set aside until then.
-- Example: select pathfinder.end_suppressions(now());
create or replace function pathfinder.end_suppressions(moment timestamptz)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    member record;
    ended integer := 0;
begin
    for member in
        select set_aside.community, set_aside.user_id
        from pathfinder.set_aside
        where set_aside.ends_at <= end_suppressions.moment
        order by set_aside.community, set_aside.user_id
        limit 1000
    loop
        perform pathfinder.lock_member(member.community, member.user_id);
        perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
        -- A webhook may have been faster.
        perform pathfinder.bring_back(set_aside.community, set_aside.user_id)
        from pathfinder.set_aside
        where set_aside.community = member.community
            and set_aside.user_id = member.user_id
            and set_aside.ends_at <= end_suppressions.moment;
        ended := ended + 1;
    end loop;
    return ended;
end
$$;

revoke all on function pathfinder.end_suppressions(timestamptz) from public, anon, authenticated, service_role;

comment on function pathfinder.end_suppressions(timestamptz) is 'Brings back everybody whose suppression has ended.';

-- source: people/erase_from_digests.sql
-- Takes a member out of all digests, sent or not, and out of their counts, also where only the link names them: its
-- file goes. An unsent digest of nobody else is deleted, and its job ends silently. Comes before the member's changes
-- are deleted.
-- Returns: how many digests told of the member.
-- Example: select pathfinder.erase_from_digests('main', '2000');
create or replace function pathfinder.erase_from_digests(community text, user_id text)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    member constant jsonb := jsonb_build_object(
        'community', erase_from_digests.community, 'user_id', erase_from_digests.user_id
    );
    told record;
    touched integer := 0;
    orphaned integer;
begin
    for told in
        select digest_ledger.channel, digest_ledger.detection_id, digest_ledger.digest_id, digest_ledger.kind
        from public.detections
        join pathfinder.digest_ledger on digest_ledger.detection_id = detections.id
        where detections.community = erase_from_digests.community
            and detections.user_id = erase_from_digests.user_id
            and digest_ledger.outcome = 'told'
    loop
        touched := touched + 1;
        perform pathfinder.remove_digest_files(told.digest_id, min(digests.week_end))
        from public.digests
        where digests.channel = told.channel
            and digests.payload -> 'digest_id' = to_jsonb(told.digest_id)
        having bool_or((digests.payload ->> 'rest')::integer > 0);
        update public.digests
        set payload = digests.payload || jsonb_build_object(
            'people', coalesce(
                (
                    select jsonb_agg(entry.person order by entry.place)
                    from jsonb_array_elements(digests.payload -> 'people') with ordinality as entry (person, place)
                    where not entry.person @> member
                ),
                '[]'
            ),
            'counts', digests.payload -> 'counts' || jsonb_build_object(
                told.kind, greatest((digests.payload #>> array['counts', told.kind])::integer - 1, 0),
                'people', greatest((digests.payload #>> '{counts,people}')::integer - 1, 0)
            ),
            'rest', (digests.payload ->> 'rest')::integer - case
                when exists (
                    select
                    from public.digests as shown
                    where shown.channel = digests.channel
                        and shown.payload -> 'digest_id' = digests.payload -> 'digest_id'
                        and shown.payload -> 'people' @> jsonb_build_array(member)
                ) then 0
                else 1
            end
        )
        where digests.channel = told.channel and digests.payload -> 'digest_id' = to_jsonb(told.digest_id);

        -- Counted out once, however often it is asked for.
        delete from pathfinder.digest_ledger
        where digest_ledger.channel = told.channel and digest_ledger.detection_id = told.detection_id;

        delete from public.digests
        where digests.channel = told.channel
            and digests.payload -> 'digest_id' = to_jsonb(told.digest_id)
            and digests.payload #> '{counts,people}' = '0'
            and not digests.sent;
    end loop;

    -- The changes that a digest told of may have gone before it; its counts stay, as those of a month do.
    update public.digests
    set payload = digests.payload || jsonb_build_object(
        'people', (
            select coalesce(jsonb_agg(entry.person order by entry.place), '[]')
            from jsonb_array_elements(digests.payload -> 'people') with ordinality as entry (person, place)
            where not entry.person @> member
        )
    )
    where digests.payload -> 'people' @> jsonb_build_array(member);
    get diagnostics orphaned = row_count;
    return touched + orphaned;
end
$$;

revoke all on function pathfinder.erase_from_digests(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.erase_from_digests(text, text) is
    'Takes a member out of all digests, and out of their counts.';

-- source: people/erase_from_errors.sql
-- Takes a person's name, id and titles out of what went wrong: no error is to hold one, and if one does, it goes.
-- Returns: nothing.
-- Example: select pathfinder.erase_from_errors('{"Jane Doe"}');
create or replace function pathfinder.erase_from_errors(words text[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    erased constant text := 'Erased: it named a person who was forgotten.';
    word text;
begin
    foreach word in array coalesce(words, '{}')
    loop
        update public.outbox
        set last_error = case when position(word in outbox.last_error) > 0 then erased else outbox.last_error end,
            result = case when position(word in outbox.result::text) > 0 then null else outbox.result end
        where position(word in outbox.last_error) > 0 or position(word in outbox.result::text) > 0;
        update public.outbox_attempts set error = erased where position(word in outbox_attempts.error) > 0;
        update public.job_runs set error = erased where position(word in job_runs.error) > 0;
        update public.events_raw set error = erased where position(word in events_raw.error) > 0;
    end loop;
end
$$;

revoke all on function pathfinder.erase_from_errors(text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.erase_from_errors(text[]) is 'Takes what names a person out of what went wrong.';

-- source: people/event_document.sql
-- What an event tells a machine: what happened, and the executive, digest or report that it happened to.
-- Returns: {"event", "occurred_at", "person" | "member" | "digest" | "report"}; {"missing": true} when it is gone, or
--   the channel's filter or a mute keeps it back.
-- Example: select pathfinder.event_document('{"event": "executive.detected", "detection_id": 7}', 'crm');
create or replace function pathfinder.event_document(payload jsonb, channel text)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select coalesce(
        jsonb_build_object('event', event_document.payload -> 'event', 'occurred_at', event_document.payload -> 'occurred_at') || case
            when event_document.payload ? 'detection_id' then (
                select jsonb_build_object('person', shown.person)
                from pathfinder.told_changes(
                    array[(event_document.payload ->> 'detection_id')::bigint], event_document.channel, null, '-infinity'
                ) as told
                cross join lateral pathfinder.people_json(array[told.change]) as shown
                where told.outcome = 'told'
            )
            when event_document.payload ? 'digest_id' then (
                select jsonb_build_object('digest', jsonb_build_object(
                    'digest_id', digests.payload -> 'digest_id',
                    'channel', digests.channel,
                    'period', digests.payload -> 'period',
                    'part', digests.part,
                    'parts', digests.parts,
                    'counts', digests.payload -> 'counts'
                ))
                from public.digests
                where digests.id = (event_document.payload ->> 'digest_id')::bigint
            )
            when event_document.payload ? 'report_id' then (
                select jsonb_build_object('report', jsonb_build_object(
                    'report_id', reports.id,
                    'month', reports.month_label,
                    'revision', reports.revision,
                    'total', reports.summary -> 'total',
                    'published_at', reports.published_at
                ))
                from public.reports
                where reports.id = (event_document.payload ->> 'report_id')::bigint
            )
            else jsonb_build_object('member', event_document.payload -> 'member')
        end,
        '{"missing": true}'
    )
$$;

revoke all on function pathfinder.event_document(jsonb, text) from public, anon, authenticated, service_role;

comment on function pathfinder.event_document(jsonb, text) is 'What an event tells a machine.';

-- source: people/executive_history.sql
-- What happened to an executive, as a time line: each change with what was before.
-- Returns: a JSON array, the oldest first, of {"detection_id", "at", "kind", "title", "level", "company", "functions",
--   "previous_title", "previous_level", "previous_company", "previous_functions", "origin", "is_told"}.
-- Raises: 22023 when the id is known in several communities and none is named.
-- Example: select public.executive_history('2000');
create or replace function pathfinder.executive_history(user_id text, community text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    home constant text := pathfinder.the_community(executive_history.community, executive_history.user_id);
begin
    return coalesce(
        (
            select jsonb_agg(
                jsonb_build_object(
                    'detection_id', change.id,
                    'at', change.detected_at,
                    'kind', change.kind,
                    'title', change.title,
                    'level', change.seniority_level,
                    'company', change.company,
                    'functions', change.functions,
                    'previous_title', change.previous_title,
                    'previous_level', change.previous_level,
                    'previous_company', change.previous_company,
                    'previous_functions', change.previous_functions,
                    'origin', change.origin,
                    'is_told', change.is_told
                )
                order by change.id
            )
            from public.detections as change
            where change.community = home and change.user_id = executive_history.user_id
        ),
        '[]'
    );
end
$$;

revoke all on function pathfinder.executive_history(text, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.executive_history(text, text) to service_role;

comment on function pathfinder.executive_history(text, text) is 'What happened to an executive, as a time line.';

create or replace function public.executive_history(user_id text, community text default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.executive_history(executive_history.user_id, executive_history.community)
$$;

revoke all on function public.executive_history(text, text) from public, anon, authenticated, service_role;
grant execute on function public.executive_history(text, text) to service_role;

comment on function public.executive_history(text, text) is
    'What happened to an executive, as a time line: each change with what was before, the oldest first.';

-- source: people/executives_among.sql
-- Picks the executives among people by their titles. Each distinct title is classified once, and what its holder is in
-- charge of is found once, in what classifying left of it.
-- Returns: the executives with level, functions, rule and rules version, ready for user_state; an empty array for none.
-- Raises: whatever classification raises.
-- Example: select pathfinder.executives_among(array[member]);
create or replace function pathfinder.executives_among(people pathfinder.listed_member[])
returns public.user_state[]
language plpgsql
stable
set search_path = ''
as $$
begin
    if exists (select from pathfinder.corrections) then
        people := array(
            select jsonb_populate_record(null::pathfinder.listed_member, to_jsonb(
                pathfinder.corrected(jsonb_populate_record(null::public.user_state, to_jsonb(person)))
            ))
            from unnest(people) as person
        );
    end if;
    return (
        with listed as materialized (
            select person.* from unnest(people) as person where person.title is not null
        ),
        judged as materialized (
            select verdict.title, verdict.seniority_level as level, verdict.matched_rule, verdict.charges
            from pathfinder.classify_many(array(select distinct listed.title from listed)) as verdict
            where verdict.seniority_level is not null
        ),
        offices as materialized (
            select distinct listed.title, listed.department, to_jsonb(judged.charges) as charges
            from listed
            join judged on judged.title = listed.title
        ),
        charged as materialized (
            select office.title, office.department, office.functions
            from pathfinder.find_many_functions(
                array(select offices.title from offices order by offices.title, offices.department),
                array(select offices.department from offices order by offices.title, offices.department),
                array(select offices.charges from offices order by offices.title, offices.department)
            ) as office
        )
        select coalesce(
            array_agg(jsonb_populate_record(
                null::public.user_state,
                to_jsonb(listed) || jsonb_build_object(
                    'seniority_level', judged.level,
                    'matched_rule', judged.matched_rule,
                    'rules_version', (select edits.version from pathfinder.rule_edits as edits),
                    'functions', charged.functions,
                    'first_detected_at', now(),
                    'last_seen_at', now()
                )
            )),
            '{}'
        )
        from listed
        join judged on judged.title = listed.title
        join charged
            on charged.title = listed.title and charged.department is not distinct from listed.department
    );
end
$$;

revoke all on function pathfinder.executives_among(pathfinder.listed_member[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.executives_among(pathfinder.listed_member[]) is
    'Picks the executives among people by their titles.';

-- source: people/export_user.sql
-- Everything that is held about one person, to be handed to them.
-- Returns: {"user_id", "forgotten", "state", "set_aside", "joined_at", "history": as executive_history() gives it,
--   "detections": […], "events": […], "digests": [{"id", "channel", "week_end", "sent_at", "entry": null for whoever
--   stands behind the link}], "alerts": […], "reports": [{"month", "revision", "file_uri"}], "suppressions": […],
--   "corrections": [{"attribute", "stated", "value", "corrected_at"}], "mutes": […], "feedback": […]}.
-- Raises: 22023 without an id, or when the id is known in several communities and none is named.
-- Example: select public.export_user('2000');
create or replace function pathfinder.export_user(user_id text, community text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
    -- As forget_user() reads it: one that was pasted brings blanks along.
    member constant text := btrim(pathfinder.decode_text(export_user.user_id));
    home text;
begin
    if coalesce(btrim(member), '') = '' then
        raise exception 'export_user needs the id of a member'
            using errcode = '22023', hint = 'It is the user_id of user_state, detections and events_raw.';
    end if;
    home := pathfinder.the_community(export_user.community, member);
    return jsonb_build_object(
        'user_id', member,
        'forgotten', pathfinder.is_forgotten(home, member),
        'state', (
            select to_jsonb(user_state)
            from public.user_state
            where user_state.community = home and user_state.user_id = member
        ),
        'set_aside', (
            select to_jsonb(set_aside)
            from pathfinder.set_aside
            where set_aside.community = home and set_aside.user_id = member
        ),
        'history', pathfinder.executive_history(member, home),
        'suppressions', (
            select coalesce(jsonb_agg(to_jsonb(suppressions) order by suppressions.id), '[]')
            from public.suppressions
            where suppressions.kind = 'member' and suppressions.key = member and suppressions.community = home
        ),
        'mutes', (
            select coalesce(jsonb_agg(to_jsonb(mutes) order by mutes.channel), '[]')
            from public.mutes
            where mutes.community = home and mutes.user_id = member
        ),
        'feedback', (
            select coalesce(jsonb_agg(to_jsonb(feedback_proposals) order by feedback_proposals.id), '[]')
            from public.feedback_proposals
            where feedback_proposals.community = home and feedback_proposals.user_id = member
        ),
        'corrections', (
            select coalesce(
                jsonb_agg(to_jsonb(corrections) - '{community,user_id}'::text[] order by corrections.attribute), '[]'
            )
            from pathfinder.corrections
            where corrections.community = home and corrections.user_id = member
        ),
        'joined_at', (
            select registrations.joined_at
            from pathfinder.registrations
            where registrations.community = home and registrations.user_id = member
        ),
        'detections', (
            select coalesce(jsonb_agg(to_jsonb(detections) order by detections.id), '[]')
            from public.detections
            where detections.community = home and detections.user_id = member
        ),
        'events', (
            select coalesce(jsonb_agg(to_jsonb(events_raw) order by events_raw.id), '[]')
            from public.events_raw
            where events_raw.community = home and events_raw.user_id = member
        ),
        'digests', (
            select coalesce(
                jsonb_agg(
                    jsonb_build_object(
                        'id', digests.id,
                        'channel', digests.channel,
                        'week_end', digests.week_end,
                        'sent_at', digests.sent_at,
                        'entry', entry.person
                    )
                    order by digests.id
                ),
                '[]'
            )
            from public.digests
            cross join public.settings
            left join lateral jsonb_array_elements(digests.payload -> 'people') as entry (person)
                on entry.person @> jsonb_build_object('community', home, 'user_id', member)
            where entry.person is not null
                or digests.parts = digests.part and digests.payload -> 'digest_id' in (
                    select to_jsonb(digest_ledger.digest_id)
                    from public.detections
                    join pathfinder.digest_ledger on digest_ledger.detection_id = detections.id
                    where detections.community = home and detections.user_id = member
                        and digest_ledger.outcome = 'told'
                        and digest_ledger.place > jsonb_array_length(digests.payload -> 'people')
                            + (digests.parts - 1) * settings.digest_size
                )
        ),
        'alerts', (
            select coalesce(
                jsonb_agg(
                    jsonb_build_object(
                        'detection_id', alerts.detection_id,
                        'channel', alerts.channel,
                        'queued_at', alerts.queued_at,
                        'sent_at', outbox.finished_at
                    )
                    order by alerts.detection_id, alerts.channel
                ),
                '[]'
            )
            from pathfinder.alerts
            join public.detections on detections.id = alerts.detection_id
            left join public.outbox on outbox.id = alerts.job_id and outbox.status = 'done'
            where detections.community = home and detections.user_id = member
        ),
        'reports', (
            select coalesce(
                jsonb_agg(
                    distinct jsonb_build_object(
                        'month', report.month_label, 'revision', report.revision, 'file_uri', report.file_uri
                    )
                ),
                '[]'
            )
            from public.detections
            join public.reports as first_report on first_report.id = detections.report_id
            join public.reports as report
                on report.month_label = first_report.month_label and report.revision >= first_report.revision
            where detections.community = home and detections.user_id = member
        )
    );
end
$$;

revoke all on function pathfinder.export_user(text, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.export_user(text, text) to service_role;

comment on function pathfinder.export_user(text, text) is 'Everything that is held about one person.';

create or replace function public.export_user(user_id text, community text default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.export_user(user_id, community)
$$;

revoke all on function public.export_user(text, text) from public, anon, authenticated, service_role;
grant execute on function public.export_user(text, text) to service_role;

comment on function public.export_user(text, text) is 'Everything that is held about one person, to be handed to them.';

-- source: people/find_account.sql
-- The account that an executive belongs to: by the domain of the e-mail address, the longest that is known, else by the
-- company's name or an alias, never by likeness.
-- Returns: the account's id; null for none.
-- Example: select pathfinder.find_account('emea.acme.com', 'ACME, Inc.');
create or replace function pathfinder.find_account(email_domain text, company text)
returns bigint
language plpgsql
stable
parallel safe
set search_path = ''
as $$
declare
    domains text[];
    company_key text;
    found bigint;
begin
    -- Most projects begin without accounts, and pay nothing.
    if not exists (select from pathfinder.account_keys) then
        return null;
    end if;
    if find_account.email_domain is not null then
        domains := pathfinder.domain_suffixes(find_account.email_domain);
        select account_keys.account_id into found
        from pathfinder.account_keys
        where account_keys.kind = 'domain'
            and account_keys.key = any (domains)
        order by length(account_keys.key) desc
        limit 1;
    end if;
    if found is null and find_account.company is not null then
        company_key := pathfinder.company_key(find_account.company);
        select account_keys.account_id into found
        from pathfinder.account_keys
        where account_keys.kind = 'company' and account_keys.key = company_key;
    end if;
    return found;
end
$$;

revoke all on function pathfinder.find_account(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.find_account(text, text) is 'The account that a domain and a company''s name belong to.';

-- source: people/find_executives.sql
-- The executives whom a key finds: a member's id, a domain with what is part of it, or a company's key; in one
-- community, or in all.
-- Returns: their rows, in no order.
-- Example: select * from pathfinder.find_executives('domain', 'acme.com', null);
create or replace function pathfinder.find_executives(kind text, key text, community text)
returns setof public.user_state
language sql
stable
set search_path = ''
as $$
    select found.*
    from (
        select user_state.*
        from public.user_state
        where find_executives.kind = 'member' and user_state.user_id = find_executives.key
        union all
        select user_state.*
        from public.user_state
        where find_executives.kind = 'company' and pathfinder.company_key(user_state.company) = find_executives.key
        union all
        select user_state.*
        from public.user_state
        where find_executives.kind = 'domain'
            and reverse(user_state.email_domain) collate "C" = reverse(find_executives.key)
        union all
        -- Backwards, what is part of a domain begins with it and a dot; a slash is what follows the dot.
        select user_state.*
        from public.user_state
        where find_executives.kind = 'domain'
            and reverse(user_state.email_domain) collate "C" > reverse(find_executives.key) || '.'
            and reverse(user_state.email_domain) collate "C" < reverse(find_executives.key) || '/'
    ) as found
    where find_executives.community is null or found.community = find_executives.community
$$;

revoke all on function pathfinder.find_executives(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.find_executives(text, text, text) is
    'The executives whom an id, a domain or a company''s key finds.';

-- source: people/forgotten_digest.sql
-- The salted digest under which somebody's wish to be forgotten is remembered. Salted twice, so that none can be made
-- from another; of what every Postgres has, since each webhook asks for one where anybody was forgotten.
-- Returns: 32 bytes that cannot be traced back without the salt.
-- Example: select pathfinder.forgotten_digest('main', '2000');
create or replace function pathfinder.forgotten_digest(community text, user_id text)
returns bytea
language plpgsql
stable
set search_path = ''
as $$
begin
    return (
        select sha256(privacy_salt.salt || sha256(
            privacy_salt.salt || convert_to(forgotten_digest.community || ':' || forgotten_digest.user_id, 'UTF8')
        ))
        from pathfinder.privacy_salt
    );
end
$$;

revoke all on function pathfinder.forgotten_digest(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.forgotten_digest(text, text) is 'The salted digest of the id of a person who was forgotten.';

-- source: people/former_executive.sql
-- Describes somebody whom a correction may have made no executive: as they are while they are put aside, as they were
-- when a corrected title let them go (`by_title`: it is that one that is undone), else by the webhooks that are still
-- retained.
-- Returns: a row for user_state, whose title is to be judged; null where there is nothing to go by.
-- Example: select (pathfinder.former_executive('main', '2000', true)).company;
create or replace function pathfinder.former_executive(community text, user_id text, by_title boolean)
returns public.user_state
language plpgsql
stable
set search_path = ''
as $$
declare
    departure public.detections;
    person public.user_state;
    retained jsonb;
begin
    select (jsonb_populate_record(null::public.user_state, to_jsonb(set_aside))).*
    into person
    from pathfinder.set_aside
    where set_aside.community = former_executive.community and set_aside.user_id = former_executive.user_id;
    if person.user_id is not null then
        return person;
    end if;
    select change.* into departure
    from public.detections as change
    where change.community = former_executive.community and change.user_id = former_executive.user_id
    order by change.id desc
    limit 1;
    if not by_title or (departure.kind, departure.origin) is distinct from ('left', 'correction') then
        return pathfinder.retained_member(former_executive.community, former_executive.user_id);
    end if;
    -- What they said meanwhile is newer than the change.
    retained := pathfinder.retained_values(departure.community, departure.user_id);
    person := jsonb_populate_record(null::public.user_state, to_jsonb(departure) || jsonb_build_object(
        'title', departure.previous_title,
        'title_field', (
            select stored.profile_field
            from public.events_raw as stored
            where stored.community = departure.community
                and stored.user_id = departure.user_id
                and stored.attribute = 'title'
                and stored.state = 'processed'
            order by stored.settled_at desc, stored.id desc
            limit 1
        ),
        'title_occurred_at', pathfinder.known_time(departure.community, departure.user_id, 'title', null),
        'company', coalesce(retained ->> 'company', departure.previous_company),
        'country', coalesce(retained ->> 'country', departure.country),
        'department', retained ->> 'department',
        'email_domain', coalesce(pathfinder.domain_key(retained ->> 'email'), departure.email_domain),
        'first_detected_at', (
            select min(change.detected_at)
            from public.detections as change
            where change.community = departure.community and change.user_id = departure.user_id
        ),
        'last_seen_at', now()
    ));
    return pathfinder.corrected(person);
end
$$;

revoke all on function pathfinder.former_executive(text, text, boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.former_executive(text, text, boolean) is
    'Describes somebody whom a correction may have made no executive.';

-- source: people/hold_corrections.sql
-- Weighs what a webhook says against what editors corrected of the member: what says the same as before changes
-- nothing, so that the correction holds; what says anything else is newer, and ends it. The member is locked.
-- Returns: the change; with the corrected title, if the title is what it is about.
-- Example: select (pathfinder.hold_corrections(change)).value;
create or replace function pathfinder.hold_corrections(change pathfinder.profile_change)
returns pathfinder.profile_change
language plpgsql
volatile
set search_path = ''
as $$
declare
    correction pathfinder.corrections;
    said text;
begin
    foreach correction in array array(
        select corrections
        from pathfinder.corrections
        where corrections.community = change.community
            and corrections.user_id = change.user_id
            and (
                corrections.attribute = change.attribute
                -- What came along and is older than what is known of it does not count, and ends nothing.
                or change.details ? corrections.attribute
                    and (
                        change.occurred_at < pathfinder.known_time(
                            change.community, change.user_id, corrections.attribute, change.event_id
                        )
                    ) is not true
            )
    )
    loop
        said := case
            when correction.attribute = change.attribute then change.value
            else change.details ->> correction.attribute
        end;
        if pathfinder.statement_key(correction.attribute, said)
            <> pathfinder.statement_key(correction.attribute, correction.stated) then
            delete from pathfinder.corrections
            where corrections.community = change.community
                and corrections.user_id = change.user_id
                and corrections.attribute = correction.attribute;
        elsif correction.attribute = 'title' then
            change.value := correction.value;
        end if;
    end loop;
    return change;
end
$$;

revoke all on function pathfinder.hold_corrections(pathfinder.profile_change)
    from public, anon, authenticated, service_role;

comment on function pathfinder.hold_corrections(pathfinder.profile_change) is
    'Weighs what a webhook says against what editors corrected.';

-- source: people/import_account.sql
-- Adds an account, or changes the one of that name; what is not given stays.
-- Returns: a JSON object with what (new, changed, unchanged), the id, the name, and changes: pairs of before and after.
-- Raises: 23514 and 23505 as an edit of the table does.
-- Example: select pathfinder.import_account('{"name": "Acme", "domains": ["acme.com"], "is_watched": true}');
create or replace function pathfinder.import_account(given jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    before public.accounts;
    after public.accounts;
    changes jsonb;
begin
    select accounts.* into before
    from public.accounts
    where pathfinder.company_key(accounts.name) = pathfinder.company_key(import_account.given ->> 'name');

    after := jsonb_populate_record(
        before,
        import_account.given - '{id,created_at}'::text[]
    );
    if before.id is null then
        insert into public.accounts (name, aliases, domains, tier, owner, region, is_watched)
        values (
            after.name, after.aliases, after.domains, after.tier, after.owner, after.region, after.is_watched
        )
        returning accounts.* into after;
    else
        update public.accounts
        set name = after.name,
            aliases = after.aliases,
            domains = after.domains,
            tier = after.tier,
            owner = after.owner,
            region = after.region,
            is_watched = after.is_watched
        where accounts.id = before.id
        returning accounts.* into after;
    end if;

    select coalesce(jsonb_object_agg(new.key, jsonb_build_array(old.value, new.value)), '{}') into changes
    from jsonb_each(to_jsonb(before)) as old
    join jsonb_each(to_jsonb(after)) as new on new.key = old.key
    where new.value is distinct from old.value;
    return jsonb_build_object(
        'what', case when before.id is null then 'new' when changes = '{}' then 'unchanged' else 'changed' end,
        'id', after.id,
        'name', after.name,
        'changes', case when before.id is null then '{}' else changes end
    );
end
$$;

revoke all on function pathfinder.import_account(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.import_account(jsonb) is 'Adds an account, or changes the one of that name.';

-- source: people/import_accounts.sql
-- Takes accounts over from a list, all of them or, when one cannot be, none. An account is known by its name; what an
-- entry does not mention stays. Those that the list leaves out stay, unless remove_missing says otherwise.
-- Returns: a JSON object with is_applied, what is new, changed and unchanged, missing (names not in the list), removed,
--   and errors with the number of the entry, or its own "row".
-- Raises: 22023 when the list is none.
-- Example: select public.import_accounts('[{"name": "Acme", "domains": ["acme.com"]}]', dry_run => true);
create or replace function pathfinder.import_accounts(list jsonb, dry_run boolean, remove_missing boolean)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    entry record;
    outcomes jsonb[] := '{}';
    errors jsonb := '[]';
    told jsonb;
    missing jsonb;
    problem text;
    advice text;
begin
    if jsonb_typeof(import_accounts.list) is distinct from 'array' then
        raise exception 'a list of accounts is needed' using
            errcode = '22023', hint = 'Such as [{"name": "Acme", "domains": ["acme.com"]}].';
    end if;
    -- What fails, or is only tried, is undone as one.
    begin
        lock table public.accounts in share row exclusive mode;
        perform set_config('pathfinder.importing', 'yes', true);
        with listed as (
            select accounts.id
            from jsonb_array_elements(import_accounts.list) as given
            join public.accounts
                on pathfinder.company_key(accounts.name) = pathfinder.company_key(given ->> 'name')
        ),
        -- A name or a domain may go from one account of the list to another, in any order.
        freed as (
            delete from pathfinder.account_keys where account_keys.account_id in (select listed.id from listed)
        )
        select coalesce(jsonb_agg(accounts.name order by accounts.name), '[]') into missing
        from public.accounts
        where accounts.id not in (select listed.id from listed);
        if import_accounts.remove_missing then
            delete from public.accounts where to_jsonb(accounts.name) in (select jsonb_array_elements(missing));
        end if;

        for entry in
            select
                given.value,
                coalesce(given.value -> 'row', to_jsonb(given.number)) as row,
                first_value(coalesce(given.value -> 'row', to_jsonb(given.number))) over same_name as first_row
            from jsonb_array_elements(import_accounts.list) with ordinality as given (value, number)
            window same_name as (
                partition by coalesce(pathfinder.company_key(given.value ->> 'name'), given.number::text)
                order by given.number
            )
            order by given.number
        loop
            begin
                if entry.first_row <> entry.row then
                    raise unique_violation using
                        message = format('this is the account of row %s once more', entry.first_row),
                        hint = 'Make one row of the two, with the other name as an alias.';
                end if;
                outcomes := outcomes || pathfinder.import_account(entry.value);
            exception when integrity_constraint_violation or data_exception then
                get stacked diagnostics problem = message_text, advice = pg_exception_hint;
                errors := errors || jsonb_build_object(
                    'row', entry.row, 'name', entry.value -> 'name', 'message', problem, 'hint', advice
                );
            end;
        end loop;
        if import_accounts.dry_run or errors <> '[]' then
            raise exception using errcode = 'CP001', message = 'undone';
        end if;
        perform pathfinder.match_everybody();
        perform set_config('pathfinder.importing', '', true);
    exception when sqlstate 'CP001' then
        null;
    end;

    told := to_jsonb(outcomes);
    return jsonb_build_object(
        'is_applied', not import_accounts.dry_run and errors = '[]',
        'new', jsonb_path_query_array(told, '$[*] ? (@.what == "new").name'),
        'changed', jsonb_path_query_array(told, '$[*] ? (@.what == "changed")'),
        'unchanged', jsonb_array_length(jsonb_path_query_array(told, '$[*] ? (@.what == "unchanged")')),
        'missing', missing,
        'removed', case when import_accounts.remove_missing then jsonb_array_length(missing) else 0 end,
        'errors', errors
    );
end
$$;

create or replace function public.import_accounts(
    list jsonb,
    dry_run boolean default false,
    remove_missing boolean default false
)
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.import_accounts(
        import_accounts.list, import_accounts.dry_run, import_accounts.remove_missing
    )
$$;

revoke all on function pathfinder.import_accounts(jsonb, boolean, boolean)
from public, anon, authenticated, service_role;
revoke all on function public.import_accounts(jsonb, boolean, boolean) from public, anon, authenticated, service_role;
grant execute on function pathfinder.import_accounts(jsonb, boolean, boolean) to service_role;
grant execute on function public.import_accounts(jsonb, boolean, boolean) to service_role;

comment on function pathfinder.import_accounts(jsonb, boolean, boolean) is 'Takes accounts over from a list, all or none.';
comment on function public.import_accounts(jsonb, boolean, boolean) is
    'Takes accounts over from a list, all of them or, when one cannot be, none; says what is new, changed and wrong.';

-- source: people/is_executive_unknown.sql
-- Whether somebody with an executive's title is not among the executives though nothing suppresses them: a suppression
-- that ended for good kept nothing of them, and they count again with the next webhook.
-- Returns: true or false, never null.
-- Example: select pathfinder.is_executive_unknown('main', '2000', 'CEO');
create or replace function pathfinder.is_executive_unknown(community text, user_id text, title text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
    retained jsonb;
begin
    if exists (
            select from public.user_state
            where user_state.community = is_executive_unknown.community
                and user_state.user_id = is_executive_unknown.user_id
        )
        or (pathfinder.classify(title)).level is null then
        return false;
    end if;
    retained := pathfinder.retained_values(is_executive_unknown.community, is_executive_unknown.user_id);
    return pathfinder.suppressed_until(
        is_executive_unknown.community,
        is_executive_unknown.user_id,
        pathfinder.domain_key(retained ->> 'email'),
        retained ->> 'company'
    ) is null;
end
$$;

revoke all on function pathfinder.is_executive_unknown(text, text, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.is_executive_unknown(text, text, text) is
    'Whether somebody with an executive''s title is not among the executives though nothing suppresses them.';

-- source: people/is_forgotten.sql
-- Whether a person was forgotten.
-- Returns: true or false.
-- Example: select pathfinder.is_forgotten('main', '2000');
create or replace function pathfinder.is_forgotten(community text, user_id text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    -- Most projects have forgotten nobody, and pay nothing.
    return exists (select from pathfinder.forgotten) and exists (
        select
        from pathfinder.forgotten
        where forgotten.digest = pathfinder.forgotten_digest(is_forgotten.community, is_forgotten.user_id)
    );
end
$$;

revoke all on function pathfinder.is_forgotten(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.is_forgotten(text, text) is 'Whether a person was forgotten.';

-- source: people/is_lesser_title.sql
-- Whether a change is of another field for titles than the one that made somebody an executive, and says no more than
-- that: "Title: Dr." takes nothing from "Job Title: CEO". Of a whole profile one title is sent, which counts.
-- Returns: true or false, never null.
-- Example: select pathfinder.is_lesser_title('Title', 'vp', user_state) from public.user_state where user_id = '2000';
create or replace function pathfinder.is_lesser_title(field text, level text, known public.user_state)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    return (is_lesser_title.field <> known.title_field) is true
        and not exists (
            select
            from public.levels as higher, public.levels as held
            where higher.level = is_lesser_title.level
                and held.level = known.seniority_level
                and higher.rank < held.rank
        );
end
$$;

revoke all on function pathfinder.is_lesser_title(text, text, public.user_state)
    from public, anon, authenticated, service_role;

comment on function pathfinder.is_lesser_title(text, text, public.user_state) is
    'Whether a change is of another field for titles, and says no more than the one known.';

-- source: people/is_member.sql
-- Whether anything is known of a member.
-- Returns: true or false.
-- Example: select pathfinder.is_member('main', '2000');
create or replace function pathfinder.is_member(community text, user_id text)
returns boolean
language sql
stable
set search_path = ''
as $$
    select exists (
            select from public.user_state as state
            where state.community = is_member.community and state.user_id = is_member.user_id
        )
        or exists (
            select from public.detections as detection
            where detection.community = is_member.community and detection.user_id = is_member.user_id
        )
        or exists (
            select from public.events_raw as stored
            where stored.community = is_member.community and stored.user_id = is_member.user_id
        )
        or exists (
            select from pathfinder.registrations as registration
            where registration.community = is_member.community and registration.user_id = is_member.user_id
        )
        -- Of whoever is put aside, or corrected away, nothing else may be left.
        or exists (
            select from pathfinder.set_aside as aside
            where aside.community = is_member.community and aside.user_id = is_member.user_id
        )
        or exists (
            select from public.suppressions as suppression
            where suppression.kind = 'member'
                and suppression.key = is_member.user_id
                and suppression.community = is_member.community
        )
        or exists (
            select from pathfinder.corrections as correction
            where correction.community = is_member.community and correction.user_id = is_member.user_id
        )
$$;

revoke all on function pathfinder.is_member(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.is_member(text, text) is 'Whether anything is known of a member.';

-- source: people/is_subscribed.sql
-- Whether a channel is told of a change, by its filter. Of a level or a company, before the change counts as after it:
-- who hears of the C-suite hears who leaves it. A country is a code, or as it was written.
-- Returns: true or false, never null.
-- Example: select pathfinder.is_subscribed('{"level": ["csuite"]}', change, accounts) from …;
create or replace function pathfinder.is_subscribed(
    filter jsonb, change pathfinder.net_change, account public.accounts
)
returns boolean
language sql
immutable
set search_path = ''
as $$
    select filter = '{}' or (
        (not filter ? 'level' or filter -> 'level' ?| array[change.level, change.previous_level])
        and (not filter ? 'kind' or filter -> 'kind' ? change.kind)
        and (not filter ? 'community' or filter -> 'community' ? change.community)
        and (not filter ? 'function' or filter -> 'function' ?| change.functions)
        and (not filter ? 'country' or filter -> 'country' ?| array[change.country_code, lower(btrim(change.country))])
        and (not filter ? 'tier' or filter -> 'tier' ? account.tier)
        and (not filter ? 'owner' or filter -> 'owner' ? lower(btrim(account.owner)))
        and (not filter ? 'watched' or coalesce(account.is_watched, false) = (filter ->> 'watched')::boolean)
    ) is true
$$;

revoke all on function pathfinder.is_subscribed(jsonb, pathfinder.net_change, public.accounts)
    from public, anon, authenticated, service_role;

comment on function pathfinder.is_subscribed(jsonb, pathfinder.net_change, public.accounts) is
    'Whether a channel is told of a change, by its filter.';

-- source: people/is_suppressing.sql
-- Whether somebody is suppressed by what an editor corrected: a company that is.
-- Returns: true or false, never null.
-- Example: select pathfinder.is_suppressing(corrections) from pathfinder.corrections;
create or replace function pathfinder.is_suppressing(correction pathfinder.corrections)
returns boolean
language sql
stable
set search_path = ''
as $$
    -- By the company alone: nobody's id is empty.
    select correction.attribute = 'company'
        and pathfinder.suppressed_until(correction.community, '', null, correction.value) is not null
$$;

revoke all on function pathfinder.is_suppressing(pathfinder.corrections) from public, anon, authenticated, service_role;

comment on function pathfinder.is_suppressing(pathfinder.corrections) is
    'Whether somebody is suppressed by what an editor corrected.';

-- source: people/is_unheard_of.sql
-- Whether nothing is known of an executive of a backfill: no state, no webhook about a title, no suppression, and they
-- were not forgotten.
-- Returns: true or false.
-- Example: select pathfinder.is_unheard_of(executive);
create or replace function pathfinder.is_unheard_of(executive public.user_state)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    return not exists (
            select from public.user_state
            where user_state.community = executive.community and user_state.user_id = executive.user_id
        )
        and not exists (
            select from pathfinder.set_aside
            where set_aside.community = executive.community and set_aside.user_id = executive.user_id
        )
        and not exists (
            select from public.events_raw
            where events_raw.community = executive.community
                and events_raw.user_id = executive.user_id
                and events_raw.attribute = 'title'
        )
        and not pathfinder.is_forgotten(executive.community, executive.user_id)
        and pathfinder.suppressed_until(
            executive.community, executive.user_id, executive.email_domain, executive.company
        ) is null;
end
$$;

revoke all on function pathfinder.is_unheard_of(public.user_state) from public, anon, authenticated, service_role;

comment on function pathfinder.is_unheard_of(public.user_state) is 'Whether nothing is known of an executive of a backfill.';

-- source: people/keep_account_keys.sql
-- Trigger on accounts: keeps the keys that executives are matched by, and who belongs to it. A name or a domain
-- belongs to one account.
-- Returns: the row.
-- Raises: 23505 with a sentence that names the other account.
-- Example: update public.accounts set aliases = '{Acme Robotics}' where name = 'Acme';
create or replace function pathfinder.keep_account_keys()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    entry record;
    other text;
begin
    delete from pathfinder.account_keys where account_keys.account_id = new.id;
    for entry in
        select 'company' as kind, pathfinder.company_key(name) as key, min(name) as written
        from unnest(array_prepend(new.name, new.aliases)) as name
        group by pathfinder.company_key(name)
        union all
        select 'domain', domain, domain
        from unnest(new.domains) as domain
    loop
        begin
            insert into pathfinder.account_keys (kind, key, account_id) values (entry.kind, entry.key, new.id);
        exception when unique_violation then
            select accounts.name into other
            from pathfinder.account_keys
            join public.accounts on accounts.id = account_keys.account_id
            where account_keys.kind = entry.kind and account_keys.key = entry.key;
            raise unique_violation using
                message = format(
                    '%s belongs to the account %s already', entry.written, coalesce(other, 'that is being added')
                ),
                hint = 'Take it out there first, or make one account of the two, with the other name as an alias.';
        end;
    end loop;
    -- A list of accounts matches everybody once, at its end.
    if current_setting('pathfinder.importing', true) is distinct from 'yes' then
        perform pathfinder.match_executives(new.id);
    end if;
    return new;
end
$$;

revoke all on function pathfinder.keep_account_keys() from public, anon, authenticated, service_role;

comment on function pathfinder.keep_account_keys() is 'Trigger: keeps the keys that executives are matched by.';

-- source: people/keep_away.sql
-- Sees to it that somebody who is suppressed for good does not come back by what is kept. What editors corrected goes,
-- but for a company by which they are suppressed: else the next webhook, which names another one, would bring them
-- back. Retained titles go where rules that are applied anew could not tell by the other webhooks that they are
-- suppressed, as only a backfill or the community's API said so.
-- Returns: nothing.
-- Example: select pathfinder.keep_away('main', '2000');
create or replace function pathfinder.keep_away(community text, user_id text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    delete from pathfinder.corrections
    where corrections.community = keep_away.community
        and corrections.user_id = keep_away.user_id
        and not pathfinder.is_suppressing(corrections);
    if (pathfinder.retained_executive(keep_away.community, keep_away.user_id)).user_id is not null then
        delete from public.events_raw
        where events_raw.community = keep_away.community
            and events_raw.user_id = keep_away.user_id
            and events_raw.attribute = 'title'
            and events_raw.state = 'processed';
    end if;
end
$$;

revoke all on function pathfinder.keep_away(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.keep_away(text, text) is
    'Sees to it that somebody who is suppressed for good does not come back by what is kept.';

-- source: people/known_executive.sql
-- What is known of a member who is an executive. Whoever was set aside, and whose suppression has just ended, is one
-- again from now on.
-- Returns: the row of user_state; null for anybody else.
-- Example: select (pathfinder.known_executive('main', '2000')).seniority_level;
create or replace function pathfinder.known_executive(community text, user_id text)
returns public.user_state
language plpgsql
volatile
set search_path = ''
as $$
declare
    known public.user_state;
begin
    select state.* into known
    from public.user_state as state
    where state.community = known_executive.community and state.user_id = known_executive.user_id;
    if known.user_id is null and exists (
        select from pathfinder.set_aside
        where set_aside.community = known_executive.community
            and set_aside.user_id = known_executive.user_id
            and set_aside.ends_at <= now()
    ) then
        perform pathfinder.bring_back(known_executive.community, known_executive.user_id);
        select state.* into known
        from public.user_state as state
        where state.community = known_executive.community and state.user_id = known_executive.user_id;
    end if;
    return known;
end
$$;

revoke all on function pathfinder.known_executive(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.known_executive(text, text) is 'What is known of a member who is an executive.';

-- source: people/known_time.sql
-- The sender's latest time of what is known of a member's attribute, whether it came by itself or along with something
-- else, among the events that are still retained (`own_id`: but this one).
-- Returns: the time; null where none is known.
-- Example: select pathfinder.known_time('main', '2000', 'company', null);
create or replace function pathfinder.known_time(community text, user_id text, attribute text, own_id bigint)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
begin
    return (
        select max(stored.occurred_at)
        from public.events_raw as stored
        where stored.community = known_time.community
            and stored.user_id = known_time.user_id
            and stored.state = 'processed'
            and stored.id is distinct from known_time.own_id
            and (stored.attribute = known_time.attribute or stored.details ? known_time.attribute)
    );
end
$$;

revoke all on function pathfinder.known_time(text, text, text, bigint) from public, anon, authenticated, service_role;

comment on function pathfinder.known_time(text, text, text, bigint) is
    'The sender''s latest time of what is known of a member''s attribute.';

-- source: people/legal_forms.sql
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

-- source: people/match_everybody.sql
-- Finds anew to which account each executive belongs: what match_executives() does for one account, after many have
-- changed at once.
-- Returns: how many executives belong elsewhere than before.
-- Example: select pathfinder.match_everybody();
create or replace function pathfinder.match_everybody()
returns bigint
language sql
volatile
set search_path = ''
as $$
    select pathfinder.match_members(array_agg(user_state.community), array_agg(user_state.user_id))
    from public.user_state
$$;

revoke all on function pathfinder.match_everybody() from public, anon, authenticated, service_role;

comment on function pathfinder.match_everybody() is 'Finds anew to which account each executive belongs.';

-- source: people/match_executives.sql
-- Finds anew to which account they belong: the executives who belong to an account now, and those whom its keys find.
-- Returns: how many executives belong elsewhere than before.
-- Example: select pathfinder.match_executives(7);
create or replace function pathfinder.match_executives(account_id bigint)
returns bigint
language sql
volatile
set search_path = ''
as $$
    select pathfinder.match_members(array_agg(candidate.community), array_agg(candidate.user_id))
    from (
        select user_state.community, user_state.user_id
        from public.user_state
        where user_state.account_id = match_executives.account_id
        union
        select executive.community, executive.user_id
        from pathfinder.account_keys
        cross join lateral pathfinder.find_executives(account_keys.kind, account_keys.key, null) as executive
        where account_keys.account_id = match_executives.account_id
    ) as candidate
$$;

revoke all on function pathfinder.match_executives(bigint) from public, anon, authenticated, service_role;

comment on function pathfinder.match_executives(bigint) is 'Finds anew who belongs to an account.';

-- source: people/match_members.sql
-- Finds anew to which account some executives belong; and the changes of those for whom that is another one.
-- Returns: how many of them belong elsewhere than before.
-- Example: select pathfinder.match_members('{main}', '{2000}');
create or replace function pathfinder.match_members(communities text[], user_ids text[])
returns bigint
language sql
volatile
set search_path = ''
as $$
    with placed as materialized (
        select
            user_state.community,
            user_state.user_id,
            user_state.account_id as before,
            pathfinder.find_account(user_state.email_domain, user_state.company) as after
        from unnest(match_members.communities, match_members.user_ids) as member (community, user_id)
        join public.user_state
            on user_state.community = member.community and user_state.user_id = member.user_id
    ),
    moved as (
        update public.user_state
        set account_id = placed.after
        from placed
        where user_state.community = placed.community
            and user_state.user_id = placed.user_id
            and placed.before is distinct from placed.after
        returning user_state.community, user_state.user_id
    ),
    told as (
        update public.detections
        set account_id = pathfinder.find_account(
            detections.email_domain,
            case when detections.kind = 'left' then detections.previous_company else detections.company end
        )
        from moved
        where detections.community = moved.community and detections.user_id = moved.user_id
    )
    select count(*) from moved
$$;

revoke all on function pathfinder.match_members(text[], text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.match_members(text[], text[]) is
    'Finds anew to which account some executives belong.';

-- source: people/member_level.sql
-- Gives the level of a member who is a known executive.
-- Returns: the level; null for everybody else.
-- Example: select pathfinder.member_level('main', '2000');
create or replace function pathfinder.member_level(community text, user_id text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
    return (
        select state.seniority_level
        from public.user_state as state
        where state.community = member_level.community
            and state.user_id = member_level.user_id
    );
end
$$;

revoke all on function pathfinder.member_level(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.member_level(text, text) is 'The level of a member who is a known executive.';

-- source: people/messages_about.sql
-- The messages about a member that were sent, and cannot be called back: those that name the member, and the others of
-- the same digest, which may have a link to everybody of it.
-- Returns: a JSON array of {"kind": digest or alert, "channel", "sent_at", "part" and "parts" (of a digest),
--   "is_named"}, the oldest first.
-- Example: select pathfinder.messages_about('main', '2000');
create or replace function pathfinder.messages_about(community text, user_id text)
returns jsonb
language sql
stable
set search_path = ''
as $$
    with told as (
        select jsonb_build_array(
            jsonb_build_object('community', messages_about.community, 'user_id', messages_about.user_id)
        ) as people
    )
    select coalesce(jsonb_agg(to_jsonb(sent) order by sent.sent_at, sent.channel, sent.part), '[]')
    from (
        select
            'digest' as kind,
            digests.channel,
            digests.sent_at,
            digests.part,
            digests.parts,
            digests.payload -> 'people' @> told.people as is_named
        from public.digests
        cross join told
        where digests.sent
            and (
                digests.payload -> 'people' @> told.people
                or digests.payload -> 'digest_id' in (
                    select to_jsonb(digest_ledger.digest_id)
                    from public.detections
                    join pathfinder.digest_ledger on digest_ledger.detection_id = detections.id
                    where detections.community = messages_about.community
                        and detections.user_id = messages_about.user_id
                        and digest_ledger.outcome = 'told'
                )
            )
        union
        select 'alert', alerts.channel, outbox.finished_at, null, null, true
        from public.detections
        join pathfinder.alerts on alerts.detection_id = detections.id
        join public.outbox on outbox.id = alerts.job_id and outbox.status = 'done'
        where detections.community = messages_about.community and detections.user_id = messages_about.user_id
    ) as sent
$$;

revoke all on function pathfinder.messages_about(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.messages_about(text, text) is 'The messages about a member that were sent.';

-- source: people/net_changes.sql
-- What happened to each member over some changes: the difference between before the first of them and the last that
-- the member had before a moment, whether that one is to be told or only recorded. What was undone has no kind.
-- Returns: one row a member; detection_id is the last of the given changes.
-- Example: select * from pathfinder.net_changes('{7, 9}', now());
create or replace function pathfinder.net_changes(changes bigint[], until timestamptz)
returns setof pathfinder.net_change
language sql
stable
rows 1000
set search_path = ''
as $$
    with member as (
        select
            detections.community,
            detections.user_id,
            min(detections.id) as first_id,
            max(detections.id) as last_id
        from public.detections
        where detections.id = any (net_changes.changes)
        group by detections.community, detections.user_id
    ),
    span as (
        select
            member.last_id,
            latest as after,
            started.id = latest.id as is_one,
            case when started.kind <> 'new' then coalesce(started.previous_level, started.seniority_level) end as level,
            case when started.kind <> 'new' then coalesce(started.previous_title, started.title) end as title,
            case when started.kind <> 'new' then coalesce(started.previous_company, started.company) end as company,
            case when started.kind <> 'new' then coalesce(started.previous_functions, started.functions) end as functions
        from member
        join public.detections as started on started.id = member.first_id
        cross join lateral (
            select detections.*
            from public.detections
            where detections.community = member.community
                and detections.user_id = member.user_id
                and detections.id >= member.first_id
                and (detections.detected_at < net_changes.until or detections.id <= member.last_id)
            order by detections.id desc
            limit 1
        ) as latest
    )
    select
        span.last_id,
        (span.after).community,
        (span.after).user_id,
        difference.kind,
        (span.after).seniority_level,
        case when span.level is distinct from (span.after).seniority_level then span.level end,
        (span.after).title,
        case when span.title is distinct from (span.after).title then span.title end,
        (span.after).company,
        case when span.company is distinct from (span.after).company then span.company end,
        case when (span.after).kind = 'left' then coalesce(span.functions, '{}') else (span.after).functions end,
        (span.after).username,
        (span.after).country,
        (span.after).country_code,
        (span.after).account_id,
        (span.after).joined_at,
        (span.after).detected_at,
        (span.after).email_domain,
        (span.after).profile_url,
        (span.after).id
    from span
    left join public.levels as earlier on earlier.level = span.level
    left join public.levels as later on later.level = (span.after).seniority_level
    cross join lateral (
        select case
            when span.is_one then (span.after).kind
            when span.level is null and (span.after).seniority_level is null then null
            when span.level is null then 'new'
            when (span.after).seniority_level is null then 'left'
            when later.rank < earlier.rank then 'promotion'
            when later.rank > earlier.rank then 'demotion'
            when not pathfinder.same_company(span.company, (span.after).company) then 'moved'
            when not (span.functions @> (span.after).functions and span.functions <@ (span.after).functions) then 'role'
        end as kind
    ) as difference
$$;

revoke all on function pathfinder.net_changes(bigint[], timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.net_changes(bigint[], timestamptz) is
    'What happened to each member over some changes.';

-- source: people/people_json.sql
-- What happened to executives as messages, pages and events carry it: what they are, what they were where it changed,
-- and the account they belong to. All at once, as many are asked for.
-- Returns: rows (detection_id, person); person is {"detection_id", "community", "user_id", "username", "kind", "title",
--   "previous_title", "level", "previous_level", "company", "previous_company", "country", "country_name", "functions",
--   "account": {"name", "tier", "owner", "region", "is_watched", "is_first"}, "email_domain", "profile_url",
--   "joined_at", "changed_at"}
-- Example: select * from pathfinder.people_json(array(select change from pathfinder.net_changes('{7}', now()) as change));
create or replace function pathfinder.people_json(changes pathfinder.net_change[])
returns table (detection_id bigint, person jsonb)
language sql
stable
rows 1000
set search_path = ''
as $$
    select change.detection_id, jsonb_build_object(
        'detection_id', change.detection_id,
        'community', change.community,
        'user_id', change.user_id,
        'username', change.username,
        'kind', change.kind,
        'title', change.title,
        'previous_title', change.previous_title,
        'level', change.level,
        'previous_level', change.previous_level,
        'company', change.company,
        'previous_company', change.previous_company,
        'country', coalesce(change.country_code, change.country),
        'country_name', coalesce(countries.name, change.country),
        'functions', change.functions,
        'account', case when accounts.id is not null then jsonb_build_object(
            'name', accounts.name,
            'tier', accounts.tier,
            'owner', accounts.owner,
            'region', accounts.region,
            'is_watched', accounts.is_watched,
            'is_first', change.kind = 'new' and not exists (
                select from public.detections as earlier
                where earlier.account_id = accounts.id
                    and earlier.id < change.detection_id
                    and (earlier.community, earlier.user_id) <> (change.community, change.user_id)
            )
            -- Whose changes detection_retention has deleted.
            and not exists (
                select from public.user_state as known
                where known.account_id = accounts.id
                    and known.first_detected_at < change.changed_at
                    and (known.community, known.user_id) <> (change.community, change.user_id)
                    and not exists (
                        select from public.detections as theirs
                        where theirs.community = known.community and theirs.user_id = known.user_id
                    )
            )
        ) end,
        'email_domain', change.email_domain,
        'profile_url', pathfinder.profile_link(
            change.user_id, change.username, change.profile_url, settings.profile_url_template
        ),
        'joined_at', change.joined_at,
        'changed_at', change.changed_at
    )
    from unnest(people_json.changes) as change
    cross join public.settings
    left join public.accounts on accounts.id = change.account_id
    left join public.countries on countries.code = change.country_code
$$;

revoke all on function pathfinder.people_json(pathfinder.net_change[]) from public, anon, authenticated, service_role;

comment on function pathfinder.people_json(pathfinder.net_change[]) is
    'What happened to executives as messages carry it.';

-- source: people/place_change.sql
-- Trigger on detections: finds the country that is meant, and the account that the member belongs to after the change,
-- or belonged to before they left.
-- Returns: the row.
-- Example: update public.detections set email_domain = 'acme.com' where id = 7;
create or replace function pathfinder.place_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    new.country_code := pathfinder.find_country(new.country);
    new.account_id := pathfinder.find_account(
        new.email_domain, case when new.kind = 'left' then new.previous_company else new.company end
    );
    return new;
end
$$;

revoke all on function pathfinder.place_change() from public, anon, authenticated, service_role;

comment on function pathfinder.place_change() is 'Trigger: finds the country and the account of a change.';

-- source: people/place_executive.sql
-- Trigger on user_state: finds the country that is meant, and the account that the executive belongs to.
-- Returns: the row.
-- Example: update public.user_state set company = 'Acme, Inc.' where user_id = '2000';
create or replace function pathfinder.place_executive()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    new.country_code := pathfinder.find_country(new.country);
    new.account_id := pathfinder.find_account(new.email_domain, new.company);
    return new;
end
$$;

revoke all on function pathfinder.place_executive() from public, anon, authenticated, service_role;

comment on function pathfinder.place_executive() is 'Trigger: finds an executive''s country and account.';

-- source: people/preview_suppression.sql
-- Says whom a suppression would cover, before it does.
-- Returns: a JSON object with kind, value, key, community, how many executives and changes, how many of these
--   changes no digest has covered yet, and ten of the people.
-- Raises: 23514 and 22023 as the row itself would.
-- Example: select public.preview_suppression('company', 'Acme, Inc.');
create or replace function pathfinder.preview_suppression(kind text, value text, community text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    key text := pathfinder.check_suppression_value(preview_suppression.kind, preview_suppression.value);
    home text := pathfinder.suppression_community(preview_suppression.kind, key, preview_suppression.community);
begin
    return jsonb_build_object(
        'kind', preview_suppression.kind,
        'value', btrim(preview_suppression.value),
        'key', key,
        'community', home,
        'executives', (select count(*) from pathfinder.find_executives(preview_suppression.kind, key, home)),
        'people', coalesce(
            (
                select jsonb_agg(to_jsonb(person) order by person.first_detected_at, person.community, person.user_id)
                from (
                    select
                        executive.community, executive.user_id, executive.username, executive.title, executive.company,
                        executive.email_domain, executive.first_detected_at
                    from pathfinder.find_executives(preview_suppression.kind, key, home) as executive
                    order by executive.first_detected_at, executive.community, executive.user_id
                    limit 10
                ) as person
            ),
            '[]'
        )
    )
    || (
        select jsonb_build_object(
            'changes', count(*),
            'untold', count(*) filter (
                where not exists (
                    select from pathfinder.digest_ledger where digest_ledger.detection_id = detections.id
                )
            )
        )
        from pathfinder.covered_members(preview_suppression.kind, key, home) as member
        join public.detections
            on detections.community = member.community and detections.user_id = member.user_id
    );
end
$$;

create or replace function public.preview_suppression(kind text, value text, community text default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.preview_suppression(
        preview_suppression.kind, preview_suppression.value, preview_suppression.community
    )
$$;

revoke all on function pathfinder.preview_suppression(text, text, text) from public, anon, authenticated, service_role;
revoke all on function public.preview_suppression(text, text, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.preview_suppression(text, text, text) to service_role;
grant execute on function public.preview_suppression(text, text, text) to service_role;

comment on function pathfinder.preview_suppression(text, text, text) is 'Whom a suppression would cover.';
comment on function public.preview_suppression(text, text, text) is
    'Says whom a suppression would cover, before it does: how many executives and changes, and ten of the people.';

-- source: people/profile_link.sql
-- Where a member's page is: by the template, else what the community's API said.
-- Returns: text; null where neither says.
-- Example: select pathfinder.profile_link('2000', 'Ada', null, 'https://community.example.com/users/{user_id}');
create or replace function pathfinder.profile_link(user_id text, username text, otherwise text, template text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
    if template is null or template like '%{username}%' and coalesce(btrim(username), '') = '' then
        return nullif(btrim(otherwise), '');
    end if;
    return replace(
        replace(template, '{user_id}', pathfinder.encode_uri_part(user_id)),
        '{username}',
        coalesce(pathfinder.encode_uri_part(btrim(username)), '')
    );
end
$$;

revoke all on function pathfinder.profile_link(text, text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.profile_link(text, text, text, text) is 'Where a member''s page is.';

-- source: people/publish_event.sql
-- Queues an event for each active channel that gets events for machines. Whether the channel's filter lets it through
-- is asked when it is claimed.
-- Returns: nothing.
-- Example: select pathfinder.publish_event('report.published', '{"report_id": 3}', '3');
create or replace function pathfinder.publish_event(event text, subject jsonb, key text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    perform pathfinder.enqueue(
        'event',
        channels.name,
        jsonb_build_object('event', publish_event.event, 'occurred_at', now()) || publish_event.subject,
        format('event:%s:%s:%s', publish_event.event, publish_event.key, channels.name),
        20
    )
    from public.channels
    where channels.is_active and 'event' = any (channels.sends);
end
$$;

revoke all on function pathfinder.publish_event(text, jsonb, text) from public, anon, authenticated, service_role;

comment on function pathfinder.publish_event(text, jsonb, text) is
    'Queues an event for each channel that gets events for machines.';

-- source: people/queue_alert.sql
-- Notes that a channel is to be alerted about a change, and sees to a job that will do it once settings.alert_delay
-- is over. A job that waits already is enough, if it is due hardly sooner: it takes everybody who is noted for three
-- quarters of that time when it is claimed. Holding it with a share lock keeps it from being claimed before this
-- transaction is visible, and does not keep other webhooks waiting. One that is just being claimed is left alone, and
-- a new one made. A job that finds nobody left to tell about ends silently.
-- Returns: nothing.
-- Example: select pathfinder.queue_alert(7, channels, settings) from public.channels, public.settings;
create or replace function pathfinder.queue_alert(
    detection_id bigint, channel public.channels, configured public.settings
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    ripe_at constant timestamptz := clock_timestamp() + configured.alert_delay;
    due_at timestamptz;
begin
    insert into pathfinder.alerts (detection_id, channel)
    values (queue_alert.detection_id, channel.name)
    on conflict do nothing;
    if not found then
        return;
    end if;

    perform
    from public.outbox
    where outbox.kind = 'alert'
        and outbox.channel = channel.name
        and outbox.status = 'pending'
        and outbox.attempts = 0
        and outbox.run_at > ripe_at - greatest(configured.alert_delay / 4, interval '0.5 seconds')
    order by outbox.id desc
    limit 1
    for share skip locked;
    if found then
        return;
    end if;

    due_at := pathfinder.alert_due_at(channel, configured.time_zone, ripe_at);
    perform pathfinder.enqueue(
        'alert',
        channel.name,
        jsonb_build_object('due_at', due_at),
        format('alert:%s:%s', queue_alert.detection_id, channel.name),
        10,
        due_at
    );
end
$$;

revoke all on function pathfinder.queue_alert(bigint, public.channels, public.settings)
    from public, anon, authenticated, service_role;

comment on function pathfinder.queue_alert(bigint, public.channels, public.settings) is
    'Notes that a channel is to be alerted about a change.';

-- source: people/read_place.sql
-- Reads where a call that goes on in batches stopped: ["main", "2000"].
-- Returns: community and user_id; null for null and "".
-- Raises: 22023 for anything else.
-- Example: select pathfinder.read_place('["main", "2000"]');  -- {main,2000}
create or replace function pathfinder.read_place(place text)
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
begin
    if coalesce(place, '') = '' then
        return null;
    end if;
    return array[place::jsonb ->> 0, place::jsonb ->> 1];
exception when invalid_text_representation then
    raise exception 'after: "%" is no place that an answer named as next', left(place, 60)
        using errcode = '22023', hint = 'Pass what the answer before gave as "next", or nothing to begin.';
end
$$;

revoke all on function pathfinder.read_place(text) from public, anon, authenticated, service_role;

comment on function pathfinder.read_place(text) is 'Reads where a call that goes on in batches stopped.';

-- source: people/reclassify.sql
-- Re-applies the rules in force to retained titles, those of executives included, a batch of members at a time. What
-- changes is recorded, and told only with announce.
-- Returns: {"dry_run", "announced", "rules_version", "examined", "changes": {"found", "removed", "raised", "lowered"},
--   "people": [{"community", "user_id", "title", "before", "after"}], "next": pass it as `after`; null at the end}.
-- Raises: 22023 for a community that there is none of, or an `after` that no call gave.
-- Example: select public.reclassify(dry_run => false);
create or replace function pathfinder.reclassify(
    dry_run boolean,
    announce boolean,
    batch_size integer,
    after text,
    community text
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    started constant timestamptz := clock_timestamp();
    size constant integer := greatest(batch_size, 1);
    begins constant text[] := coalesce(pathfinder.read_place(reclassify.after), '{"",""}');
    origin constant text := case
        when (select rule_versions.change ->> 'operation' from public.rule_versions order by version desc limit 1) = 'levels'
            then 'level'
        else 'reclassification'
    end;
    member record;
    place text;
    change jsonb;
    changes jsonb := '[]';
    examined integer := 0;
    answer jsonb;
begin
    if reclassify.community is not null then
        perform pathfinder.the_community(reclassify.community);
    end if;
    for member in
        select known.community, known.user_id
        from (
            select state.community, state.user_id
            from public.user_state as state
            where (state.community, state.user_id) > (begins[1], begins[2])
            union
            select event.community, event.user_id
            from public.events_raw as event
            where (event.community, event.user_id) > (begins[1], begins[2])
                and event.attribute = 'title'
                and event.state = 'processed'
        ) as known
        where reclassify.community is null or known.community = reclassify.community
        order by known.community, known.user_id
        limit size
    loop
        -- Most stay what they are, and no lock is taken for them.
        change := pathfinder.reclassify_member(member.community, member.user_id, true, announce, origin);
        if change is not null and not dry_run then
            perform pathfinder.lock_member(member.community, member.user_id);
            change := pathfinder.reclassify_member(member.community, member.user_id, false, announce, origin);
        end if;
        if change ->> 'before' <> change ->> 'after' then
            changes := changes || change;
        end if;
        examined := examined + 1;
        place := json_build_array(member.community, member.user_id);
    end loop;

    answer := jsonb_build_object(
        'dry_run', dry_run,
        'announced', announce and not dry_run,
        'rules_version', (select max(rule_versions.version) from public.rule_versions),
        'examined', examined,
        'changes', (
            select jsonb_build_object(
                'found', count(*) filter (where entry.value ->> 'before' = 'none'),
                'removed', count(*) filter (where entry.value ->> 'after' = 'none'),
                'raised', count(*) filter (where later.rank < earlier.rank),
                'lowered', count(*) filter (where later.rank > earlier.rank)
            )
            from jsonb_array_elements(changes) as entry
            left join public.levels as earlier on earlier.level = entry.value ->> 'before'
            left join public.levels as later on later.level = entry.value ->> 'after'
        ),
        'people', changes,
        'next', case when examined = size then place end
    );
    if not dry_run then
        -- Members' titles are left out: the ledger outlives them.
        insert into public.job_runs (job, period, started_at, finished_at, outcome, result)
        values (
            'reclassify', to_char(started at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), started,
            clock_timestamp(), 'done', answer - '{people,next}'::text[]
        );
    end if;
    return answer;
end
$$;

revoke all on function pathfinder.reclassify(boolean, boolean, integer, text, text)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.reclassify(boolean, boolean, integer, text, text) to service_role;

comment on function pathfinder.reclassify(boolean, boolean, integer, text, text) is
    'Re-applies the rules to retained titles, a batch at a time.';

create or replace function public.reclassify(
    dry_run boolean default true,
    announce boolean default false,
    batch_size integer default 1000,
    after text default null,
    community text default null
)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.reclassify(
        coalesce(reclassify.dry_run, true), coalesce(reclassify.announce, false),
        coalesce(reclassify.batch_size, 1000), reclassify.after, reclassify.community
    )
$$;

revoke all on function public.reclassify(boolean, boolean, integer, text, text)
    from public, anon, authenticated, service_role;
grant execute on function public.reclassify(boolean, boolean, integer, text, text) to service_role;

comment on function public.reclassify(boolean, boolean, integer, text, text) is
    'Re-applies the rules to retained titles, in batches; a dry run by default.';

-- source: people/reclassify_member.sql
-- Applies the rules in force to one member's retained title: that of an executive, or of the last webhook about it.
-- The member is locked, unless it is a dry run.
-- Returns: what changes, {"community", "user_id", "title", "before", "after"}, with "none" for no level; null when
--   nothing is to be done.
-- Example: select pathfinder.reclassify_member('main', '2000', true, false, 'reclassification');
create or replace function pathfinder.reclassify_member(
    community text,
    user_id text,
    dry_run boolean,
    announce boolean,
    origin text
)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
    known public.user_state;
    person public.user_state;
    judgement record;
begin
    if not dry_run then
        perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
    end if;
    select state.* into known
    from public.user_state as state
    where state.community = reclassify_member.community and state.user_id = reclassify_member.user_id;
    person := known;
    if known.user_id is null then
        person := pathfinder.retained_executive(reclassify_member.community, reclassify_member.user_id);
        if person.user_id is null then
            return null;
        end if;
    end if;
    judgement := pathfinder.classify(person.title);
    person.seniority_level := judgement.level;
    person.matched_rule := judgement.matched_rule;
    person.rules_version := judgement.rules_version;
    if judgement.level is null and known.user_id is null
        or judgement.level = known.seniority_level
            and known.matched_rule is not distinct from judgement.matched_rule
            and known.functions = pathfinder.find_functions(
                known.title, known.department, judgement.charges
            ) then
        return null;
    end if;

    if dry_run then
        null;
    elsif judgement.level is not null then
        perform pathfinder.settle_executive(
            known, person, reclassify_member.origin, announce, judgement.charges
        );
    else
        perform pathfinder.depart(known, reclassify_member.origin, announce);
    end if;
    return jsonb_build_object(
        'community', reclassify_member.community,
        'user_id', reclassify_member.user_id,
        'title', person.title,
        'before', coalesce(known.seniority_level, 'none'),
        'after', coalesce(judgement.level, 'none')
    );
end
$$;

revoke all on function pathfinder.reclassify_member(text, text, boolean, boolean, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.reclassify_member(text, text, boolean, boolean, text) is
    'Applies the rules in force to one member''s retained title.';

-- source: people/reclassify_when_due.sql
-- Re-applies the rules to retained titles ten minutes after the last edit, a batch at a time until all are judged by
-- the rules that were in force when it began. Executives of a level that was switched off go at once.
-- Returns: how many members it looked at.
-- Raises: whatever classification raises.
-- Example: select pathfinder.reclassify_when_due(now());
create or replace function pathfinder.reclassify_when_due(moment timestamptz)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    done pathfinder.reclassification;
    edits pathfinder.rule_edits;
    answer jsonb;
begin
    select * into done from pathfinder.reclassification;
    select * into edits from pathfinder.rule_edits;
    if done.next_version is null then
        if edits.version is not distinct from done.version
            or edits.edited_at > reclassify_when_due.moment - interval '10 minutes'
                and not exists (
                    select from public.user_state
                    join public.levels on levels.level = user_state.seniority_level
                    where not levels.is_on
                ) then
            return 0;
        end if;
        done.next_version := edits.version;
    end if;

    answer := pathfinder.reclassify(false, false, 1000, done.after, null);
    update pathfinder.reclassification
    set after = answer ->> 'next',
        next_version = case when answer ->> 'next' is not null then done.next_version end,
        version = case when answer ->> 'next' is null then done.next_version else reclassification.version end;
    return (answer ->> 'examined')::integer;
end
$$;

revoke all on function pathfinder.reclassify_when_due(timestamptz) from public, anon, authenticated, service_role;

comment on function pathfinder.reclassify_when_due(timestamptz) is
    'Re-applies the rules to retained titles ten minutes after the last edit.';

-- source: people/record_change.sql
-- Records what happened to an executive, and announces it if it is told: one change at most, with what was before
-- wherever it changed beyond spelling. Where nothing happened, the member's newest change is completed. `person` is
-- null for who left: the change holds what they were.
-- Returns: nothing.
-- Raises: whatever announcing raises.
-- Example: select pathfinder.record_change(known, person, 'webhook', true);
create or replace function pathfinder.record_change(
    known public.user_state,
    person public.user_state,
    origin text,
    told boolean
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    stays_there constant boolean := pathfinder.same_company(known.company, person.company);
    kind constant text := pathfinder.change_kind(known, person, stays_there);
    lasting constant public.user_state := case when person.user_id is null then known else person end;
    recorded public.detections;
begin
    if kind is null then
        perform pathfinder.complete_change(person);
        return;
    end if;
    insert into public.detections (
        community, user_id, username, title, seniority_level, functions, country, country_code, company, account_id,
        joined_at, kind, previous_title, previous_level, previous_functions, previous_company, origin, is_told,
        matched_rule, rules_version, email_domain, profile_url
    )
    values (
        lasting.community, lasting.user_id, lasting.username, person.title, person.seniority_level,
        coalesce(person.functions, '{}'), lasting.country, lasting.country_code, person.company, lasting.account_id,
        lasting.joined_at, kind,
        case
            when known.title is not null
                and pathfinder.name_key(person.title) is distinct from pathfinder.name_key(known.title)
                then known.title
        end,
        case when person.seniority_level is distinct from known.seniority_level then known.seniority_level end,
        case
            when person.functions is null
                or not (person.functions @> known.functions and person.functions <@ known.functions)
                then known.functions
        end,
        case when stays_there is not true then known.company end,
        record_change.origin, record_change.told, lasting.matched_rule, lasting.rules_version, lasting.email_domain,
        lasting.profile_url
    )
    returning * into recorded;
    if told then
        perform pathfinder.announce_detection(recorded);
    end if;
end
$$;

revoke all on function pathfinder.record_change(public.user_state, public.user_state, text, boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.record_change(public.user_state, public.user_state, text, boolean) is
    'Records what happened to an executive, and announces it if it is told.';

-- source: people/refuse_domain.sql
-- Refuses a domain that is none, or that many companies share: public mail providers, and endings such as co.uk.
-- Returns: nothing.
-- Raises: 23514 with a sentence, and a hint that says what to write.
-- Example: select pathfinder.refuse_domain('acme', pathfinder.domain_key('acme'), true);
create or replace function pathfinder.refuse_domain(written text, domain text, providers_too boolean)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
    kind text;
begin
    if refuse_domain.domain is null then
        raise check_violation using
            message = format('%L is no domain', left(refuse_domain.written, 60)),
            hint = 'Write what stands after the @ of e-mail addresses, such as acme.com.';
    end if;
    select shared_domains.kind into kind
    from pathfinder.shared_domains
    where shared_domains.domain = refuse_domain.domain
        or (shared_domains.kind = 'provider' and refuse_domain.domain like '%.' || shared_domains.domain)
    limit 1;
    if kind = 'ending' or (kind = 'provider' and refuse_domain.providers_too) then
        raise check_violation using
            message = case kind
                when 'ending' then format('%s is the ending of many companies'' domains', refuse_domain.domain)
                else format('%s gives e-mail addresses to everybody', refuse_domain.domain)
            end,
            hint = 'Write a domain that only this company uses, such as acme.com.';
    end if;
end
$$;

revoke all on function pathfinder.refuse_domain(text, text, boolean) from public, anon, authenticated, service_role;

comment on function pathfinder.refuse_domain(text, text, boolean) is 'Refuses a domain that is none, or that many share.';

-- source: people/release_account.sql
-- Trigger on accounts: whom an account that goes away held belongs to another one from now on, or to none.
-- Returns: the row.
-- Example: delete from public.accounts where name = 'Acme';
create or replace function pathfinder.release_account()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    delete from pathfinder.account_keys where account_keys.account_id = old.id;
    -- A list of accounts matches everybody once, at its end.
    if current_setting('pathfinder.importing', true) is distinct from 'yes' then
        perform pathfinder.match_executives(old.id);
    end if;
    return old;
end
$$;

revoke all on function pathfinder.release_account() from public, anon, authenticated, service_role;

comment on function pathfinder.release_account() is 'Trigger: finds anew to whom the people of a deleted account belong.';

-- source: people/release_corrections.sql
-- Deletes what was corrected of members who are no executives and suppressed for good by what their webhooks say, with
-- what was recorded of them: whom a corrected title had let go no one else finds.
-- Returns: nothing.
-- Example: select pathfinder.release_corrections();
create or replace function pathfinder.release_corrections()
returns void
language sql
volatile
set search_path = ''
as $$
    select
        pathfinder.keep_away(member.community, member.user_id),
        pathfinder.take_back(member.community, member.user_id)
    from (select distinct corrections.community, corrections.user_id from pathfinder.corrections) as member
    cross join lateral pathfinder.retained_values(member.community, member.user_id) as said
    where not exists (
            select from public.user_state
            where user_state.community = member.community and user_state.user_id = member.user_id
        )
        and not exists (
            select from pathfinder.set_aside
            where set_aside.community = member.community and set_aside.user_id = member.user_id
        )
        and pathfinder.suppressed_until(
            member.community,
            member.user_id,
            pathfinder.domain_key(said ->> 'email'),
            said ->> 'company'
        ) = 'infinity'
$$;

revoke all on function pathfinder.release_corrections() from public, anon, authenticated, service_role;

comment on function pathfinder.release_corrections() is
    'Deletes what was corrected of members who are no executives and suppressed for good.';

-- source: people/remember_registration.sql
-- Remembers when a member joined, so that a later detection can say so. The earliest time known counts.
-- Returns: nothing.
-- Example: select pathfinder.remember_registration('main', '2000', '2019-10-10T16:07:21+02:00');
create or replace function pathfinder.remember_registration(community text, user_id text, joined_at timestamptz)
returns void
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_column
begin
    insert into pathfinder.registrations as known (community, user_id, joined_at)
    values (remember_registration.community, remember_registration.user_id, remember_registration.joined_at)
    on conflict (community, user_id) do update
    set joined_at = excluded.joined_at
    where known.joined_at > excluded.joined_at;
end
$$;

revoke all on function pathfinder.remember_registration(text, text, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.remember_registration(text, text, timestamptz) is
    'Remembers when a member joined, so that a later detection can say so.';

-- source: people/remember_registrations.sql
-- Remembers when many members joined; of each the earliest time known counts.
-- Returns: nothing.
-- Example: select pathfinder.remember_registrations(array[member]);
create or replace function pathfinder.remember_registrations(people pathfinder.listed_member[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    any_forgotten constant boolean := exists (select from pathfinder.forgotten);
begin
    insert into pathfinder.registrations as known (community, user_id, joined_at)
    select person.community, person.user_id, least(person.joined_at, now())
    from unnest(people) as person
    where person.joined_at is not null
        -- Most projects have forgotten nobody, and pay nothing: asked once, not of each.
        and not (any_forgotten and pathfinder.is_forgotten(person.community, person.user_id))
    -- Two batches lock what they share in the same order.
    order by person.community, person.user_id
    on conflict (community, user_id) do update
    set joined_at = excluded.joined_at
    where known.joined_at > excluded.joined_at;
end
$$;

revoke all on function pathfinder.remember_registrations(pathfinder.listed_member[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.remember_registrations(pathfinder.listed_member[]) is 'Remembers when many members joined.';

-- source: people/remove_digest_files.sql
-- Has the worker remove the file with everybody in a digest, as whoever is erased may stand in it; a digest that is
-- still to be sent gets another without them.
-- Returns: nothing.
-- Example: select pathfinder.remove_digest_files(7, '2026-11-20T22:00:00Z');
create or replace function pathfinder.remove_digest_files(digest_id bigint, week_end timestamptz)
returns void
language sql
volatile
set search_path = ''
as $$
    select pathfinder.enqueue(
        'file_removal',
        null,
        jsonb_build_object(
            'folder', 'digests/' || to_char(remove_digest_files.week_end at time zone 'UTC', 'YYYY-MM-DD'),
            'ending', format('-%s.csv', remove_digest_files.digest_id)
        ),
        format(
            'file_removal:%s:%s', remove_digest_files.digest_id, to_char(clock_timestamp(), 'YYYYMMDD"T"HH24MISSUS')
        ),
        30
    )
$$;

revoke all on function pathfinder.remove_digest_files(bigint, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.remove_digest_files(bigint, timestamptz) is
    'Has the worker remove the file with everybody in a digest.';

-- source: people/remove_suppression.sql
-- Ends a suppression.
-- Returns: the row that is gone, as JSON; null when there is none of that number.
-- Example: select public.remove_suppression(3);
create or replace function public.remove_suppression(id bigint)
returns jsonb
language sql
set search_path = ''
as $$
    delete from public.suppressions
    where suppressions.id = remove_suppression.id
    returning to_jsonb(suppressions)
$$;

revoke all on function public.remove_suppression(bigint) from public, anon, authenticated, service_role;
grant execute on function public.remove_suppression(bigint) to service_role;

comment on function public.remove_suppression(bigint) is 'Ends a suppression; whom it covered counts again.';

-- source: people/reopen_digests.sql
-- Trigger: what enrichment has just learned of a change gives it another chance in the next digest of the channels
-- that were not told of it, unless they have been told something newer of the member. Whatever else completes a
-- change later (an account that is added) does not: that would be news of long ago.
-- Returns: nothing of use.
-- Example: create trigger … after update of country on public.detections for each row when (…) execute function
--   pathfinder.reopen_digests();
create or replace function pathfinder.reopen_digests()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
    delete from pathfinder.digest_ledger
    where digest_ledger.detection_id = new.id
        and digest_ledger.outcome = 'unmatched'
        and exists (
            select from public.outbox
            where outbox.dedupe_key = 'enrichment:' || new.id and outbox.finished_at = now()
        )
        and not exists (
            select
            from pathfinder.digest_ledger as newer
            join public.detections on detections.id = newer.detection_id
            where newer.channel = digest_ledger.channel
                and newer.outcome = 'told'
                and detections.community = new.community
                and detections.user_id = new.user_id
                and detections.id > new.id
        );
    return null;
end
$$;

revoke all on function pathfinder.reopen_digests() from public, anon, authenticated, service_role;

comment on function pathfinder.reopen_digests() is
    'Trigger: gives a change that enrichment completed another chance in the next digest.';

-- source: people/retained_executive.sql
-- Describes a member who is no executive by what retained_member() goes by, unless they are suppressed, or put aside.
-- Returns: a row for user_state, without a level; null where there is nothing to go by.
-- Example: select (pathfinder.retained_executive('main', '2000')).title;
create or replace function pathfinder.retained_executive(community text, user_id text)
returns public.user_state
language sql
stable
set search_path = ''
as $$
    select retained.*
    from pathfinder.retained_member(retained_executive.community, retained_executive.user_id) as retained
    where retained.user_id is not null
        and not exists (
            select from pathfinder.set_aside
            where set_aside.community = retained.community and set_aside.user_id = retained.user_id
        )
        and pathfinder.suppressed_until(
            retained.community, retained.user_id, retained.email_domain, retained.company
        ) is null
$$;

revoke all on function pathfinder.retained_executive(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.retained_executive(text, text) is
    'Describes a member who is no executive, nor suppressed, by the last webhook about the title.';

-- source: people/retained_member.sql
-- Describes a member who is no executive by the last webhook about the title that is still retained, also whoever is
-- suppressed. Whoever left the community since, or was forgotten, stays what they are.
-- Returns: a row for user_state, without a level; null where there is nothing to go by.
-- Example: select (pathfinder.retained_member('main', '2000')).title;
create or replace function pathfinder.retained_member(community text, user_id text)
returns public.user_state
language plpgsql
stable
set search_path = ''
as $$
declare
    event public.events_raw;
    person public.user_state;
begin
    -- Ordered as webhooks were applied; events of one member take turns.
    select stored.* into event
    from public.events_raw as stored
    where stored.community = retained_member.community
        and stored.user_id = retained_member.user_id
        and (stored.attribute = 'title' or stored.kind = 'departure')
        and stored.state = 'processed'
    order by stored.settled_at desc, stored.id desc
    limit 1;
    if event.id is null or event.kind = 'departure' or event.value is null
        or pathfinder.is_forgotten(event.community, event.user_id) then
        return null;
    end if;
    person := pathfinder.describe_member(
        row(
            event.id, event.community, event.user_id, event.username, event.attribute, event.value, event.details,
            event.occurred_at, event.profile_field
        ),
        null
    );
    return case when person.title is not null then person end;
end
$$;

revoke all on function pathfinder.retained_member(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.retained_member(text, text) is
    'Describes a member who is no executive by the last webhook about the title.';

-- source: people/retained_values.sql
-- Finds what a member's events that are still retained say last of all that is no title.
-- Returns: {"company", "country", "department", "email" (its domain)}; an attribute is null, or missing, when nothing
--   is known of it, or when the member cleared it.
-- Example: select pathfinder.retained_values('main', '2000') ->> 'company';
create or replace function pathfinder.retained_values(community text, user_id text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
    return (
        select jsonb_object_agg(latest.attribute, latest.value)
        from (
            select distinct on (known.attribute) known.attribute, known.value
            from (
                select
                    said.attribute,
                    said.value,
                    stored.settled_at,
                    stored.id,
                    -- Whatever came last, what happened before something else that is known is not the latest.
                    coalesce(
                        stored.occurred_at < max(stored.occurred_at) over (partition by said.attribute), false
                    ) as is_older
                from public.events_raw as stored
                cross join lateral (
                    select stored.attribute, stored.value
                    union all
                    select detail.key, detail.value
                    from jsonb_each_text(stored.details) as detail
                    where detail.key is distinct from stored.attribute
                ) as said
                where stored.community = retained_values.community
                    and stored.user_id = retained_values.user_id
                    and stored.state = 'processed'
                    and said.attribute in ('company', 'country', 'department', 'email')
            ) as known
            order by known.attribute, known.is_older, known.settled_at desc, known.id desc
        ) as latest
    );
end
$$;

revoke all on function pathfinder.retained_values(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.retained_values(text, text) is
    'What a member''s events that are still retained say last of all that is no title.';

-- source: people/same_company.sql
-- Whether two names are of one company: the same but for spelling and legal forms, or names of one account.
-- Returns: true or false; null where one is not known.
-- Example: select pathfinder.same_company('Acme, Inc.', 'ACME');  -- true
create or replace function pathfinder.same_company(one text, other text)
returns boolean
language plpgsql
stable
strict
set search_path = ''
as $$
declare
    one_key text;
    other_key text;
begin
    if one = other then
        return true;
    end if;
    one_key := pathfinder.company_key(one);
    other_key := pathfinder.company_key(other);
    return one_key = other_key or exists (
        select
        from pathfinder.account_keys as of_one
        join pathfinder.account_keys as of_other on of_other.account_id = of_one.account_id
        where of_one.kind = 'company' and of_one.key = one_key and of_other.kind = 'company' and of_other.key = other_key
    );
end
$$;

revoke all on function pathfinder.same_company(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.same_company(text, text) is 'Whether two names are of one company.';

-- source: people/settle_executive.sql
-- Settles what an executive is now, whatever it was learned from: whoever is suppressed is taken back, anybody else is
-- kept, and what happened to them is recorded. `known` is what they were, null for somebody new. The member's lock and
-- a share of suppression_lock() are held. `charges` is what classify() said of the title, where it was just asked.
-- Returns: the level after it; null for whoever is suppressed.
-- Example: select pathfinder.settle_executive(known, person, 'webhook', true);
create or replace function pathfinder.settle_executive(
    known public.user_state,
    person public.user_state,
    origin text,
    told boolean,
    charges text[] default null
)
returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
    ends_at constant timestamptz := pathfinder.suppressed_until(
        person.community, person.user_id, person.email_domain, person.company
    );
begin
    if ends_at is not null then
        perform pathfinder.suppress_executive(person, ends_at);
        return null;
    end if;
    if (known.title, known.department, known.rules_version)
        is distinct from (person.title, person.department, person.rules_version) then
        person.functions := pathfinder.find_functions(person.title, person.department, charges);
    end if;
    -- Stored, the row has the country and the account that were found for it.
    if known.user_id is null then
        delete from pathfinder.set_aside
        where set_aside.community = person.community and set_aside.user_id = person.user_id;
        insert into public.user_state values (person.*) returning * into person;
    else
        update public.user_state as state
        set username = person.username,
            title = person.title,
            seniority_level = person.seniority_level,
            functions = person.functions,
            country = person.country,
            company = person.company,
            department = person.department,
            joined_at = person.joined_at,
            last_seen_at = person.last_seen_at,
            title_occurred_at = person.title_occurred_at,
            title_field = person.title_field,
            rules_version = person.rules_version,
            matched_rule = person.matched_rule,
            email_domain = person.email_domain,
            profile_url = person.profile_url
        where state.community = known.community and state.user_id = known.user_id
        returning state.* into person;
    end if;
    perform pathfinder.record_change(known, person, settle_executive.origin, settle_executive.told);
    return person.seniority_level;
end
$$;

revoke all on function pathfinder.settle_executive(public.user_state, public.user_state, text, boolean, text[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.settle_executive(public.user_state, public.user_state, text, boolean, text[]) is
    'Settles what an executive is now: kept with what happened to them, or taken back.';

-- source: people/statement_key.sql
-- Reduces what a profile says to what it means, so that another spelling is no other statement.
-- Returns: text; empty for nothing.
-- Example: select pathfinder.statement_key('company', 'Acme, Inc.');  -- acme
create or replace function pathfinder.statement_key(attribute text, value text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
    return coalesce(
        case attribute
            when 'company' then pathfinder.company_key(value)
            when 'country' then coalesce(pathfinder.find_country(value), pathfinder.name_key(value))
            else pathfinder.name_key(value)
        end,
        ''
    );
end
$$;

revoke all on function pathfinder.statement_key(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.statement_key(text, text) is 'What a profile''s value means, however it is spelt.';

-- source: people/suppress_executive.sql
-- Takes an executive who is suppressed out of everything that is shown. Until an end they are set aside; for good,
-- nothing of them is kept but a corrected company that suppresses them.
-- Returns: nothing.
-- Example: select pathfinder.suppress_executive(person, 'infinity');
create or replace function pathfinder.suppress_executive(person public.user_state, ends_at timestamptz)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    delete from public.user_state
    where user_state.community = person.community and user_state.user_id = person.user_id;
    delete from pathfinder.set_aside
    where set_aside.community = person.community and set_aside.user_id = person.user_id;
    if isfinite(suppress_executive.ends_at) then
        insert into pathfinder.set_aside values (person.*, suppress_executive.ends_at);
    else
        perform pathfinder.keep_away(person.community, person.user_id);
    end if;
    perform pathfinder.take_back(person.community, person.user_id);
end
$$;

revoke all on function pathfinder.suppress_executive(public.user_state, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.suppress_executive(public.user_state, timestamptz) is
    'Takes an executive who is suppressed out of everything that is shown.';

-- source: people/suppressed_until.sql
-- Until when somebody is to be neither announced nor counted nor shown, seen from a moment.
-- Returns: the end of what covers them longest, infinity where it has none; null for whoever is not suppressed.
-- Example: select pathfinder.suppressed_until('main', '2000', 'acme.com', 'Acme, Inc.');
create or replace function pathfinder.suppressed_until(
    community text,
    user_id text,
    email_domain text,
    company text,
    moment timestamptz default now()
)
returns timestamptz
language plpgsql
stable
parallel safe
set search_path = ''
as $$
declare
    company_key text;
    domains text[];
begin
    -- Most projects suppress nobody, and pay nothing.
    if not exists (select from public.suppressions) then
        return null;
    end if;
    company_key := pathfinder.company_key(suppressed_until.company);
    domains := pathfinder.domain_suffixes(suppressed_until.email_domain);
    return (
        select max(coalesce(suppressions.until, 'infinity'))
        from public.suppressions
        where suppressions.key = any (domains || array[suppressed_until.user_id, company_key])
            and case suppressions.kind
                when 'member' then suppressions.key = suppressed_until.user_id
                when 'company' then suppressions.key = company_key
                else suppressions.key = any (domains)
            end
            and (suppressions.community is null or suppressions.community = suppressed_until.community)
            and (suppressions.until is null or suppressions.until > suppressed_until.moment)
    );
end
$$;

revoke all on function pathfinder.suppressed_until(text, text, text, text, timestamptz)
from public, anon, authenticated, service_role;

comment on function pathfinder.suppressed_until(text, text, text, text, timestamptz) is
    'Until when somebody is to be neither announced nor counted nor shown; null for whoever is not suppressed.';

-- source: people/suppression_community.sql
-- The community in which a suppression holds. A member is one in a community; a domain or a company may hold in all.
-- Returns: its name; null for all.
-- Raises: 22023 that names the communities, when there is none of that name, or several could be meant.
-- Example: select pathfinder.suppression_community('company', 'acme', null);
create or replace function pathfinder.suppression_community(kind text, key text, community text)
returns text
language sql
stable
set search_path = ''
as $$
    select case
        when suppression_community.kind = 'member'
            then pathfinder.the_community(nullif(btrim(suppression_community.community), ''), suppression_community.key)
        when btrim(suppression_community.community) <> ''
            then pathfinder.the_community(btrim(suppression_community.community))
    end
$$;

revoke all on function pathfinder.suppression_community(text, text, text)
from public, anon, authenticated, service_role;

comment on function pathfinder.suppression_community(text, text, text) is 'The community in which a suppression holds.';

-- source: people/suppression_key.sql
-- What a suppression is compared by: the id as it is, the domain, or the company's key.
-- Returns: text; null when the value is none of that kind.
-- Example: select pathfinder.suppression_key('company', 'Acme, Inc.');  -- acme
create or replace function pathfinder.suppression_key(kind text, value text)
returns text
language sql
immutable
strict
parallel safe
set search_path = ''
as $$
    select case suppression_key.kind
        when 'member' then nullif(btrim(suppression_key.value), '')
        when 'domain' then pathfinder.domain_key(suppression_key.value)
        when 'company' then pathfinder.company_key(suppression_key.value)
    end
$$;

revoke all on function pathfinder.suppression_key(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.suppression_key(text, text) is 'What a suppression is compared by; null for no such value.';

-- source: people/suppression_lock.sql
-- The key of the advisory lock that keeps suppressions and people apart: whoever changes what is known of somebody
-- shares it, whoever suppresses has it alone, so that neither misses what the other does at the same moment.
-- Returns: bigint.
-- Example: select pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
create or replace function pathfinder.suppression_lock()
returns bigint
language sql
immutable
parallel safe
set search_path = ''
as $$
    select hashtextextended('pathfinder.suppressions', 0)
$$;

revoke all on function pathfinder.suppression_lock() from public, anon, authenticated, service_role;

comment on function pathfinder.suppression_lock() is 'The key of the lock that keeps suppressions and people apart.';

-- source: people/take_alerts.sql
-- Gives an alert job the changes that have waited long enough for its channel, and with each what else happened to the
-- same member since. At a later attempt it keeps what it has.
-- Returns: nothing.
-- Example: select pathfinder.take_alerts(12, 'sales');
create or replace function pathfinder.take_alerts(job_id bigint, channel text)
returns void
language sql
volatile
set search_path = ''
as $$
    update pathfinder.alerts
    set job_id = take_alerts.job_id, taken_at = clock_timestamp()
    from public.detections
    where alerts.channel = take_alerts.channel
        and alerts.job_id is null
        and detections.id = alerts.detection_id
        and not exists (select from pathfinder.alerts as taken where taken.job_id = take_alerts.job_id)
        and exists (
            select
            from pathfinder.alerts as ripe
            join public.detections as change on change.id = ripe.detection_id
            cross join public.settings
            where ripe.channel = take_alerts.channel
                and ripe.job_id is null
                and ripe.queued_at <= clock_timestamp()
                    - settings.alert_delay + greatest(settings.alert_delay / 4, interval '0.5 seconds')
                and change.community = detections.community
                and change.user_id = detections.user_id
        )
$$;

revoke all on function pathfinder.take_alerts(bigint, text) from public, anon, authenticated, service_role;

comment on function pathfinder.take_alerts(bigint, text) is
    'Gives an alert job the changes that have waited long enough for its channel.';

-- source: people/take_back.sql
-- Takes back what was recorded of a member who is not to be shown: from digests, alerts, reports and jobs. A report
-- that told of them is counted and made anew at the next tick.
-- Returns: how many changes are gone.
-- Example: select pathfinder.take_back('main', '2000');
create or replace function pathfinder.take_back(community text, user_id text)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    removed integer;
begin
    if not exists (
        select from public.detections
        where detections.community = take_back.community and detections.user_id = take_back.user_id
    ) then
        return 0;
    end if;
    perform pathfinder.erase_from_digests(take_back.community, take_back.user_id);
    update public.reports
    set is_outdated = true
    from public.detections
    join public.reports as first_report on first_report.id = detections.report_id
    where detections.community = take_back.community
        and detections.user_id = take_back.user_id
        and reports.month_label = first_report.month_label
        and reports.revision >= first_report.revision;
    delete from public.outbox
    where outbox.kind = 'enrichment'
        and outbox.status <> 'running'
        and outbox.payload @> jsonb_build_object('community', take_back.community, 'user_id', take_back.user_id);
    delete from public.detections
    where detections.community = take_back.community and detections.user_id = take_back.user_id;
    get diagnostics removed = row_count;
    return removed;
end
$$;

revoke all on function pathfinder.take_back(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.take_back(text, text) is 'Takes back what was recorded of a member who is not to be shown.';

-- source: people/the_community.sql
-- Gives the community that a call means: the one it names, the only one, or the only one in which the member is known.
-- Returns: its name.
-- Raises: 22023 that names the communities, when there is none of that name, or when several could be meant.
-- Example: select pathfinder.the_community(null);  -- main
create or replace function pathfinder.the_community(community text, user_id text default null)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
    possible text[] := pathfinder.communities();
    homes text[];
begin
    if community is not null then
        if community <> all (possible) then
            raise exception 'there is no community "%"', community
                using errcode = '22023', hint = format('The communities are: %s.', array_to_string(possible, ', '));
        end if;
        return community;
    end if;
    if cardinality(possible) > 1 and user_id is not null then
        homes := array(
            select home.name from unnest(possible) as home (name) where pathfinder.is_member(home.name, user_id)
        );
        if cardinality(homes) > 0 then
            possible := homes;
        end if;
    end if;
    if cardinality(possible) > 1 then
        raise exception 'there are several communities: %', array_to_string(possible, ', ')
            using errcode = '22023', hint = 'Say which one is meant, as the argument community.';
    end if;
    return possible[1];
end
$$;

revoke all on function pathfinder.the_community(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.the_community(text, text) is
    'The community that a call means: named, the only one, or the only one in which the member is known.';

-- source: people/told_changes.sql
-- What a channel is told of some changes, member by member: what happened over them, and whether it is told, came to
-- nothing, is not what the channel is told of, or is of a muted member. `medium` is digest or alert, of which settings
-- say which kinds are told; null: every kind. The most important come first: watched accounts, the level, who rose or
-- moved, the newest.
-- Returns: rows (change, outcome, place); place counts those that are told, from 1.
-- Example: select * from pathfinder.told_changes('{7, 9}', 'sales', 'digest', now());
create or replace function pathfinder.told_changes(changes bigint[], channel text, medium text, until timestamptz)
returns table (change pathfinder.net_change, outcome text, place bigint)
language sql
stable
rows 1000
set search_path = ''
as $$
    with judged as materialized (
        select
            net as change,
            case
                when net.kind is null then 'undone'
                -- What has no end of its own is looked at as things are now.
                when exists (
                    select
                    from public.mutes
                    where mutes.channel = channels.name
                        and mutes.community = net.community
                        and mutes.user_id = net.user_id
                        and (
                            mutes.until is null
                            or mutes.until > case
                                when isfinite(told_changes.until) then told_changes.until else now()
                            end
                        )
                ) then 'muted'
                when levels.is_on
                    and (medium is null or settings.announced_changes -> medium ? net.kind)
                    and (
                        pathfinder.is_subscribed(channels.filter, net, accounts)
                        -- Who hears of an account hears who goes from it.
                        or former.id is not null and pathfinder.is_subscribed(channels.filter, net, former)
                    ) then 'told'
                else 'unmatched'
            end as outcome,
            coalesce(accounts.is_watched, false) as is_watched,
            levels.rank
        from pathfinder.net_changes(told_changes.changes, told_changes.until) as net
        join public.channels on channels.name = told_changes.channel
        cross join public.settings
        -- The account may have been added since.
        left join public.accounts on accounts.id = coalesce(
            net.account_id, pathfinder.find_account(net.email_domain, coalesce(net.company, net.previous_company))
        )
        left join public.accounts as former on former.id = pathfinder.find_account(null, net.previous_company)
        left join public.levels on levels.level = coalesce(net.level, net.previous_level)
    )
    select
        judged.change,
        judged.outcome,
        case when judged.outcome = 'told' then row_number() over (
            partition by judged.outcome
            order by
                judged.is_watched desc,
                judged.rank,
                (judged.change).kind not in ('promotion', 'moved'),
                (judged.change).changed_at desc,
                (judged.change).detection_id desc
        ) end
    from judged
    order by 3
$$;

revoke all on function pathfinder.told_changes(bigint[], text, text, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.told_changes(bigint[], text, text, timestamptz) is
    'What a channel is told of some changes, the most important first.';

-- source: people/undo_correction.sql
-- Takes back what an editor corrected of somebody: one attribute, or all. What the community says counts again at once:
-- of an executive, of whom a title had let go, and of whom the company had put aside for a while; whoever is suppressed
-- until a moment waits for it. Of whom the company had put aside for good nothing is kept but webhooks: where those are
-- gone, too, they count with the next one. Recorded, and told only with announce. Whom the correction took out of a
-- digest that is not sent yet the next digest tells of: the message that waits is not made anew.
-- Returns: {"status", "undone": ["title", …], "level": the level after it, or null}; status is undone, left (no
--   executive by what the community says), suppressed, or waits (for the next webhook); null where nothing is
--   corrected.
-- Raises: 22023 for an attribute that cannot be corrected, or when the id is known in several communities and none is
--   named.
-- Example: select public.undo_correction('2000', attribute => 'title');
create or replace function pathfinder.undo_correction(
    user_id text,
    community text,
    attribute text,
    announce boolean
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    home constant text := pathfinder.the_community(undo_correction.community, undo_correction.user_id);
    stated jsonb;
    undone text[];
    known public.user_state;
    person public.user_state;
    judgement record;
    level text;
    status text;
begin
    if undo_correction.attribute not in ('title', 'company', 'country') then
        raise exception '"%" is nothing that is corrected', left(undo_correction.attribute, 40)
            using errcode = '22023', hint = 'Say title, company or country, or nothing for all of them.';
    end if;
    perform pathfinder.lock_member(home, undo_correction.user_id);
    perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
    with gone as (
        delete from pathfinder.corrections
        where corrections.community = home
            and corrections.user_id = undo_correction.user_id
            and corrections.attribute = coalesce(undo_correction.attribute, corrections.attribute)
        returning corrections.attribute, corrections.stated
    )
    select jsonb_object_agg(gone.attribute, gone.stated), array_agg(gone.attribute order by gone.attribute desc)
    into stated, undone
    from gone;
    if undone is null then
        return null;
    end if;

    known := pathfinder.known_executive(home, undo_correction.user_id);
    person := known;
    if known.user_id is null then
        person := pathfinder.former_executive(home, undo_correction.user_id, stated ? 'title');
    end if;
    if person.user_id is not null then
        person := jsonb_populate_record(person, stated);
        judgement := pathfinder.classify(person.title);
        person.seniority_level := judgement.level;
        person.matched_rule := judgement.matched_rule;
        person.rules_version := judgement.rules_version;
    end if;
    if person.seniority_level is not null then
        level := pathfinder.settle_executive(known, person, 'correction', announce);
        status := case when level is null then 'suppressed' else 'undone' end;
    elsif known.user_id is not null then
        perform pathfinder.depart(known, 'correction', announce);
        status := 'left';
    else
        delete from pathfinder.set_aside
        where set_aside.community = home and set_aside.user_id = undo_correction.user_id;
        status := case
            when person.user_id is not null then 'left'
            when pathfinder.suppressed_until(home, undo_correction.user_id, null, null) is not null then 'suppressed'
            else 'waits'
        end;
    end if;
    if not announce then
        perform pathfinder.correct_digests(home, undo_correction.user_id);
    end if;
    perform pathfinder.write_audit('people', 'undo correction', jsonb_build_object('changed', undone));
    return jsonb_build_object('status', status, 'undone', undone, 'level', level);
end
$$;

create or replace function public.undo_correction(
    user_id text,
    community text default null,
    attribute text default null,
    announce boolean default false
)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.undo_correction(
        undo_correction.user_id, undo_correction.community, undo_correction.attribute,
        coalesce(undo_correction.announce, false)
    )
$$;

revoke all on function pathfinder.undo_correction(text, text, text, boolean)
    from public, anon, authenticated, service_role;
revoke all on function public.undo_correction(text, text, text, boolean)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.undo_correction(text, text, text, boolean) to service_role;
grant execute on function public.undo_correction(text, text, text, boolean) to service_role;

comment on function pathfinder.undo_correction(text, text, text, boolean) is
    'Takes back what an editor corrected of somebody.';
comment on function public.undo_correction(text, text, text, boolean) is
    'Takes back what an editor corrected of somebody: what the community says counts again.';

-- source: ingest/accepts_hmac.sql
-- Tells whether a header holds the hexadecimal HMAC-SHA256 of a webhook under a source's key. What is signed is the
-- source's template signed_content: {body}, {timestamp} (of timestamp_header) and {id} (of event_id_header) stand for
-- what was sent. The HMAC is over the body's exact text, which Supabase Lite does not hand over: see webhook_body.
-- Returns: true or false.
-- Example: select pathfinder.accepts_hmac(source, key, '{"x-signature": "sha256=ab12…"}', '{}') from …;
create or replace function pathfinder.accepts_hmac(
    source public.webhook_sources,
    key bytea,
    headers jsonb,
    body text
)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
    signature text := headers ->> source.header_name;
    sent_at text := headers ->> source.timestamp_header;
    before_body text := split_part(source.signed_content, '{body}', 1);
    after_body text := substring(source.signed_content from length(before_body) + length('{body}') + 1);
begin
    if signature is null or not starts_with(signature, source.signature_prefix) then
        return false;
    end if;
    if source.timestamp_header is not null
        and not coalesce(pathfinder.is_recent(sent_at, source.tolerance), false) then
        return false;
    end if;
    return pathfinder.accepts_signature(
        key,
        pathfinder.fill_signed_content(before_body, sent_at, headers ->> source.event_id_header)
            || body
            || pathfinder.fill_signed_content(after_body, sent_at, headers ->> source.event_id_header),
        array[lower(substring(signature from length(source.signature_prefix) + 1))],
        'hex'
    );
end
$$;

revoke all on function pathfinder.accepts_hmac(public.webhook_sources, bytea, jsonb, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.accepts_hmac(public.webhook_sources, bytea, jsonb, text) is
    'Whether a header holds the hexadecimal HMAC-SHA256 of a webhook under a source''s key.';

-- source: ingest/accepts_signature.sql
-- Tells whether one of several signatures is the HMAC-SHA256 of some content under a key. Digests of the signatures are
-- compared, not the signatures, so that the time it takes tells nothing about how much of a guess was right.
-- Returns: true or false; false for no key.
-- Example: select pathfinder.accepts_signature('\x6b6579', '{"user": {}}', array['ab12…'], 'hex');
create or replace function pathfinder.accepts_signature(key bytea, content text, signatures text[], encoding text)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
    return (
        select coalesce(bool_or(
            sha256(convert_to(candidate.signature, 'UTF8')) = sha256(convert_to(
                encode(pathfinder.hmac_sha256(convert_to(content, 'UTF8'), key), encoding), 'UTF8'
            ))
        ), false)
        from unnest(signatures) as candidate (signature)
    );
end
$$;

revoke all on function pathfinder.accepts_signature(bytea, text, text[], text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.accepts_signature(bytea, text, text[], text) is
    'Whether one of several signatures is the HMAC-SHA256 of some content under a key.';

-- source: ingest/accepts_standard_webhook.sql
-- Tells whether a webhook is signed for a source as Standard Webhooks says (standardwebhooks.com, version 1). Signed is
-- "{webhook-id}.{webhook-timestamp}.{body}"; the header webhook-signature lists "v1,<base64>" signatures, several while
-- the sender rotates its key. Signatures of other versions are passed over.
-- Returns: true or false.
-- Example: select pathfinder.accepts_standard_webhook(source, key, '{"webhook-id": "msg_1", …}', '{}') from …;
create or replace function pathfinder.accepts_standard_webhook(
    source public.webhook_sources,
    key bytea,
    headers jsonb,
    body text
)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
    identifier text := headers ->> 'webhook-id';
    sent_at text := headers ->> 'webhook-timestamp';
    signatures text[];
begin
    if identifier is null or not coalesce(pathfinder.is_recent(sent_at, source.tolerance), false) then
        return false;
    end if;
    signatures := array(
        select substring(part from 4)
        from unnest((string_to_array(headers ->> 'webhook-signature', ' '))[1:16]) as part
        where starts_with(part, 'v1,')
    );
    return pathfinder.accepts_signature(
        key, concat_ws('.', identifier, sent_at, body), signatures, 'base64'
    );
end
$$;

revoke all on function pathfinder.accepts_standard_webhook(public.webhook_sources, bytea, jsonb, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.accepts_standard_webhook(public.webhook_sources, bytea, jsonb, text) is
    'Whether a webhook is signed for a source as Standard Webhooks says.';

-- source: ingest/apply_event.sql
-- Hands a stored event on to those who know the members, and then the held ones that build on it. Of whoever was
-- forgotten nothing is stored, the event included.
-- Returns: how many were applied.
-- Raises: whatever classification raises.
-- Example: select pathfinder.apply_event(events_raw) from public.events_raw where id = 7;
create or replace function pathfinder.apply_event(event public.events_raw)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    change constant pathfinder.profile_change := jsonb_populate_record(
        null::pathfinder.profile_change, to_jsonb(event) || jsonb_build_object('event_id', event.id)
    );
begin
    if pathfinder.is_forgotten(event.community, event.user_id) then
        delete from public.events_raw where events_raw.id = event.id;
        return 1;
    end if;
    if event.kind = 'departure' then
        perform pathfinder.apply_departure(change);
    else
        perform pathfinder.apply_change(change);
    end if;
    return 1 + pathfinder.apply_held_events(change);
end
$$;

revoke all on function pathfinder.apply_event(public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.apply_event(public.events_raw) is
    'Hands a stored event on, and the held ones that build on it.';

-- source: ingest/apply_held_events.sql
-- Applies the held event that builds on a change just applied, and what builds on that. It names a value that was not
-- known when it came (see judge_order).
-- Returns: how many were applied.
-- Raises: whatever applying raises.
-- Example: select pathfinder.apply_held_events(change);
create or replace function pathfinder.apply_held_events(change pathfinder.profile_change)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    held public.events_raw;
begin
    select candidate.*
    into held
    from public.events_raw as candidate
    where candidate.community = change.community
        and candidate.user_id = change.user_id
        and candidate.attribute = change.attribute
        and candidate.state = 'held'
        and candidate.profile_field = change.profile_field
        and pathfinder.same_value(candidate.old_value, change.value)
        and (candidate.occurred_at < change.occurred_at) is not true
    order by candidate.id
    limit 1;
    if not found then
        return 0;
    end if;
    update public.events_raw as stored
    set state = 'processed',
        settled_at = clock_timestamp(),
        due_at = null
    where stored.id = held.id;
    return pathfinder.apply_event(held);
end
$$;

revoke all on function pathfinder.apply_held_events(pathfinder.profile_change)
    from public, anon, authenticated, service_role;

comment on function pathfinder.apply_held_events(pathfinder.profile_change) is
    'Applies the held events that build on a change just applied.';

-- source: ingest/apply_joining.sql
-- Takes from a registration that came after other news of the member the one thing that nothing else tells: when they
-- joined.
-- Returns: nothing.
-- Raises: whatever applying raises.
-- Example: select pathfinder.apply_joining('main', '2000', '2019-10-10T16:07:21+02:00');
create or replace function pathfinder.apply_joining(community text, user_id text, joined_at text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    change pathfinder.profile_change;
begin
    change.community := apply_joining.community;
    change.user_id := apply_joining.user_id;
    change.details := jsonb_build_object('joined_at', apply_joining.joined_at);
    perform pathfinder.apply_change(change);
end
$$;

revoke all on function pathfinder.apply_joining(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.apply_joining(text, text, text) is
    'Takes from a registration that came late when the member joined.';

-- source: ingest/apply_payload_paths.sql
-- Puts what a source's payload_paths find under the usual keys of a body, so that reading goes on as always.
-- {"user_id": ["user", "id"], "value": [["user", "title"], ["user", "headline"]], "event": ["$headers", "x-event"]}: a
-- path is a list of keys and indexes; the first of several that finds something filled counts, and before the usual
-- keys; one that begins with $headers looks among the request's headers (lower case). What finds nothing changes
-- nothing.
-- Returns: the body with the keys added.
-- Example: select pathfinder.apply_payload_paths('{"user": {"id": 1}}', '{"user_id": ["user", "id"]}', '{}');
create or replace function pathfinder.apply_payload_paths(document jsonb, paths jsonb, headers jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
    return (
        select document || coalesce(
            -- Stated to be empty is something else than not stated.
            jsonb_object_agg(attribute.keys ->> 0, mapped.content)
                filter (where mapped.is_filled or not document ? (attribute.keys ->> 0)),
            '{}'
        )
        from jsonb_each(pathfinder.payload_attributes()) as attribute (name, keys)
        cross join lateral (
            select
                found.content,
                plain.content is not null
                    and (attribute.name <> 'user_id' or pathfinder.member_id_fault(plain.content) is null) as is_filled
            from jsonb_array_elements(
                case
                    when jsonb_typeof(paths -> attribute.name -> 0) = 'array' then paths -> attribute.name
                    else jsonb_build_array(paths -> attribute.name)
                end
            ) with ordinality as candidate (path, place)
            cross join lateral (
                select case
                    when candidate.path ->> 0 = '$headers' then jsonb_build_object('$headers', headers)
                    else document
                end #> array(select jsonb_array_elements_text(candidate.path))
            ) as found (content)
            cross join lateral pathfinder.plain_attribute(attribute.name, found.content) as plain
            where found.content is not null
            order by is_filled desc, candidate.place
            limit 1
        ) as mapped
        where paths ? attribute.name
    );
end
$$;

revoke all on function pathfinder.apply_payload_paths(jsonb, jsonb, jsonb)
    from public, anon, authenticated, service_role;

comment on function pathfinder.apply_payload_paths(jsonb, jsonb, jsonb) is
    'Puts what a source''s payload_paths find under the usual keys of a body.';

-- source: ingest/authenticate_webhook.sql
-- Finds the source whose credentials a webhook carries; of several of one community the first by name. Whatever is
-- wrong, the refusal is the same to the letter, so that it helps an administrator and tells a stranger nothing. Of
-- secrets that are only compared, salted digests are: the time that takes says nothing that a sender could use, because
-- without the salt it cannot aim at a digest. A slow hash would add nothing: set_webhook_secret wants long secrets.
-- Returns: the row of webhook_sources.
-- Raises: PT401, also where the credentials are valid in two communities.
-- Example: select (pathfinder.authenticate_webhook('{"authorization": "Basic …"}', '{}')).name;
create or replace function pathfinder.authenticate_webhook(headers jsonb, body text)
returns public.webhook_sources
language plpgsql
stable
set search_path = ''
as $$
declare
    -- "user name:secret" as RFC 7617 writes it; bytes, so that nothing in the header can make this fail.
    encoded constant text := substring(headers ->> 'authorization' from '(?i)^basic +([a-z0-9+/]+)=* *$');
    credentials constant bytea := case
        when length(encoded) % 4 <> 1 then decode(rpad(encoded, (length(encoded) + 3) / 4 * 4, '='), 'base64')
    end;
    candidate public.webhook_sources;
    accepted public.webhook_sources;
begin
    foreach candidate in array array(
        select sender
        from pathfinder.webhook_secrets as valid
        join public.webhook_sources as sender on sender.name = valid.source
        where sender.enabled
            and (valid.expires_at is null or valid.expires_at > now())
            and case sender.auth_kind
                when 'basic' then
                    valid.digest = sha256(valid.salt || substring(credentials from octet_length(sender.username) + 2))
                    and substring(credentials for octet_length(sender.username) + 1)
                        = convert_to(sender.username || ':', 'UTF8')
                when 'secret_header' then
                    valid.digest = sha256(valid.salt || convert_to(headers ->> sender.header_name, 'UTF8'))
                when 'hmac' then pathfinder.accepts_hmac(sender, valid.key, headers, body)
                else pathfinder.accepts_standard_webhook(sender, valid.key, headers, body)
            end
        order by sender.name
    )
    loop
        if accepted.community <> candidate.community then
            raise sqlstate 'PT401' using
                message = 'The credentials of this webhook are valid in several communities.',
                hint = 'Nobody can tell which one it is about. Give each community a secret of its own, with set_webhook_secret.';
        elsif accepted.name is null then
            accepted := candidate;
        end if;
    end loop;
    if accepted.name is null then
        raise sqlstate 'PT401' using
            message = 'This webhook is not authorised.',
            hint = 'Send the credentials of an enabled row of webhook_sources (for Basic authentication, its user name'
                ' and the secret given to set_webhook_secret; for signatures, a fresh timestamp as well).';
    end if;
    return accepted;
end
$$;

revoke all on function pathfinder.authenticate_webhook(jsonb, text) from public, anon, authenticated, service_role;

comment on function pathfinder.authenticate_webhook(jsonb, text) is 'The source whose credentials a webhook carries.';

-- source: ingest/backfill_members.sql
-- Takes a batch of the members that a community already has; captpathfinder backfill sends them. Executives among them
-- are kept in user_state as already known: no detection, so that the first digest is not a flood; with announce, those
-- that were not known are detected like any other. The times of joining of all are remembered. A batch that is sent
-- again changes nothing. Backfill only adds: what is known already, and what a retained webhook said about the title,
-- is newer, so that a known executive is only completed where something is missing. Each distinct title is classified
-- once a batch, and whoever nothing is known of is added with all the others.
-- Returns: {"rows", "executives", "added", "known", "newer", "undated", "rejected": [{"row" (from 0), "reason"}]}:
--   added were not known, known were, newer have a title from a webhook; undated were taken without the time of
--   joining, which could not be read.
-- Raises: 22023 when members is not an array of at most 5000.
-- Example: select public.backfill_members('[{"user_id": "7", "username": "Jane", "title": "CEO", "company": "Initech",
--   "country": "UK", "joined_at": "2019-10-10"}]');
create or replace function pathfinder.backfill_members(members jsonb, announce boolean, community text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
set lock_timeout = '10s'
as $$
declare
    home constant text := pathfinder.the_community(backfill_members.community);
    people pathfinder.listed_member[];
    executives public.user_state[];
    unheard_of public.user_state[];
    heard_of public.user_state[];
    added integer;
    known integer;
    newer integer;
    rejected jsonb;
    undated integer;
begin
    -- Supabase Lite hands a JSON argument over as a string that holds it.
    if jsonb_typeof(members) = 'string' then
        members := pathfinder.parse_json(members #>> '{}');
    end if;
    if jsonb_typeof(members) is distinct from 'array' or jsonb_array_length(members) > 5000 then
        raise exception 'members must be an array of at most 5000 rows'
            using errcode = '22023', hint = 'Send [{"user_id": "7", "title": "CEO", …}, …], in batches.';
    end if;

    with judged as (
        select
            read.place,
            read.member,
            read.is_undated,
            coalesce(read.fault, case
                when row_number() over (partition by (read.member).user_id order by read.place) > 1 then
                    'Another row of the same batch has this user_id.'
            end) as fault
        from pathfinder.read_members(home, members) as read
    )
    select
        coalesce(
            array_agg(judged.member order by (judged.member).user_id) filter (where judged.fault is null), '{}'
        ),
        coalesce(
            jsonb_agg(jsonb_build_object('row', judged.place - 1, 'reason', judged.fault) order by judged.place)
                filter (where judged.fault is not null),
            '[]'
        ),
        count(*) filter (where judged.is_undated)
    into people, rejected, undated
    from judged;

    executives := pathfinder.executives_among(people);
    -- In one order, and before any row is locked, so that neither a webhook nor another batch can block this one for
    -- good.
    perform pathfinder.lock_member(home, executive.user_id)
    from unnest(executives) as executive
    order by executive.user_id;
    perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());

    perform pathfinder.remember_registrations(people);
    select
        array_agg(executive) filter (where person.is_unheard_of),
        array_agg(executive) filter (where not person.is_unheard_of)
    into unheard_of, heard_of
    from unnest(executives) as executive
    cross join lateral pathfinder.is_unheard_of(executive) as person (is_unheard_of);
    perform pathfinder.add_new_executives(unheard_of, announce);
    select
        count(*) filter (where settled.outcome = 'added'),
        count(*) filter (where settled.outcome = 'known'),
        count(*) filter (where settled.outcome = 'newer')
    into added, known, newer
    from unnest(heard_of) as executive
    cross join lateral pathfinder.add_known_executive(executive, announce) as settled (outcome);
    added := added + coalesce(cardinality(unheard_of), 0);

    return jsonb_build_object(
        'rows', jsonb_array_length(members),
        'executives', added + known + newer,
        'added', added,
        'known', known,
        'newer', newer,
        'undated', undated,
        'rejected', rejected
    );
end
$$;

revoke all on function pathfinder.backfill_members(jsonb, boolean, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.backfill_members(jsonb, boolean, text) to service_role;

comment on function pathfinder.backfill_members(jsonb, boolean, text) is
    'Takes a batch of the members that a community already has.';

create or replace function public.backfill_members(
    members jsonb,
    announce boolean default false,
    community text default null
)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.backfill_members(members, announce, community)
$$;

revoke all on function public.backfill_members(jsonb, boolean, text) from public, anon, authenticated, service_role;
grant execute on function public.backfill_members(jsonb, boolean, text) to service_role;

comment on function public.backfill_members(jsonb, boolean, text) is
    'Takes a batch of the members that a community already has; executives among them are kept, and detected only with announce.';

-- source: ingest/check_member_id.sql
-- Refuses an id that is none: missing, a number that is not whole, too long, or a template that was not filled in,
-- which would make everybody one member.
-- Returns: nothing.
-- Raises: PT400 that says what to change.
-- Example: select pathfinder.check_member_id('{{user.id}}', false);
create or replace function pathfinder.check_member_id(user_id text, is_number boolean)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
    if user_id is null then
        raise sqlstate 'PT400' using
            message = 'The webhook does not say which member it is about: "userId" is missing or empty.',
            hint = 'Send the member''s id as "userId", or tell where it is in the payload_paths of the source.';
    elsif is_number and user_id !~ '^-?[0-9]+$' then
        raise sqlstate 'PT400' using
            message = '"userId" is a number that is not whole.',
            hint = 'Send "userId" as a string or as an integer.';
    elsif length(user_id) > 500 then
        raise sqlstate 'PT400' using
            message = '"userId" is longer than 500 characters.',
            hint = 'Send the member''s id as the platform shows it.';
    elsif pathfinder.member_id_fault(user_id) is not null then
        raise sqlstate 'PT400' using
            message = format('"userId" is "%s": %s.', left(user_id, 60), pathfinder.member_id_fault(user_id)),
            hint = 'Correct the template of the webhook at the platform, so that it sends the id of the member.';
    end if;
end
$$;

revoke all on function pathfinder.check_member_id(text, boolean) from public, anon, authenticated, service_role;

comment on function pathfinder.check_member_id(text, boolean) is
    'Refuses an id that is none, or a template that was not filled in.';

-- source: ingest/check_payload_paths.sql
-- Refuses payload_paths that could not work, with a message that says which entry is wrong.
-- Returns: the row.
-- Raises: 23514 (check violation).
-- Example: update public.webhook_sources set payload_paths = '{"user_id": ["user", "id"]}' where name = 'discourse';
create or replace function pathfinder.check_payload_paths()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    entry record;
begin
    for entry in select key as name, value as paths from jsonb_each(new.payload_paths) loop
        if not pathfinder.payload_attributes() ? entry.name then
            raise exception 'payload_paths maps "%", which is not an attribute', entry.name
                using errcode = 'check_violation',
                hint = 'The attributes are: '
                    || (select string_agg(name, ', ') from jsonb_object_keys(pathfinder.payload_attributes()) as name);
        end if;
        if not (
            jsonb_path_match(entry.paths, 'strict exists($ ? (@.type() == "array" && @.size() > 0))', silent => true)
            and (
                jsonb_path_match(entry.paths, 'strict !exists($[*] ? (@.type() != "string"))', silent => true)
                or jsonb_path_match(
                    entry.paths,
                    'strict !exists($[*] ? (@.type() != "array" || @.size() == 0))'
                        ' && !exists($[*][*] ? (@.type() != "string"))',
                    silent => true
                )
            )
        ) then
            raise exception 'payload_paths: "%" is not a path', entry.name
                using errcode = 'check_violation',
                hint = 'Write a path as a list of keys, such as ["user", "id"], or a list of such paths.';
        end if;
        -- What is found is stored, and shown: never a secret.
        if exists (
            select
            from jsonb_array_elements(
                case
                    when jsonb_typeof(entry.paths -> 0) = 'array' then entry.paths
                    else jsonb_build_array(entry.paths)
                end
            ) as candidate (path)
            where candidate.path ->> 0 = '$headers'
                and (
                    jsonb_array_length(candidate.path) = 1
                    or lower(candidate.path ->> 1) in ('authorization', 'apikey', 'cookie', new.header_name)
                )
        ) then
            raise exception 'payload_paths: "%" would read a header that holds a secret', entry.name
                using errcode = 'check_violation',
                hint = 'Name one other header, such as ["$headers", "x-event"]; authorization, apikey, cookie and'
                    ' header_name are never read.';
        end if;
    end loop;
    new.updated_at := now();
    return new;
end
$$;

revoke all on function pathfinder.check_payload_paths() from public, anon, authenticated, service_role;

comment on function pathfinder.check_payload_paths() is 'Refuses payload_paths that could not work.';

-- source: ingest/check_secret_is_apart.sql
-- Refuses a secret that would be valid in two communities: nobody could tell which one a webhook is about.
-- Returns: what is wrong, or null.
-- Example: select pathfinder.check_secret_is_apart('forum', 'a long random text');
create or replace function pathfinder.check_secret_is_apart(source_name text, secret text)
returns text
language sql
stable
set search_path = ''
as $$
    select format('The source "%s" of the community "%s" has the same secret.', other.name, other.community)
    from public.webhook_sources as own
    join public.webhook_sources as other
        on other.community <> own.community
        and other.auth_kind = own.auth_kind
        and (own.auth_kind <> 'basic' or other.username = own.username)
    join pathfinder.webhook_secrets as taken
        on taken.source = other.name
        and (taken.expires_at is null or taken.expires_at > now())
    where own.name = source_name
        and case own.auth_kind
            when 'standard_webhooks' then 'whsec_' || encode(taken.key, 'base64') = secret
            when 'hmac' then taken.key = convert_to(secret, 'UTF8')
            else taken.digest = sha256(taken.salt || convert_to(secret, 'UTF8'))
        end
    limit 1
$$;

revoke all on function pathfinder.check_secret_is_apart(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.check_secret_is_apart(text, text) is
    'Refuses a secret that would be valid in two communities.';

-- source: ingest/check_signed_headers.sql
-- Trigger: refuses a signed source that would trust a header which nobody signs: whoever repeats a webhook could give
-- it another time, or another id.
-- Returns: the row.
-- Raises: 23514 with a sentence that says what to change.
-- Example: update public.webhook_sources set signed_content = '{timestamp}:{body}' where name = 'forum';
create or replace function pathfinder.check_signed_headers()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if new.auth_kind = 'hmac' and new.timestamp_header is not null and strpos(new.signed_content, '{timestamp}') = 0 then
        raise exception 'the header "%" of the source "%" is not signed, so its time proves nothing',
            new.timestamp_header, new.name
            using errcode = 'check_violation',
            hint = 'Say in signed_content how the platform signs it, such as {timestamp}.{body}; or leave timestamp_header'
                ' empty.';
    elsif new.auth_kind = 'hmac' and new.event_id_header is not null and strpos(new.signed_content, '{id}') = 0 then
        raise exception 'the header "%" of the source "%" is not signed, so anybody could give a webhook another id',
            new.event_id_header, new.name
            using errcode = 'check_violation',
            hint = 'Say in signed_content how the platform signs it, such as {id}.{body}; or leave event_id_header empty:'
                ' a repeated webhook is known by what it says.';
    end if;
    return new;
end
$$;

revoke all on function pathfinder.check_signed_headers() from public, anon, authenticated, service_role;

comment on function pathfinder.check_signed_headers() is
    'Trigger: refuses a signed source that would trust a header which nobody signs.';

-- source: ingest/check_webhook_secret.sql
-- Checks what set_webhook_secret is given.
-- Returns: what is wrong, without the secret; null when nothing is.
-- Example: select pathfinder.check_webhook_secret('basic', 'short', '1 hour');
create or replace function pathfinder.check_webhook_secret(auth_kind text, secret text, keep_previous_for interval)
returns text
language sql
immutable
set search_path = ''
as $$
    select case
        when auth_kind is null then 'There is no such row in webhook_sources.'
        when keep_previous_for is null or keep_previous_for not between interval '0' and interval '30 days' then
            'keep_previous_for must be between 0 and 30 days.'
        when coalesce(length(secret), 0) not between 16 and 1000 then
            'The secret must have 16 to 1000 characters.'
        when secret ~ '[\u0001-\u001f\u007f]' then
            'The secret must not contain control characters.'
        when auth_kind = 'standard_webhooks'
            and (secret !~ '^whsec_([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$'
                or length(rtrim(substring(secret from 7), '=')) * 6 / 8 not between 24 and 64) then
            'The secret of a standard_webhooks source is whsec_ followed by 24 to 64 bytes in base64.'
    end
$$;

revoke all on function pathfinder.check_webhook_secret(text, text, interval)
    from public, anon, authenticated, service_role;

comment on function pathfinder.check_webhook_secret(text, text, interval) is 'Checks what set_webhook_secret is given.';

-- source: ingest/community_webhook.sql
-- The front door: what the community platform posts to, over /rest/v1/rpc/community_webhook. The parameter has no name,
-- so the whole body of the request arrives in it, untouched.
-- Returns: 200 {"status": "accepted", "result": {"status": "processed", "user_id": "2000", "is_senior": true,
--   "seniority_level": "vp", "event_id": 12345}}. Other result statuses: duplicate, stale, held (with until), skipped
--   (with reason), and queued, which answers 202. Refused: 400 malformed, 401 not authorised, 413 too large, each as
--   {"code", "details", "hint", "message"}. Refusals are answered, not raised: they are counted, and a raised error
--   would roll the count back.
-- Example: curl -u community:SECRET -H 'Content-Type: application/json' \
--   -d '{"userId": "2000", "username": "John Doe", "profileField": "Job Title", "value": "VP Sales", "oldValue": ""}' \
--   'https://PROJECT.supabase.co/rest/v1/rpc/community_webhook?apikey=sb_publishable_…'
create or replace function public.community_webhook(json)
returns json
language plpgsql
volatile
set search_path = ''
as $$
begin
    return pathfinder.receive_webhook($1);
end
$$;

revoke all on function public.community_webhook(json) from public, anon, authenticated, service_role;
grant execute on function public.community_webhook(json) to anon, service_role;

comment on function public.community_webhook(json) is
    'Where the community platform posts its webhooks. Authenticated by the rows of webhook_sources.';

-- source: ingest/count_webhook.sql
-- Counts a webhook by day (UTC), source and outcome, for stats(). Each count is spread over shards, and a transaction
-- takes one that no other is using: two webhooks never wait for each other here. Shards are told apart by advisory
-- locks, which end with the transaction.
-- Returns: nothing.
-- Example: select pathfinder.count_webhook('community', 'processed');
create or replace function pathfinder.count_webhook(source text, outcome text, amount integer default 1)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    -- Not a possible name of a source.
    counted_source constant text := coalesce(source, '(unknown)');
    lock_space constant integer := hashtext('pathfinder.webhook_counters');
    own_shard smallint := pg_backend_pid() % 16;
begin
    while not pg_try_advisory_xact_lock(lock_space, own_shard) loop
        own_shard := own_shard + 1;
    end loop;

    update pathfinder.webhook_counters as counter
    set count = counter.count + count_webhook.amount
    where counter.day = (now() at time zone 'UTC')::date
        and counter.source = counted_source
        and counter.outcome = count_webhook.outcome
        and counter.shard = own_shard;
    if not found then
        insert into pathfinder.webhook_counters (day, source, outcome, shard, count)
        values ((now() at time zone 'UTC')::date, counted_source, count_webhook.outcome, own_shard, count_webhook.amount);
    end if;
end
$$;

revoke all on function pathfinder.count_webhook(text, text, integer) from public, anon, authenticated, service_role;

comment on function pathfinder.count_webhook(text, text, integer) is 'Counts a webhook by day, source and outcome.';

-- source: ingest/event_kind.sql
-- Tells what an event's name stands for; platforms write it with dots, underscores and prefixes of their own. The end
-- of a membership is told by a word for it, unless what ends is something else (a post, a photo) or is only asked for.
-- Returns: departure, registration, profile_update, object (it is about something else than a profile) or other.
-- Example: select pathfinder.event_kind('IdentityAccess.UserRegistered');  -- registration
create or replace function pathfinder.event_kind(event_name text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
    who constant text := '(?:user|member|membership|account|profile|person|people|contact|customer|identity)';
    ending constant text :=
        '(?:delete[ds]?|deletion|deleting|destroy(?:ed|s)?|destruction|anonymi[sz](?:ed?|es|ation|ing)'
        '|pseudonymi[sz](?:ed?|ation)|des?(?: ?activ[a-z]*)|erased?|erasure|terminat(?:ed?|ion)|purged?|removed?|removal'
        '|forgotten|unregistered|deregistered|closed|left|disabled|wiped|off ?boarded)';
    around constant text :=
        '(?:the|a|was|is|has|been|of|by|on|after|admin|self|staff|system|soft|hard|permanent(?:ly)?|fully|success[a-z]*'
        '|completed?|done|gdpr|data|record|event|webhook|community|forum|platform|status|v)';
    -- UserDeleted, user.deleted, USER_DELETED and user:deleted are the same words.
    words text := ' ' || btrim(lower(regexp_replace(
        regexp_replace(left(event_name, 200), '([a-z0-9])([A-Z])', '\1 \2', 'g'), '[^[:alpha:]]+', ' ', 'g'
    ))) || ' ';
    is_of_object constant boolean := words ~ (
        ' (?:post|topic|comment|reply|replies|message|article|question|answer|discussion|thread|idea|badge|photo|avatar|picture'
        '|image|file|attachment|field|attribute|tag|group|space|team|role|session|token|device|e ?mail|phone|address|link'
        '|reaction|like|follow|follower|subscription|invitation|invite|request|draft|note|webhook|poll|event registration'
        ')s? '
    );
begin
    -- What ended has to be the member: the word before the ending, or behind it, says what it was.
    if not is_of_object
        and words ~ (
            '(?:^| ' || who || 's?) (?:' || around || ' )*' || ending || ' (?:' || around || ' )*$'
            '|' || ending || ' (?:' || around || ' )*' || who || 's? (?:' || around || ' )*$'
            '| ' || who || 's?(?:delet|destr|anonymi[sz]|de ?activ|eras|terminat|purg|remov|forgot|unregist|deregist)[a-z]* $'
        )
        and words !~ (
            ' (?:un|not|undo|undone|cancell?ed|failed|abort(?:ed)?|reject(?:ed)?|denied|declined|requested|scheduled|pending'
            '|before|restored?|reverted) '
        ) then
        return 'departure';
    end if;
    if is_of_object then
        return 'object';
    end if;
    words := replace(words, ' ', '');
    return case
        when words ~ (who || '(?:profile)?(?:updated?|changed?|edited|modified|saved)$') then 'profile_update'
        when words ~ '(?:user|member|account)(?:registered|created|joined|signedup)$' then 'registration'
        else pathfinder.foreign_event_kind(event_name)
    end;
end
$$;

revoke all on function pathfinder.event_kind(text) from public, anon, authenticated, service_role;

comment on function pathfinder.event_kind(text) is 'What an event''s name stands for.';

-- source: ingest/event_retry_delay.sql
-- How long an event that failed waits before it is tried again: a minute, doubled each time, at the most six hours.
-- Returns: an interval; null when it has failed so often (14 times, in about 38 hours) that it is parked.
-- Example: select pathfinder.event_retry_delay(3);  -- 4 minutes
create or replace function pathfinder.event_retry_delay(failures integer)
returns interval
language sql
immutable
set search_path = ''
as $$
    select case
        when failures < 14 then least(interval '1 minute' * power(2, failures - 1), interval '6 hours')
    end
$$;

revoke all on function pathfinder.event_retry_delay(integer) from public, anon, authenticated, service_role;

comment on function pathfinder.event_retry_delay(integer) is
    'How long an event that failed waits before it is tried again; null: no more.';

-- source: ingest/fill_signed_content.sql
-- Fills in the timestamp and the event id in a piece of a source's signed_content template.
-- Returns: text, never null.
-- Example: select pathfinder.fill_signed_content('{timestamp}:', '1700000000', null);  -- 1700000000:
create or replace function pathfinder.fill_signed_content(template text, sent_at text, event_id text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
    return replace(replace(template, '{timestamp}', coalesce(sent_at, '')), '{id}', coalesce(event_id, ''));
end
$$;

revoke all on function pathfinder.fill_signed_content(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.fill_signed_content(text, text, text) is
    'Fills in the timestamp and the event id in a piece of a signed_content template.';

-- source: ingest/find_duplicate.sql
-- Finds the stored event that a webhook repeats: the same change of the same member, which is the latest one known of
-- the attribute and not older than the window (with another in between it is news: A to B, B to A, A to B); or which
-- has the same event id, if the sender does not use that id for other changes too. A registration without a title
-- repeats what is known of the member's joining. `latest` is the event of the member's attribute that was stored last.
-- Returns: the id of the stored event (0 when it is known without one), or null.
-- Example: select pathfinder.find_duplicate(reading, latest);
create or replace function pathfinder.find_duplicate(reading pathfinder.reading, latest public.events_raw)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
    known_id bigint;
    is_unique boolean;
begin
    if reading.event_id is not null then
        select max(stored.id), bool_and(
            stored.community = reading.community
            and stored.user_id = reading.user_id
            and stored.kind = reading.kind
            and stored.attribute is not distinct from reading.attribute
            and stored.value is not distinct from reading.value
        )
        into known_id, is_unique
        from public.events_raw as stored
        where stored.idempotency_key = reading.idempotency_key
            and stored.event_id is not null;
        if is_unique then
            return known_id;
        end if;
    end if;
    if reading.attribute is null then
        return (
            select 0
            from pathfinder.registrations as registration
            where registration.community = reading.community
                and registration.user_id = reading.user_id
                and registration.joined_at <= (reading.details ->> 'joined_at')::timestamptz
        );
    end if;
    -- Two ids say that there were two events, if they are ids.
    if latest.value is distinct from reading.value
        or regexp_replace(latest.old_value, '\s+', ' ', 'g')
            is distinct from regexp_replace(reading.old_value, '\s+', ' ', 'g')
        or latest.occurred_at is distinct from reading.occurred_at
        or latest.kind is distinct from reading.kind
        -- The same title with another company is news of the company.
        or latest.details - 'joined_at' is distinct from reading.details - 'joined_at'
        or latest.username <> reading.username
        or (latest.event_id <> reading.event_id and latest.source = reading.source) then
        return null;
    end if;
    return (select latest.id from public.settings where latest.received_at > now() - settings.dedup_window);
end
$$;

revoke all on function pathfinder.find_duplicate(pathfinder.reading, public.events_raw)
    from public, anon, authenticated, service_role;

comment on function pathfinder.find_duplicate(pathfinder.reading, public.events_raw) is
    'The stored event that a webhook repeats.';

-- source: ingest/foreign_event_kind.sql
-- Tells what an event's name stands for in other languages than English: of one that is nothing but words for a member,
-- for what happened, and those between them.
-- Returns: departure, registration, profile_update or other.
-- Example: select pathfinder.foreign_event_kind('Benutzer gelöscht');  -- departure
create or replace function pathfinder.foreign_event_kind(event_name text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
    -- German, Dutch, Nordic; French, Spanish, Portuguese, Italian; Polish, Turkish, Russian; Chinese, Japanese, Korean;
    -- Arabic.
    who constant text :=
        '(?:(?:benutzer|nutzer|mitglied|anwender|gebruiker|bruker|bruger|anvandar|medlem|kayttaja|jasen)(?:konto|account|profil)?[a-z]{0,3}'
        '|konto|account|profil[eo]?|profiel|utilisat(?:eur|rice)s?|membres?|comptes?|adherente?s?|usuari[oa]s?|miembros?|socios?|cuentas?'
        '|perfil|membros?|contas?|utent[ei]|membr[io]|soc[io]|uzytkownik[a-z]{0,3}|czlonek|kullanici|uye|hesap'
        '|пользовател[а-я]*|участник[а-я]*|аккаунт[а-я]*|учетн[а-я]* запис[а-я]*|профил[а-я]*'
        '|用户|用戶|会员|會員|成员|成員|账户|账号|帳戶|帳號|個人資料|个人资料|ユーザー?|会員|メンバー|アカウント|プロフィール|사용자|회원|계정|프로필'
        '|المستخدم|مستخدم|عضو|العضو|حساب|الحساب)';
    around constant text :=
        '(?:wurde?n?|wird|ist|het|de|der|die|das|des|du|la|le|les|el|lo|il|o|a|ete|est|fue|foi|e|stato|stata|ha|sido|del|dell|della'
        '|do|da|van|ett?|har|blev|ble|on|zostal[ao]?|был[ао]?|の|が|を|は|から|已|被|了|した|されました|しました|された|되었습니다|됨|تم)';
    ending constant text :=
        '(?:geloe?scht|loe?schung|entfernt|deaktiviert|deaktivierung|gekue?ndigt|ausgetreten|anonymisiert|verwijderd|gedeactiveerd'
        '|borttagen|raderad|avslutad|slettet|poistettu|supprimee?s?|suppression|effacee?|desactivee?|desactivation|anonymisee?'
        '|eliminad[oa]|eliminacion|borrad[oa]|desactivad[oa]|anonimizad[oa]|excluid[oa]|exclusao|removid[oa]|apagad[oa]|desativad[oa]'
        '|eliminat[oa]|eliminazione|cancellat[oa]|cancellazione|rimoss[oa]|disattivat[oa]|usuniety|usuniete|usunieto|silindi'
        '|удал[её]н[ао]?|удаление|деактивирован[ао]?|删除|刪除|注销|註銷|停用|削除|退会|無効化|삭제|탈퇴|비활성화|حذف|الغاء)';
    beginning constant text :=
        '(?:registriert|registrierung|angemeldet|beigetreten|geregistreerd|registrerad|inscrite?|inscription|registrad[oa]|registro'
        '|cadastrad[oa]|cadastro|registrat[oa]|iscritt[oa]|iscrizione|zarejestrowany|зарегистрирован[а]?|регистрация'
        '|注册|註冊|登録|入会|가입|등록|تسجيل)';
    saving constant text :=
        '(?:aktualisiert|gea?endert|geandert|bearbeitet|bijgewerkt|gewijzigd|uppdaterad|mise? a jour|modifiee?|actualizad[oa]|modificad[oa]'
        '|atualizad[oa]|alterad[oa]|aggiornat[oa]|modificat[oa]|zaktualizowany|обновл[её]н[ао]?|изменен[ао]?|更新|変更|업데이트|변경|تحديث)';
    words constant text := regexp_replace(
        regexp_replace(pathfinder.fold_text(left(event_name, 200)), '[^[:alpha:]]+', ' ', 'g'), '^ ?| ?$', ' ', 'g'
    );
    spaced constant text := ' ?(?:(?:' || who || '|' || around || ') ?)*';
begin
    -- Most names hold none of these words.
    if words !~ concat_ws('|', ending, beginning, saving) then
        return 'other';
    end if;
    return case
        when words ~ ('^' || spaced || ending || spaced || '$') then 'departure'
        when words ~ ('^' || spaced || beginning || spaced || '$') then 'registration'
        when words ~ ('^' || spaced || saving || spaced || '$') then 'profile_update'
        else 'other'
    end;
end
$$;

revoke all on function pathfinder.foreign_event_kind(text) from public, anon, authenticated, service_role;

comment on function pathfinder.foreign_event_kind(text) is
    'What an event''s name stands for in other languages than English.';

-- source: ingest/is_recent.sql
-- Tells whether a header's Unix time is within a tolerance of now, on either side. Seconds, or milliseconds where the
-- number is too large for seconds, which some platforms send.
-- Returns: true or false; null for null.
-- Example: select pathfinder.is_recent('1700000000', '5 minutes');
create or replace function pathfinder.is_recent(sent_at text, tolerance interval)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    return case
        when sent_at is null then null
        when sent_at !~ '^[0-9]{1,14}$' then false
        else to_timestamp(sent_at::numeric / case when length(sent_at) > 11 then 1000 else 1 end)
            between now() - tolerance and now() + tolerance
    end;
end
$$;

revoke all on function pathfinder.is_recent(text, interval) from public, anon, authenticated, service_role;

comment on function pathfinder.is_recent(text, interval) is
    'Whether a header''s Unix time is within a tolerance of now.';

-- source: ingest/judge_order.sql
-- Judges whether a change is newer than what is known of the member's attribute (`latest`: applied last; `own_id`: of
-- one stored before). Times that differ decide; else the old value, within one field and the window. If it is not the
-- latest value known, the change comes from before (it was stored, or a later one replaced its value): stale; or one
-- between the two is on its way or lost: held, until that comes or settings.hold_window ends. An empty old value of a
-- source that never sent another says nothing. A registration is older than any change, but for a departure; and what
-- replaced a title comes from before that.
-- Returns: apply, stale or held.
-- Example: select pathfinder.judge_order(reading, null, latest);
create or replace function pathfinder.judge_order(reading pathfinder.reading, own_id bigint, latest public.events_raw)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
    replaced_value constant text := case
        when reading.old_value <> '' or reading.sends_old_values then reading.old_value
    end;
    known_time timestamptz;
    since timestamptz;
begin
    if reading.attribute is null then
        return 'apply';
    end if;
    if reading.occurred_at is not null then
        known_time := greatest(
            case when reading.attribute = 'title' then (
                select state.title_occurred_at
                from public.user_state as state
                where state.community = reading.community and state.user_id = reading.user_id
            ) end,
            pathfinder.known_time(reading.community, reading.user_id, reading.attribute, own_id)
        );
        if reading.occurred_at < known_time then
            return 'stale';
        end if;
    end if;
    if latest.id is null then
        return 'apply';
    end if;
    if reading.kind = 'registration' then
        return case
            when latest.kind = 'departure' and (reading.details ->> 'joined_at')::timestamptz
                > coalesce(latest.occurred_at, latest.received_at) - interval '1 day' then 'apply'
            else 'stale'
        end;
    end if;
    if reading.occurred_at > latest.occurred_at then
        return 'apply';
    end if;

    select now() - settings.dedup_window into since from public.settings;
    if replaced_value is null
        or pathfinder.same_value(replaced_value, latest.value)
        or latest.settled_at <= since
        or latest.profile_field <> reading.profile_field then
        -- One that failed, and was overtaken by later ones before it was tried again.
        return case when latest.id > own_id and replaced_value is null then 'stale' else 'apply' end;
    end if;
    if latest.kind = 'departure' or exists (
        select
        from public.events_raw as earlier
        where earlier.community = reading.community
            and earlier.user_id = reading.user_id
            and earlier.attribute = reading.attribute
            and earlier.settled_at > since
            and earlier.id is distinct from own_id
            and earlier.old_value is not null
            and (
                (earlier.state = 'processed' and pathfinder.same_value(earlier.old_value, reading.value))
                or (
                    earlier.value is not distinct from reading.value
                    and pathfinder.same_value(earlier.old_value, replaced_value)
                )
            )
    ) then
        return 'stale';
    end if;
    return 'held';
end
$$;

revoke all on function pathfinder.judge_order(pathfinder.reading, bigint, public.events_raw)
    from public, anon, authenticated, service_role;

comment on function pathfinder.judge_order(pathfinder.reading, bigint, public.events_raw) is
    'Whether a change is newer than what is known of the member''s attribute: apply, stale or held.';

-- source: ingest/latest_event.sql
-- Finds the event of a member's attribute that was stored last, or the one that was applied last. Those that wait have
-- no time of processing, and are later than all others.
-- Returns: the event; all null when none is retained.
-- Example: select (pathfinder.latest_event('main', '2000', 'title', applied => true)).value;
create or replace function pathfinder.latest_event(community text, user_id text, attribute text, applied boolean)
returns public.events_raw
language plpgsql
stable
set search_path = ''
as $$
declare
    latest public.events_raw;
begin
    select stored.*
    into latest
    from public.events_raw as stored
    where stored.community = latest_event.community
        and stored.user_id = latest_event.user_id
        and stored.attribute = latest_event.attribute
        and (not applied or stored.state = 'processed')
    order by stored.settled_at desc, stored.id desc
    limit 1;

    return latest;
end
$$;

revoke all on function pathfinder.latest_event(text, text, text, boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.latest_event(text, text, text, boolean) is
    'The event of a member''s attribute that was stored, or applied, last.';

-- source: ingest/member_id_fault.sql
-- Tells whether an id is none: a template that was not filled in, a placeholder, or what a spreadsheet made of a
-- number. It would make everybody one member.
-- Returns: what is wrong with it, as the end of a sentence; null for an id.
-- Example: select pathfinder.member_id_fault('{{user.id}}');  -- the platform's template was not filled in
create or replace function pathfinder.member_id_fault(user_id text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
    -- Most ids: figures; letters, figures and dashes; or such in braces. The first costs no expression, of which a
    -- backend keeps 32 compiled, and a title may need nearly all of them.
    if btrim(user_id, '0123456789') = '' and user_id <> ''
        or user_id ~ '^(?:[A-Za-z-]*[0-9][A-Za-z0-9-]*|\{[0-9A-Fa-f-]{32,36}\})$' then
        return null;
    end if;
    return case
        when user_id ~* '^[+-]?\d+(?:[.,]\d+)?E\+\d+$' then 'a spreadsheet shortened it; export the column as text'
        when user_id ~* (
            -- Nothing, in the words of programs.
            '^\W*(?:undefined|null|nil|none|nan|void|object|true|false|infinity|unknown|unset|not (?:set|found|available|applicable)'
            '|n/a|n\.a|\[object \w+\])\W*$'
            '|^[!-/:-@\[-`{-~\s]+$'
            -- The errors of spreadsheets.
            '|^#(?:ref!|value!|name\?|num!|div/0!|null!|error!|n/a|spill!|calc!)$'
            -- What templates stand between.
            '|[{}]|\[\[|<%|%>|\*\||[$@#%]\(|^\[.*\]$|^<.*>$|^%.*%$|^__\w*__$|^#.+#$|^@@.+@@$|^\$.+[$]$|^\|.+\|$|^[$:][a-z_.]+$'
            -- The name of the id itself.
            '|^[@#=&]?(?:(?:the|your|current)[ ._-]?)?'
            '(?:(?:user|member|account|contact|profile|person|customer|author|actor|subject|external|identity)[ ._-]?)?'
            '(?:id|guid|uuid|uid|identifier)$'
        ) then 'the platform''s template was not filled in'
    end;
end
$$;

revoke all on function pathfinder.member_id_fault(text) from public, anon, authenticated, service_role;

comment on function pathfinder.member_id_fault(text) is 'What is wrong with an id that is none.';

-- source: ingest/mend_escapes.sql
-- Makes the escapes of a JSON text such that text can hold them: half characters (lone surrogates) become U+FFFD, and
-- \u0000 a blank. One pass each, whatever stands there.
-- Returns: the JSON text.
-- Example: select pathfinder.mend_escapes('{"name": "Ann \ud83d"}');  -- {"name": "Ann \ufffd"}
create or replace function pathfinder.mend_escapes(body text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
    -- Control characters never stand in JSON as they are: here they keep apart what is no escape, and whole characters.
    return (
        select translate(
            replace(
                regexp_replace(
                    regexp_replace(
                        regexp_replace(
                            replace(mend_escapes.body, '\\', E'\x01'),
                            '\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})', E'\x02u\\1\x02u\\2', 'g'
                        ),
                        '\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '\ufffd', 'g'
                    ),
                    '\\u0000', ' ', 'g'
                ),
                E'\x01', '\\'
            ),
            E'\x02', '\'
        )
    );
end
$$;

revoke all on function pathfinder.mend_escapes(text) from public, anon, authenticated, service_role;

comment on function pathfinder.mend_escapes(text) is 'Makes the escapes of a JSON text such that text can hold them.';

-- source: ingest/payload_attributes.sql
-- The attributes that payload_paths may map, each with the keys under which a body may hold it, the first of which
-- counts most. read_webhook() asks for the same keys.
-- Returns: an object of lists.
-- Example: select pathfinder.payload_attributes() -> 'user_id';  -- ["userId", "user_id"]
create or replace function pathfinder.payload_attributes()
returns jsonb
language sql
immutable
set search_path = ''
as $$
    select '{
        "event": ["event", "eventName", "event_name", "eventType", "event_type"],
        "event_id": ["eventId", "event_id"],
        "timestamp": ["timestamp", "occurredAt", "occurred_at"],
        "user_id": ["userId", "user_id"],
        "username": ["username", "userName", "user_name"],
        "field_id": ["profileFieldId", "profile_field_id", "fieldId", "field_id"],
        "field": ["profileField", "profile_field", "fieldName", "field_name", "field"],
        "value": ["value"],
        "old_value": ["oldValue", "old_value"],
        "title": ["jobTitle", "job_title", "title"],
        "company": ["company"],
        "country": ["country"],
        "department": ["department"],
        "email": ["email"],
        "joined_at": ["joinedAt", "joined_at"],
        "date": ["date"]
    }'::jsonb
$$;

revoke all on function pathfinder.payload_attributes() from public, anon, authenticated, service_role;

comment on function pathfinder.payload_attributes() is
    'The attributes that payload_paths may map, each with the keys under which a body may hold it.';

-- source: ingest/payload_time.sql
-- Reads a time: RFC 3339 with an offset or the name of a zone, RFC 2822, what JavaScript, C and people write with a
-- month's name, or Unix seconds, milli-, micro- or nanoseconds. UTC where it has no zone. What can be read in two ways
-- (11/12/2026, or IST: India, Israel or Ireland) is not read.
-- Returns: timestamptz; null for what is no time.
-- Example: select pathfinder.payload_time('Fri, 27 Nov 2026 10:00:00 +0100');
create or replace function pathfinder.payload_time(written text)
returns timestamptz
language plpgsql
stable
set search_path = ''
set datestyle = 'ISO, YMD'
as $$
declare
    content text := btrim(left(written, 100));
    a_time constant text := '[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[AaPp]\.?[Mm]\.?(?![A-Za-z]))?';
    -- 2026-11-27T10:00:00+01:00[Europe/Berlin]: the offset counts before the name.
    a_zone constant text := '(?:(?:UTC|GMT)?([+-][0-9]{1,2}(?::?[0-9]{2})?)|([A-Za-z]+(?:/[A-Za-z0-9_+-]+){1,2}|[A-Za-z]{1,5}))?';
    parts text[];
    day text;
    time_of_day text;
    zone text;
begin
    if content ~ '^[0-9]{9,19}(\.[0-9]*)?$' then
        return to_timestamp(content::numeric / power(1000::numeric, (length(split_part(content, '.', 1)) - 9) / 3));
    end if;
    content := regexp_replace(content, '^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?!\d)', '\1-\2-\3T\4:\5:\6');
    parts := regexp_match(
        content,
        '^(?:[A-Za-z]{3,9},? +)?'
        '([0-9]{4}([-/.])[0-9]{1,2}\2[0-9]{1,2}|[0-9]{1,2}[ -][A-Za-z]{3,9}\.?,?[ -](?:[0-9]{4}|[0-9]{2})|[A-Za-z]{3,9}\.? [0-9]{1,2},? [0-9]{4})'
        '(?:(?:[Tt]|,? +(?:at )?)(' || a_time || '))? *' || a_zone || '(?: *\([^)]*\)|\[([A-Za-z0-9_/+-]+)\])?$'
    );
    if parts is not null then
        -- A year of two digits, as RFC 2822 reads it.
        day := regexp_replace(translate(parts[1], '/.,', '-'), '(?<=[A-Za-z][ -])([0-4][0-9])$', '20\1');
        day := regexp_replace(day, '(?<=[A-Za-z][ -])([5-9][0-9])$', '19\1');
        time_of_day := parts[3];
        zone := coalesce(parts[4], parts[5], parts[6]);
    else
        -- Fri Nov 27 10:00:00 +0100 2026
        parts := regexp_match(
            content, '^[A-Za-z]{3} ([A-Za-z]{3} +[0-9]{1,2}) (' || a_time || ') *' || a_zone || ' *([0-9]{4})$'
        );
        day := parts[1] || ' ' || parts[5];
        time_of_day := parts[2];
        zone := coalesce(parts[3], parts[4]);
    end if;
    if day is null then
        return null;
    end if;
    time_of_day := regexp_replace(coalesce(time_of_day, '00:00'), '([AaPp])\.?[Mm]\.?$', '\1m');
    day := concat_ws(' ', day, replace(time_of_day, ',', '.'));
    if zone ~ '^[+-]' then
        return (day || regexp_replace(zone, '^([+-])(\d)(?!\d)', '\10\2'))::timestamptz;
    elsif zone ~ '/' then
        return day::timestamp at time zone zone;
    elsif upper(zone) = any (
        '{Z,UT,UTC,GMT,EST,EDT,CST,CDT,MST,MDT,PST,PDT,WET,WEST,CET,CEST,MEZ,MESZ,EET,EEST,MSK,JST,KST,HKT,AEST,AEDT,NZST,NZDT}'
    ) is not false then
        return concat(day, ' ', coalesce(upper(zone), 'UTC'))::timestamptz;
    end if;
    return null;
exception when data_exception then
    return null;
end
$$;

revoke all on function pathfinder.payload_time(text) from public, anon, authenticated, service_role;

comment on function pathfinder.payload_time(text) is
    'Reads a time as platforms write it; null for what is none.';

-- source: ingest/place_webhook_source.sql
-- Trigger: the first source feeds the community main unless it says another; any later one has to say which it feeds.
-- Returns: the row.
-- Raises: 23502 that names the communities there are.
-- Example: insert into public.webhook_sources (name, auth_kind, community) values ('forum', 'standard_webhooks', 'main');
create or replace function pathfinder.place_webhook_source()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    taken text;
begin
    if new.community is not null then
        return new;
    end if;
    select string_agg(distinct other.community, ', ' order by other.community)
    into taken
    from public.webhook_sources as other
    where other.name <> new.name;
    if taken is not null then
        raise exception 'the source "%" does not say which community it feeds', new.name
            using errcode = 'not_null_violation',
            hint = format('Set its column community: to one there is (%s), or to a new name for a new one.', taken);
    end if;
    new.community := 'main';
    return new;
end
$$;

revoke all on function pathfinder.place_webhook_source() from public, anon, authenticated, service_role;

comment on function pathfinder.place_webhook_source() is 'Gives the first source its community, and asks later ones for theirs.';

-- source: ingest/plain_attribute.sql
-- Reads the text of what a body holds for an attribute: which names count where it is an object, and whether it may be
-- a list (of a name or a time there is one, so a list of them says nothing).
-- Returns: as plain_value().
-- Example: select content from pathfinder.plain_attribute('title', '{"id": 4, "label": "CEO"}');  -- CEO
create or replace function pathfinder.plain_attribute(
    attribute text,
    given jsonb,
    out content text,
    out is_ignored boolean
)
language plpgsql
stable
set search_path = ''
as $$
declare
    plain record;
begin
    plain := pathfinder.plain_value(
        given,
        case attribute
            when 'event' then '{name,type,event,action,label,value,text,title}'::text[]
            when 'user_id' then '{id,value,name,label}'
            else '{label,value,values,name,text,title,displayName,display_name,displayValue,display_value,formatted,content,rendered,raw}'
        end,
        attribute not in ('user_id', 'username', 'event_id', 'timestamp', 'joined_at', 'date')
    );
    content := plain.content;
    is_ignored := plain.is_ignored;
end
$$;

revoke all on function pathfinder.plain_attribute(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.plain_attribute(text, jsonb) is 'The text of what a body holds for an attribute.';

-- source: ingest/plain_document.sql
-- Makes every value of a body that is of interest a plain text, so that reading need not ask what it is.
-- Returns: an object of texts and, for what is empty, nulls; without what is of no interest and what is no text, which
--   "$ignored" counts.
-- Example: select pathfinder.plain_document('{"userId": 7, "value": ["CEO", "Chair"], "oldValue": {"id": 4}}');
create or replace function pathfinder.plain_document(document jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
    return (
        select coalesce(jsonb_object_agg(known.key, plain.content) filter (where not plain.is_ignored), '{}')
            || jsonb_build_object('$ignored', count(*) filter (where plain.is_ignored))
        from jsonb_each(pathfinder.payload_attributes()) as attribute (name, keys)
        cross join lateral jsonb_array_elements_text(attribute.keys) as known (key)
        cross join lateral pathfinder.plain_attribute(attribute.name, document -> known.key) as plain
        where document ? known.key
    );
end
$$;

revoke all on function pathfinder.plain_document(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.plain_document(jsonb) is 'A body whose values are plain texts.';

-- source: ingest/plain_value.sql
-- Reads the text of whatever stands where a text should: a list is the texts in it, as parts; of an object one of the
-- names counts that is filled; null, false, [] and blanks are empty. Looked into before anything becomes text, so that
-- it costs what it says: at most 200 values, eight levels, 8,000 characters, numbers up to thirty digits.
-- Returns: the decoded text, null for empty; is_ignored where there is something that is no text; room: how many more
--   values would have been looked at.
-- Example: select content from pathfinder.plain_value('["CEO", {"label": "Chair"}]', '{label,value,name}');  -- CEO | Chair
create or replace function pathfinder.plain_value(
    given jsonb,
    names text[],
    takes_lists boolean default true,
    levels integer default 8,
    inout room integer default 200,
    out content text,
    out is_ignored boolean
)
language plpgsql
stable
set search_path = ''
as $$
declare
    kind constant text := jsonb_typeof(given);
    is_inner constant boolean := levels < 8;
    entry record;
    name text;
begin
    is_ignored := false;
    room := room - 1;
    if kind = 'string' then
        content := left(pathfinder.decode_text(left(given #>> '{}', 8000)), 4000);
        content := nullif(normalize(content, nfc), '');
    elsif kind = 'number' then
        is_ignored := abs(given::numeric) >= 1e30 or scale(given::numeric) > 30;
        if not is_ignored then
            content := trim_scale(given::numeric)::text;
        end if;
    elsif kind = 'array' and takes_lists and levels > 0 then
        for position in 0..jsonb_array_length(given) - 1 loop
            exit when room <= 0;
            entry := pathfinder.plain_value(given -> position, names, takes_lists, levels - 1, room);
            room := entry.room;
            content := nullif(concat_ws(' | ', content, entry.content), '');
            is_ignored := is_ignored or entry.is_ignored;
        end loop;
        is_ignored := is_ignored and content is null;
        content := left(content, 4000);
    elsif kind = 'object' and levels > 0 and (is_inner or given <> '{}') then
        is_ignored := not given ?| names;
        foreach name in array names loop
            continue when not given ? name;
            entry := pathfinder.plain_value(given -> name, names, takes_lists, levels - 1, room);
            room := entry.room;
            content := entry.content;
            exit when content is not null or room <= 0;
            is_ignored := is_ignored or entry.is_ignored;
        end loop;
        is_ignored := is_ignored and content is null;
    else
        is_ignored := given not in ('null', 'false', '[]', '{}');
    end if;
end
$$;

revoke all on function pathfinder.plain_value(jsonb, text[], boolean, integer, integer)
    from public, anon, authenticated, service_role;

comment on function pathfinder.plain_value(jsonb, text[], boolean, integer, integer) is
    'The text of whatever stands where a text should; ignored is what is none.';

-- source: ingest/process_pending_event.sql
-- Processes one queued event of a locked member within an error boundary. What fails is tried again after a growing
-- delay, and parked in the end, where health() shows it. A parked event no longer keeps the member's later ones
-- waiting.
-- Returns: whether it is done with (applied, stale or held); false when it failed.
-- Example: select pathfinder.process_pending_event(events_raw) from public.events_raw where id = 7;
create or replace function pathfinder.process_pending_event(event public.events_raw)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
    latest public.events_raw;
    verdict text;
    code text;
    fault text;
begin
    begin
        latest := pathfinder.latest_event(event.community, event.user_id, event.attribute, true);
        verdict := pathfinder.judge_order(pathfinder.stored_reading(event), event.id, latest);
        update public.events_raw as stored
        set settled_at = clock_timestamp(),
            attempts = stored.attempts + 1,
            error = null,
            state = case verdict when 'apply' then 'processed' else verdict end,
            due_at = case verdict
                when 'held' then now() + (select settings.hold_window from public.settings)
            end
        where stored.id = event.id
        returning stored.* into event;

        if verdict = 'apply' then
            perform pathfinder.apply_event(event);
        elsif verdict = 'stale' and event.kind = 'registration' and latest.kind <> 'departure' then
            perform pathfinder.apply_joining(event.community, event.user_id, event.details ->> 'joined_at');
        end if;
        return true;
    exception when others then
        get stacked diagnostics
            code = returned_sqlstate,
            fault = message_text;
    end;

    update public.events_raw as stored
    set attempts = stored.attempts + 1,
        error = left(format('%s: %s', code, fault), 1000),
        due_at = now() + pathfinder.event_retry_delay(stored.attempts + 1),
        state = case when pathfinder.event_retry_delay(stored.attempts + 1) is null then 'parked' else 'waiting' end,
        settled_at = case when pathfinder.event_retry_delay(stored.attempts + 1) is null then now() end
    where stored.id = event.id;
    return false;
end
$$;

revoke all on function pathfinder.process_pending_event(public.events_raw)
    from public, anon, authenticated, service_role;

comment on function pathfinder.process_pending_event(public.events_raw) is
    'Processes one queued event of a locked member within an error boundary.';

-- source: ingest/process_pending_events.sql
-- Works off the events that could not be processed when they came. Each due member's events are taken in the order they
-- came, each in its own error boundary; a failure ends the member's turn. Members that another run, or an arriving
-- webhook, is just dealing with are passed over. Then the held events whose time has come are released.
-- Returns: how many events were processed (parked and failed ones not among them).
-- Example: select pathfinder.process_pending_events(100);
create or replace function pathfinder.process_pending_events(max_events integer default 500)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    first_id bigint;
    home text;
    member text;
    event public.events_raw;
    tried integer := 0;
    done integer := 0;
begin
    for first_id, home, member in
        select waiting.id, waiting.community, waiting.user_id
        from public.events_raw as waiting
        where waiting.state = 'waiting'
            and waiting.due_at <= now()
            and not exists (
                select
                from public.events_raw as earlier
                where earlier.community = waiting.community
                    and earlier.user_id = waiting.user_id
                    and earlier.state = 'waiting'
                    and earlier.id < waiting.id
            )
        order by waiting.due_at, waiting.id
        limit max_events
    loop
        exit when tried >= max_events;
        continue when not pg_try_advisory_xact_lock(pathfinder.member_lock_key(home, member));
        loop
            exit when tried >= max_events;
            select waiting.*
            into event
            from public.events_raw as waiting
            where waiting.community = home
                and waiting.user_id = member
                and waiting.state = 'waiting'
            order by waiting.id
            limit 1
            for update skip locked;
            -- Another run may have dealt with it between finding it and locking the member.
            exit when not found or event.due_at > now();

            tried := tried + 1;
            exit when not pathfinder.process_pending_event(event);
            done := done + 1;
        end loop;
    end loop;
    return done + pathfinder.release_held_events(max_events - tried);
end
$$;

revoke all on function pathfinder.process_pending_events(integer) from public, anon, authenticated, service_role;

comment on function pathfinder.process_pending_events(integer) is
    'Works off the events that could not be processed when they came.';

-- source: ingest/queue_event.sql
-- Stores what cannot be applied now; process_pending_events will. Of somebody who was forgotten nothing is stored.
-- Returns: the answer's result.
-- Example: select pathfinder.queue_event(reading, '55P03: canceling statement due to lock timeout');
create or replace function pathfinder.queue_event(reading pathfinder.reading, error text)
returns json
language plpgsql
volatile
set search_path = ''
as $$
begin
    return json_build_object(
        'status', 'queued',
        'user_id', reading.user_id,
        'event_id', case when not pathfinder.is_forgotten(reading.community, reading.user_id) then
            pathfinder.store_event(
                reading,
                'waiting',
                now() + case when error is null then interval '0' else pathfinder.event_retry_delay(1) end,
                error
            )
        end
    );
end
$$;

revoke all on function pathfinder.queue_event(pathfinder.reading, text) from public, anon, authenticated, service_role;

comment on function pathfinder.queue_event(pathfinder.reading, text) is 'Stores what cannot be applied now.';

-- source: ingest/read_details.sql
-- Reads what a webhook says about a member beside the field that changed. Of an e-mail address only the domain is kept.
-- Returns: the reading with details: {"country", "company", "department", "email", "joined_at"}, each only where
--   it was sent; null for none of them.
-- Example: select (pathfinder.read_details('{"country": "UK", "date": "2026-11-02"}', reading)).details;
create or replace function pathfinder.read_details(document jsonb, reading pathfinder.reading)
returns pathfinder.reading
language plpgsql
stable
set search_path = ''
as $$
declare
    written constant text := coalesce(
        nullif(document ->> 'joinedAt', ''), nullif(document ->> 'joined_at', ''),
        case when reading.kind = 'registration' then nullif(document ->> 'date', '') end
    );
    joined_at timestamptz := pathfinder.payload_time(written);
begin
    if written is not null and joined_at is null then
        reading.unreadable_times := reading.unreadable_times + 1;
    end if;
    -- Somebody who has just registered has joined now, and nobody will have joined later than that.
    if joined_at > now() or (joined_at is null and reading.kind = 'registration') then
        joined_at := now();
    end if;
    reading.details := nullif(jsonb_strip_nulls(jsonb_build_object(
        'country', pathfinder.stated_value('country', left(nullif(document ->> 'country', ''), 1000)),
        'company', pathfinder.stated_value('company', left(nullif(document ->> 'company', ''), 1000)),
        'department', pathfinder.stated_value('department', left(nullif(document ->> 'department', ''), 1000)),
        'email', pathfinder.domain_key(substring(document ->> 'email' from '[@＠][^@\s<>,;]+')),
        'joined_at', joined_at
    )), '{}');
    return reading;
end
$$;

revoke all on function pathfinder.read_details(jsonb, pathfinder.reading)
    from public, anon, authenticated, service_role;

comment on function pathfinder.read_details(jsonb, pathfinder.reading) is
    'Reads what a webhook says about a member beside the field that changed.';

-- source: ingest/read_member.sql
-- Reads one row of a backfill.
-- Returns: the member as far as the row tells, or what is wrong with the row; is_undated where it holds a time of
--   joining that cannot be read.
-- Example: select * from pathfinder.read_member('main', '{"user_id": 7, "title": "CEO"}');
create or replace function pathfinder.read_member(
    community text,
    content jsonb,
    out member pathfinder.listed_member,
    out fault text,
    out is_undated boolean
)
language plpgsql
stable
set search_path = ''
as $$
declare
    written text;
begin
    if jsonb_typeof(content) <> 'object' then
        fault := 'The row is not an object.';
        return;
    end if;
    member.community := read_member.community;
    member.user_id := (pathfinder.plain_value(content -> 'user_id', '{}')).content;
    perform pathfinder.check_member_id(member.user_id, jsonb_typeof(content -> 'user_id') = 'number');
    member.username := left((pathfinder.plain_value(content -> 'username', '{}')).content, 1000);
    member.title := (pathfinder.plain_attribute('title', content -> 'title')).content;
    member.company := pathfinder.stated_value(
        'company', left((pathfinder.plain_attribute('company', content -> 'company')).content, 1000)
    );
    member.country := pathfinder.stated_value(
        'country', left((pathfinder.plain_attribute('country', content -> 'country')).content, 1000)
    );
    member.department := pathfinder.stated_value(
        'department', left((pathfinder.plain_attribute('department', content -> 'department')).content, 1000)
    );
    member.email_domain := pathfinder.domain_key(coalesce(
        content ->> 'email_domain', substring(content ->> 'email' from '[@＠][^@\s<>,;]+')
    ));
    -- A date that cannot be read costs the date, never the member.
    written := pathfinder.stated_value('joined_at', btrim(content ->> 'joined_at'));
    member.joined_at := pathfinder.payload_time(written);
    is_undated := member.joined_at is null and written <> '';
exception when sqlstate 'PT400' then
    fault := sqlerrm;
end
$$;

revoke all on function pathfinder.read_member(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.read_member(text, jsonb) is 'Reads one row of a backfill.';

-- source: ingest/read_members.sql
-- Reads the rows of a backfill. Nearly all of them hold plain text alone, which is what it says: they are read
-- together, each distinct time, domain and place of work once. Any other row is read by itself.
-- Returns: for each row its place from 1, and what read_member() says of it.
-- Example: select * from pathfinder.read_members('main', '[{"user_id": "7", "title": "CEO"}]');
create or replace function pathfinder.read_members(community text, members jsonb)
returns table (place bigint, member pathfinder.listed_member, fault text, is_undated boolean)
language sql
stable
set search_path = ''
as $$
    with given as materialized (
        select
            listed.place,
            listed.content,
            listed.content ->> 'user_id' as user_id,
            nullif(listed.content ->> 'username', '') as username,
            nullif(listed.content ->> 'title', '') as title,
            coalesce(listed.content ->> 'company', '') as company,
            coalesce(listed.content ->> 'country', '') as country,
            coalesce(listed.content ->> 'department', '') as department,
            listed.content ->> 'email_domain' as email_domain,
            nullif(listed.content ->> 'joined_at', '') as joined_at
        from jsonb_array_elements(read_members.members) with ordinality as listed (content, place)
    ),
    judged as materialized (
        select
            given.*,
            -- An id with a digit in it is no word such as "undefined"; of plain text there is nothing to decode.
            length(given.user_id) <= 100
                and given.user_id ~ '^[A-Za-z-]*[0-9][A-Za-z0-9-]*$'
                and not given.content ? 'email'
                and octet_length(written.text) <= 1000
                and written.text ~ '^(?:\n[ -$''-;=-~]*){6}$'
                and written.text !~ '\n | \n'
                -- Strict, or a list would pass for what it holds.
            and not given.content @? 'strict $.* ? (@.type() != "string" && @.type() != "null")'
            as is_plain
        from given
        cross join lateral (
            -- Six line breaks, and none within: a cell of a spreadsheet may hold some.
            select concat_ws(
                E'\n', '', coalesce(given.username, ''), coalesce(given.title, ''), given.company, given.country,
                given.department, ''
            )
        ) as written (text)
    ),
    times as materialized (
        select spelt.joined_at, pathfinder.payload_time(spelt.joined_at) as moment
        from (select distinct judged.joined_at from judged where judged.is_plain) as spelt
        where spelt.joined_at is not null
    ),
    domains as materialized (
        select spelt.email_domain, pathfinder.domain_key(spelt.email_domain) as domain
        from (select distinct judged.email_domain from judged where judged.is_plain) as spelt
        where spelt.email_domain is not null
    ),
    works as materialized (
        select
            spelt.company as company_key,
            spelt.country as country_key,
            spelt.department as department_key,
            nullif(pathfinder.stated_value('company', spelt.company), '') as company,
            nullif(pathfinder.stated_value('country', spelt.country), '') as country,
            nullif(pathfinder.stated_value('department', spelt.department), '') as department
        from (
            select distinct judged.company, judged.country, judged.department from judged where judged.is_plain
        ) as spelt
    )
    select
        judged.place,
        row(
            read_members.community, judged.user_id, judged.username, judged.title, works.company, works.country,
            works.department, domains.domain, times.moment
        )::pathfinder.listed_member,
        null,
        false
    from judged
    join works
        on works.company_key = judged.company
        and works.country_key = judged.country
        and works.department_key = judged.department
    left join times on times.joined_at = judged.joined_at
    left join domains on domains.email_domain = judged.email_domain
    where judged.is_plain and (judged.joined_at is null or times.moment is not null)
    union all
    select judged.place, slow.member, slow.fault, slow.is_undated
    from judged
    left join times on times.joined_at = judged.joined_at
    cross join lateral pathfinder.read_member(read_members.community, judged.content) as slow
    where judged.is_plain is not true or (judged.joined_at is not null and times.moment is null)
$$;

revoke all on function pathfinder.read_members(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.read_members(text, jsonb) is 'Reads the rows of a backfill.';

-- source: ingest/read_webhook.sql
-- Reads what a webhook says from its body: who, which field, which value, and whatever else came along. What is in the
-- body tells its shape, not the event's name: a registered field; or a title, of a profile that was saved or of
-- somebody new; or no title, and a registration. Only a name that ends a membership counts before them. Of several keys
-- that may hold a value, the first that is filled counts.
-- Returns: the reading, with skip_reason where it is of no interest.
-- Raises: PT400 when it names no member, or nothing to read.
-- Example: select (pathfinder.read_webhook('{"userId": 1, "profileField": "Title", "value": "CEO"}', source, '{}')).value;
create or replace function pathfinder.read_webhook(document jsonb, source public.webhook_sources, headers jsonb)
returns pathfinder.reading
language plpgsql
stable
set search_path = ''
as $$
declare
    reading pathfinder.reading;
    event_name text;
    name_kind text;
    stated_id text;
    stated_label text;
    title text;
    written text;
    id_is_number boolean;
begin
    if jsonb_typeof(document -> 'user') = 'object' then
        document := pathfinder.apply_payload_paths(
            document,
            '{
                "user_id": [["user", "id"], ["user", "userId"], ["user", "user_id"]],
                "username": [["user", "username"], ["user", "name"]],
                "title": [["user", "jobTitle"], ["user", "job_title"], ["user", "title"]],
                "company": ["user", "company"],
                "country": ["user", "country"],
                "department": ["user", "department"],
                "email": ["user", "email"],
                "joined_at": [["user", "joinedAt"], ["user", "joined_at"]]
            }',
            '{}'
        );
    end if;
    if source.payload_paths <> '{}' then
        document := pathfinder.apply_payload_paths(document, source.payload_paths, headers);
    end if;
    reading.ignored_fields := 0;
    -- Whatever is not plain text already, a whole number or empty, is made so first.
    id_is_number := 'number' in (jsonb_typeof(document -> 'userId'), jsonb_typeof(document -> 'user_id'));
    if document @? 'strict $.* ? (!(@.type() == "null"
        || (@.type() == "number" && @ >= 0 && @ < 1000000000000000 && @.floor() == @)
        || (@.type() == "string" && @ like_regex "^(?:[!-$''-;=-~](?:[ -$''-;=-~]*[!-$''-;=-~])?)?$")))' then
        document := pathfinder.plain_document(document);
        reading.ignored_fields := document ->> '$ignored';
    end if;

    reading.source := source.name;
    reading.community := source.community;
    reading.sends_old_values := source.sends_old_values;
    reading.unreadable_times := 0;
    reading.kind := 'profile_update';
    event_name := coalesce(
        nullif(document ->> 'event', ''), nullif(document ->> 'eventName', ''), nullif(document ->> 'event_name', ''),
        nullif(document ->> 'eventType', ''), nullif(document ->> 'event_type', '')
    );
    stated_id := coalesce(
        nullif(document ->> 'profileFieldId', ''), nullif(document ->> 'profile_field_id', ''),
        nullif(document ->> 'fieldId', ''), nullif(document ->> 'field_id', '')
    );
    stated_label := coalesce(
        nullif(document ->> 'profileField', ''), nullif(document ->> 'profile_field', ''),
        nullif(document ->> 'fieldName', ''), nullif(document ->> 'field_name', ''), nullif(document ->> 'field', '')
    );
    title := left(coalesce(nullif(document ->> 'jobTitle', ''), nullif(document ->> 'job_title', '')), 4000);
    if event_name is not null and (
        stated_id is null and stated_label is null
        or event_name ~* (
            'delet|destr|nymi|activ|eras|termin|purg|remov|forg|regist|clos|left|disab|wip|board|[^ -~]|supp|effac'
            '|loe?sch|entfern|kund|tret|verwij|rader|slett|poist|elimin|borrad|exclu|apagad|rimoss|cancel|usun|silin'
        )
    ) then
        name_kind := pathfinder.event_kind(event_name);
    end if;

    if name_kind = 'departure' then
        -- As if the title had been cleared, so that older and newer changes find their place.
        reading.kind := 'departure';
        reading.attribute := 'title';
    elsif stated_id is not null or stated_label is not null then
        select registered.field_name, registered.attribute
        into reading.profile_field, reading.attribute
        from public.field_registry as registered
        where registered.is_active
            and (
                registered.field_id = stated_id
                or (registered.field_name = stated_label and (registered.field_id is null or stated_id is null))
            )
        order by (registered.field_id = stated_id) desc nulls last
        limit 1;
        if not found then
            select registered.field_name, registered.attribute
            into reading.profile_field, reading.attribute
            from public.field_registry as registered
            where registered.is_active
                and pathfinder.field_key(registered.field_name) = pathfinder.field_key(stated_label)
                and (registered.field_id is null or stated_id is null);
        end if;
        if reading.attribute is null and title is null then
            reading.skip_reason := format('The field "%s" is not registered.', left(coalesce(stated_label, stated_id), 100));
            return reading;
        elsif reading.attribute is null or (reading.attribute <> 'title' and title is not null) then
            -- A profile that was saved: what the field holds is one of the details that came along.
            if reading.attribute is not null then
                document := document || jsonb_build_object(reading.attribute, document -> 'value');
            end if;
            reading.attribute := 'title';
            reading.value := title;
        else
            reading.value := coalesce(
                left(nullif(document ->> 'value', ''), 4000),
                case reading.attribute
                    when 'title' then coalesce(title, left(nullif(document ->> 'title', ''), 4000))
                    else left(nullif(document ->> reading.attribute, ''), 4000)
                end
            );
            if reading.value is null and not document ? 'value' then
                if reading.ignored_fields = 0 then
                    raise sqlstate 'PT400' using
                        message = 'The webhook names a field but holds no "value".',
                        hint = 'Send the new value as "value"; null or "" says that the member cleared it.';
                end if;
                reading.skip_reason := 'The value is no text, and no list of texts.';
                return reading;
            end if;
            -- Stated to have been empty is something else than not stated.
            reading.old_value := coalesce(
                left(nullif(document ->> 'oldValue', ''), 4000), left(nullif(document ->> 'old_value', ''), 4000),
                case when document ?| '{oldValue,old_value}' then '' end
            );
            if reading.attribute in ('company', 'country', 'department') then
                reading.value := pathfinder.stated_value(reading.attribute, reading.value);
                reading.old_value := case
                    when reading.old_value <> ''
                        then coalesce(pathfinder.stated_value(reading.attribute, reading.old_value), '')
                    else reading.old_value
                end;
            elsif reading.attribute = 'email' then
                reading.value := pathfinder.domain_key(substring(reading.value from '[@＠][^@\s<>,;]+'));
                reading.old_value := case
                    when reading.old_value <> ''
                        then pathfinder.domain_key(substring(reading.old_value from '[@＠][^@\s<>,;]+'))
                    else reading.old_value
                end;
            end if;
        end if;
    else
        if name_kind is distinct from 'object' then
            title := coalesce(title, left(nullif(document ->> 'title', ''), 4000));
        end if;
        if title is not null then
            reading.attribute := 'title';
            reading.value := title;
            reading.kind := case name_kind when 'registration' then 'registration' else 'profile_update' end;
        elsif event_name is null and not document ?| '{jobTitle,job_title,title,date}' then
            if reading.ignored_fields = 0 then
                raise sqlstate 'PT400' using
                    message = 'The webhook names no profile field, no job title and no date of registration.',
                    hint = 'Send userId, profileField and value, or name the event.';
            end if;
            reading.skip_reason := 'The title is no text, and no list of texts.';
            return reading;
        elsif name_kind = 'registration' or event_name is null and not document ?| '{jobTitle,job_title,title}' then
            reading.kind := 'registration';
        elsif document ?| '{jobTitle,job_title,title}' and coalesce(name_kind, 'profile_update') = 'profile_update' then
            reading.attribute := 'title';
        else
            reading.skip_reason := case name_kind
                when 'profile_update' then 'The profile holds no job title.'
                else format('Events of the kind "%s" are not used.', left(event_name, 100))
            end;
            return reading;
        end if;
    end if;

    reading.user_id := coalesce(nullif(document ->> 'userId', ''), nullif(document ->> 'user_id', ''));
    -- A template that was not filled in hides no id.
    if document ? 'user_id' and pathfinder.member_id_fault(reading.user_id) is not null then
        reading.user_id := coalesce(nullif(document ->> 'user_id', ''), reading.user_id);
    end if;
    if id_is_number then
        reading.user_id := regexp_replace(reading.user_id, '\.0+$', '');
    end if;
    -- Most ids are figures, at which nobody need look twice.
    if (length(reading.user_id) <= 500 and btrim(reading.user_id, '0123456789') = '') is not true then
        perform pathfinder.check_member_id(reading.user_id, id_is_number);
    end if;
    reading.username := left(coalesce(
        nullif(document ->> 'username', ''), nullif(document ->> 'userName', ''), nullif(document ->> 'user_name', '')
    ), 1000);
    if document ?| '{timestamp,occurredAt,occurred_at}' then
        written := coalesce(
            nullif(document ->> 'timestamp', ''), nullif(document ->> 'occurredAt', ''),
            nullif(document ->> 'occurred_at', '')
        );
        if written is not null then
            reading.occurred_at := pathfinder.payload_time(written);
            reading.unreadable_times := (reading.occurred_at is null)::integer;
            -- A clock that runs ahead must not make every later change look old.
            if reading.occurred_at > now() then
                reading.occurred_at := now();
            end if;
        end if;
    end if;
    if reading.kind <> 'departure'
        and (reading.kind = 'registration' or document ?| '{country,company,department,email,joinedAt,joined_at}') then
        reading := pathfinder.read_details(document, reading);
    end if;
    reading.event_id := left(coalesce(
        nullif(headers ->> case source.auth_kind
            when 'standard_webhooks' then 'webhook-id'
            else source.event_id_header
        end, ''),
        nullif(document ->> 'eventId', ''),
        nullif(document ->> 'event_id', '')
    ), 500);
    -- Control characters never stand in what was read, so that different changes have different keys.
    reading.idempotency_key := case
        when reading.event_id is not null then reading.source || ':' || reading.event_id
        else encode(sha256(convert_to(concat_ws(
            E'\x1f', reading.source, reading.kind, reading.user_id, reading.attribute, coalesce(reading.value, E'\x1e'),
            reading.old_value
        ), 'UTF8')), 'hex')
    end;
    return reading;
end
$$;

revoke all on function pathfinder.read_webhook(jsonb, public.webhook_sources, jsonb)
    from public, anon, authenticated, service_role;

comment on function pathfinder.read_webhook(jsonb, public.webhook_sources, jsonb) is
    'Reads what a webhook says from its body.';

-- source: ingest/receive_webhook.sql
-- Takes one webhook from its raw body to its answer: size, sender, content, then what it says. One boundary for errors:
-- what fails before anything is known is a refusal, which whoever finds the fault raises as PT400, PT401 or PT413; what
-- fails after it was read is queued, so that nothing is lost. A lock that is not free within a second (a long batch may
-- hold one) is such a failure, well before the API's statement timeout of 3 s.
-- Returns: the answer's body; its status other than 200 goes to PostgREST through response.status.
-- Example: select pathfinder.receive_webhook('{"userId": "1", "profileField": "Job Title", "value": "CEO"}');
create or replace function pathfinder.receive_webhook(payload json)
returns json
language plpgsql
volatile
security definer
set search_path = ''
set lock_timeout = '1s'
set plan_cache_mode = force_generic_plan
as $$
declare
    body text := payload::text;
    stage text := 'body';
    headers jsonb;
    source public.webhook_sources;
    document jsonb;
    reading pathfinder.reading;
    result json;
    outcome text;
    code text;
    fault text;
    advice text;
begin
    begin
        -- PostgREST hands over the text that was posted, Supabase Lite a JSON string that holds it, written anew.
        if json_typeof(payload) = 'string' and octet_length(body) <= 2 * 65536 then
            body := pathfinder.mend_escapes(body)::json #>> '{}';
        end if;
        if octet_length(body) > 65536 then
            raise sqlstate 'PT413' using
                message = 'The body is larger than 64 KiB (65536 bytes).',
                hint = 'Send one profile field of one member in each webhook.';
        elsif body is null then
            raise sqlstate 'PT400' using
                message = 'The body is empty.',
                hint = 'Post a JSON object such as {"userId": "2000", "profileField": "Job Title", "value": "CEO"}.';
        end if;

        stage := 'sender';
        headers := nullif(current_setting('request.headers', true), '');
        source := pathfinder.authenticate_webhook(headers, body);

        stage := 'content';
        if strpos(body, '\u') > 0 then
            body := pathfinder.mend_escapes(body);
        end if;
        document := body;
        if jsonb_typeof(document) = 'array' and jsonb_array_length(document) = 1 then
            document := document -> 0;
        end if;
        if jsonb_typeof(document) <> 'object' then
            raise sqlstate 'PT400' using
                message = format('The body must be a JSON object, not a JSON %s.', jsonb_typeof(document)),
                hint = 'Post one member''s change as an object, such as'
                    ' {"userId": "2000", "profileField": "Job Title", "value": "CEO"}.';
        end if;
        reading := pathfinder.read_webhook(document, source, headers);

        stage := 'event';
        result := case
            when reading.skip_reason is null then pathfinder.settle_event(reading)
            else json_build_object('status', 'skipped', 'reason', reading.skip_reason)
        end;
    exception
        -- The statement timeout is a query_canceled, which `others` leaves out.
        when query_canceled or others then
            get stacked diagnostics
                code = returned_sqlstate,
                fault = message_text,
                advice = pg_exception_hint;
            if stage <> 'event' and code !~ '^(?:PT4|22|54)' then
                raise;
            end if;
    end;

    if code is not null and stage <> 'event' then
        return pathfinder.refuse_webhook(stage, code, fault, advice, source.name);
    elsif code is not null then
        result := pathfinder.queue_event(reading, format('%s: %s', code, fault));
    end if;
    outcome := result ->> 'status';
    if outcome = 'queued' then
        perform set_config('response.status', '202', true);
    end if;
    perform pathfinder.count_webhook(source.name, outcome);
    if reading.ignored_fields > 0 then
        perform pathfinder.count_webhook(source.name, 'ignored_fields', reading.ignored_fields);
    end if;
    if reading.unreadable_times > 0 then
        perform pathfinder.count_webhook(source.name, 'unreadable_times', reading.unreadable_times);
    end if;
    return json_build_object('status', 'accepted', 'result', result);
end
$$;

revoke all on function pathfinder.receive_webhook(json) from public, anon, authenticated, service_role;
grant execute on function pathfinder.receive_webhook(json) to anon, service_role;

comment on function pathfinder.receive_webhook(json) is
    'Authenticates, reads, stores and applies one webhook; returns the answer''s body.';

-- source: ingest/refuse_webhook.sql
-- Counts a refused webhook and gives the answer, in the shape of PostgREST's own errors. What Postgres could not read
-- has no words of ours yet: headers that are none are no credentials, a body that is none is malformed.
-- Returns: the body; sets the response's status to what the SQLSTATE PTxyz says.
-- Example: select pathfinder.refuse_webhook('body', 'PT400', 'The body is empty.', 'Post a JSON object.', null);
create or replace function pathfinder.refuse_webhook(stage text, code text, message text, hint text, source text)
returns json
language plpgsql
volatile
set search_path = ''
as $$
begin
    if code not like 'PT%' and stage = 'sender' then
        message := 'This webhook is not authorised.';
        hint := 'The headers of the request cannot be read.';
        code := 'PT401';
    elsif code like '54%' then
        message := 'The body is nested too deeply.';
        hint := 'Post a flat JSON object, such as {"userId": "2000", "profileField": "Job Title", "value": "CEO"}.';
        code := 'PT400';
    elsif code not like 'PT%' then
        message := 'The body is not valid JSON, or holds what cannot be stored.';
        hint := 'Post a JSON object in UTF-8, without numbers out of range.';
        code := 'PT400';
    end if;
    perform set_config('response.status', substring(code from 3), true);
    if code = 'PT401' then
        perform set_config('response.headers', '[{"WWW-Authenticate": "Basic realm=\"CaptPathfinder\""}]', true);
    end if;
    perform pathfinder.count_webhook(
        source,
        case code when 'PT401' then 'unauthorised' when 'PT413' then 'too_large' else 'malformed' end
    );
    return json_build_object('code', code, 'details', null, 'hint', hint, 'message', message);
end
$$;

revoke all on function pathfinder.refuse_webhook(text, text, text, text, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.refuse_webhook(text, text, text, text, text) is
    'Counts a refused webhook and gives its answer.';

-- source: ingest/release_held_event.sql
-- Releases one held event of a locked member: it applies, unless something that came after it has been applied. A
-- failure leaves it held, for another try in a few minutes.
-- Returns: how many events were applied: it and those that build on it.
-- Example: select pathfinder.release_held_event(7);
create or replace function pathfinder.release_held_event(event_id bigint)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    event public.events_raw;
    superseded boolean;
begin
    select held.*
    into event
    from public.events_raw as held
    where held.id = release_held_event.event_id
        and held.state = 'held'
        and held.due_at <= now()
    for update skip locked;
    if not found then
        return 0;
    end if;

    superseded := exists (
        select
        from public.events_raw as later
        where later.community = event.community
            and later.user_id = event.user_id
            and later.attribute = event.attribute
            and later.state = 'processed'
            and later.id > event.id
    );
    update public.events_raw as held
    set due_at = null,
        state = case when superseded then 'stale' else 'processed' end,
        settled_at = case when superseded then held.settled_at else clock_timestamp() end
    where held.id = event.id
    returning held.* into event;
    if superseded then
        return 0;
    end if;
    return pathfinder.apply_event(event);
exception when others then
    update public.events_raw as held
    set due_at = now() + interval '5 minutes',
        error = left(format('%s: %s', sqlstate, sqlerrm), 1000)
    where held.id = release_held_event.event_id;
    return 0;
end
$$;

revoke all on function pathfinder.release_held_event(bigint) from public, anon, authenticated, service_role;

comment on function pathfinder.release_held_event(bigint) is
    'Releases one held event of a locked member, unless something that came after it has been applied.';

-- source: ingest/release_held_events.sql
-- Releases the held events whose time has come: the change that each builds on is not going to arrive.
-- Returns: how many were applied.
-- Example: select pathfinder.release_held_events(100);
create or replace function pathfinder.release_held_events(max_events integer)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    due_id bigint;
    home text;
    member text;
    done integer := 0;
begin
    for due_id, home, member in
        select held.id, held.community, held.user_id
        from public.events_raw as held
        where held.state = 'held'
            and held.due_at <= now()
        order by held.due_at, held.id
        limit greatest(max_events, 0)
    loop
        continue when not pg_try_advisory_xact_lock(pathfinder.member_lock_key(home, member));
        done := done + pathfinder.release_held_event(due_id);
    end loop;
    return done;
end
$$;

revoke all on function pathfinder.release_held_events(integer) from public, anon, authenticated, service_role;

comment on function pathfinder.release_held_events(integer) is 'Releases the held events whose time has come.';

-- source: ingest/retry_parked_events.sql
-- Puts the parked events back into the queue, once their cause is mended.
-- Returns: how many.
-- Example: select public.retry_parked_events();
create or replace function pathfinder.retry_parked_events()
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    retried integer;
begin
    update public.events_raw
    set state = 'waiting',
        settled_at = null,
        attempts = 0,
        due_at = now()
    where state = 'parked';
    get diagnostics retried = row_count;
    return retried;
end
$$;

revoke all on function pathfinder.retry_parked_events() from public, anon, authenticated, service_role;
grant execute on function pathfinder.retry_parked_events() to service_role;

comment on function pathfinder.retry_parked_events() is 'Puts the parked events back into the queue.';

create or replace function public.retry_parked_events()
returns integer
language sql
volatile
set search_path = ''
as $$
    select pathfinder.retry_parked_events()
$$;

revoke all on function public.retry_parked_events() from public, anon, authenticated, service_role;
grant execute on function public.retry_parked_events() to service_role;

comment on function public.retry_parked_events() is
    'Puts webhooks that failed too often back into the queue, once their cause is mended.';

-- source: ingest/same_value.sql
-- Whether two values of a field are one to a person: whatever their case, blanks and signs; nothing and empty alike;
-- and where one was cut off: with dots, in the middle of a word, or after thirty characters.
-- Returns: true or false.
-- Example: select pathfinder.same_value('sales  manager', 'Sales Manager');  -- true
create or replace function pathfinder.same_value(one text, other text)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
declare
    longer text := coalesce(one, '');
    shorter text := coalesce(other, '');
    is_cut boolean;
begin
    if longer = shorter then
        return true;
    end if;
    is_cut := (longer || '|' || shorter) ~ '(?:…|\.\.\.)(?:\||$)';
    longer := pathfinder.name_key(regexp_replace(longer, '(?:…|\.\.\.)$', ''));
    shorter := pathfinder.name_key(regexp_replace(shorter, '(?:…|\.\.\.)$', ''));
    if longer = shorter then
        return true;
    end if;
    if length(longer) < length(shorter) then
        select shorter, longer into longer, shorter;
    end if;
    return length(shorter) >= 4
        and starts_with(longer, shorter)
        and (
            is_cut
            or length(shorter) >= 30
            or octet_length(shorter) >= 10 and substr(longer, length(shorter), 2) ~ '^[[:alnum:]]{2}$'
        );
end
$$;

revoke all on function pathfinder.same_value(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.same_value(text, text) is 'Whether two values of a field are one to a person.';

-- source: ingest/set_webhook_secret.sql
-- Sets the secret with which a source authenticates itself. The one before stays valid for a while, so that the
-- platform can be changed over without losing a webhook; anything older ends at once. Of a secret that is only
-- compared, a salted digest is stored; of one that signs, the key, where no API role can read it. A bad argument is
-- answered, not raised: the text of a statement that fails is written to the server's log, and the secret with it.
-- Returns: {"status": "set", "source", "previous_valid_until"}, or {"status": "refused", "message", "hint"} with 400.
-- Example: select public.set_webhook_secret('community', 'a long random text');
create or replace function pathfinder.set_webhook_secret(source text, secret text, keep_previous_for interval)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
    kind text;
    fault text;
    new_salt bytea;
    ends_at timestamptz := now() + set_webhook_secret.keep_previous_for;
begin
    -- Two that set a secret of one source take turns.
    select webhook_sources.auth_kind
    into kind
    from public.webhook_sources
    where webhook_sources.name = set_webhook_secret.source
    for update;

    fault := coalesce(
        pathfinder.check_webhook_secret(kind, set_webhook_secret.secret, set_webhook_secret.keep_previous_for),
        pathfinder.check_secret_is_apart(set_webhook_secret.source, set_webhook_secret.secret)
    );
    if fault is not null then
        perform set_config('response.status', '400', true);
        return json_build_object(
            'status', 'refused',
            'message', fault,
            'hint', 'Nothing was changed. A good secret: openssl rand -hex 32; for standard_webhooks:'
                ' echo "whsec_$(openssl rand -base64 32)"'
        );
    end if;

    delete from pathfinder.webhook_secrets
    where webhook_secrets.source = set_webhook_secret.source
        and (webhook_secrets.expires_at is not null or ends_at <= now());
    update pathfinder.webhook_secrets
    set expires_at = ends_at
    where webhook_secrets.source = set_webhook_secret.source;

    if kind in ('basic', 'secret_header') then
        new_salt := pathfinder.random_salt();
        insert into pathfinder.webhook_secrets (source, salt, digest)
        values (
            set_webhook_secret.source,
            new_salt,
            sha256(new_salt || convert_to(set_webhook_secret.secret, 'UTF8'))
        );
    else
        insert into pathfinder.webhook_secrets (source, key)
        values (
            set_webhook_secret.source,
            case kind
                when 'standard_webhooks' then decode(substring(set_webhook_secret.secret from 7), 'base64')
                else convert_to(set_webhook_secret.secret, 'UTF8')
            end
        );
    end if;

    return json_build_object(
        'status', 'set',
        'source', set_webhook_secret.source,
        'previous_valid_until', (
            select max(webhook_secrets.expires_at)
            from pathfinder.webhook_secrets
            where webhook_secrets.source = set_webhook_secret.source
        )
    );
end
$$;

revoke all on function pathfinder.set_webhook_secret(text, text, interval)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.set_webhook_secret(text, text, interval) to service_role;

comment on function pathfinder.set_webhook_secret(text, text, interval) is
    'Sets the secret with which a source authenticates itself.';

create or replace function public.set_webhook_secret(
    source text,
    secret text,
    keep_previous_for interval default '24 hours'
)
returns json
language sql
volatile
set search_path = ''
as $$
    select pathfinder.set_webhook_secret(source, secret, keep_previous_for)
$$;

revoke all on function public.set_webhook_secret(text, text, interval) from public, anon, authenticated, service_role;
grant execute on function public.set_webhook_secret(text, text, interval) to service_role;

comment on function public.set_webhook_secret(text, text, interval) is
    'Sets the secret with which a source of webhooks authenticates itself; the one before stays valid for a while.';

-- source: ingest/settle_event.sql
-- Decides what a webhook is (new, duplicate, stale, held, to be queued), stores it and applies it. Those of one member
-- take turns; those of different members do not wait for each other. While earlier ones of the member are queued, this
-- one queues behind them, since applying it first would let them overwrite it. Of most members nothing else is
-- retained; then there is nothing to compare it with. Of somebody who was forgotten nothing is stored.
-- Returns: the answer's result.
-- Raises: whatever classifying or storing raises.
-- Example: select pathfinder.settle_event(reading);
create or replace function pathfinder.settle_event(reading pathfinder.reading)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
    has_forgotten boolean;
    has_history boolean;
    is_behind boolean;
    has_held boolean := false;
    latest public.events_raw;
    known_id bigint;
    verdict text := 'apply';
    held_until timestamptz;
    event_id bigint;
    change pathfinder.profile_change;
    level text;
begin
    perform pg_advisory_xact_lock(pathfinder.member_lock_key(reading.community, reading.user_id));
    select
        exists (select from pathfinder.forgotten),
        exists (
            select
            from public.events_raw as stored
            where stored.community = reading.community and stored.user_id = reading.user_id
        )
    into has_forgotten, has_history;
    if has_forgotten and pathfinder.is_forgotten(reading.community, reading.user_id) then
        return json_build_object(
            'status', 'processed', 'user_id', reading.user_id, 'is_senior', false, 'seniority_level', null, 'event_id', null
        );
    end if;

    if has_history then
        latest := pathfinder.latest_event(reading.community, reading.user_id, reading.attribute, false);
    end if;
    if has_history or reading.event_id is not null or reading.attribute is null then
        known_id := pathfinder.find_duplicate(reading, latest);
        if known_id is not null and not (
            known_id = latest.id
            and latest.state = 'processed'
            and latest.attribute = 'title'
            and pathfinder.is_executive_unknown(reading.community, reading.user_id, latest.value)
        ) then
            return json_build_object('status', 'duplicate', 'user_id', reading.user_id, 'event_id', known_id);
        end if;
    end if;
    if has_history then
        select
            exists (
                -- Parked ones no longer wait.
                select
                from public.events_raw as waiting
                where waiting.community = reading.community
                    and waiting.user_id = reading.user_id
                    and waiting.state = 'waiting'
            ),
            exists (
                select
                from public.events_raw as held
                where held.community = reading.community
                    and held.user_id = reading.user_id
                    and held.attribute = reading.attribute
                    and held.state = 'held'
            )
        into is_behind, has_held;
        if is_behind then
            return pathfinder.queue_event(reading, null);
        end if;
        if latest.state <> 'processed' then
            latest := pathfinder.latest_event(reading.community, reading.user_id, reading.attribute, true);
        end if;
    end if;
    if has_history or reading.occurred_at is not null then
        verdict := pathfinder.judge_order(reading, null, latest);
        if verdict = 'held' then
            select now() + settings.hold_window into held_until from public.settings;
        end if;
    end if;

    event_id := pathfinder.store_event(
        reading, case verdict when 'apply' then 'processed' else verdict end, held_until, null
    );
    if reading.old_value <> '' and not reading.sends_old_values then
        update public.webhook_sources
        set sends_old_values = true
        where webhook_sources.name = reading.source and not webhook_sources.sends_old_values;
    end if;
    if verdict = 'held' then
        return json_build_object(
            'status', 'held',
            'user_id', reading.user_id,
            'event_id', event_id,
            'until', held_until,
            'reason', 'It builds on a change that has not come yet. It counts as soon as that comes, or else from then on.'
        );
    elsif verdict = 'stale' then
        if reading.kind = 'registration' and latest.kind <> 'departure' then
            perform pathfinder.apply_joining(reading.community, reading.user_id, reading.details ->> 'joined_at');
        end if;
        return json_build_object(
            'status', 'stale',
            'user_id', reading.user_id,
            'event_id', event_id,
            'reason', 'A later change of this member is already known.'
        );
    end if;

    change := (
        event_id, reading.community, reading.user_id, reading.username, reading.attribute, reading.value,
        reading.details, reading.occurred_at, reading.profile_field
    );
    level := case reading.kind
        when 'departure' then (pathfinder.apply_departure(change)).level
        else (pathfinder.apply_change(change)).level
    end;
    if has_held and pathfinder.apply_held_events(change) > 0 then
        level := pathfinder.member_level(reading.community, reading.user_id);
    end if;
    return json_build_object(
        'status', 'processed',
        'user_id', reading.user_id,
        'is_senior', level is not null,
        'seniority_level', level,
        'event_id', event_id
    );
end
$$;

revoke all on function pathfinder.settle_event(pathfinder.reading) from public, anon, authenticated, service_role;

comment on function pathfinder.settle_event(pathfinder.reading) is
    'Decides what a webhook is, stores it and applies it.';

-- source: ingest/store_event.sql
-- Stores what was read from a webhook, with what became of it.
-- Returns: its id.
-- Example: select pathfinder.store_event(reading, 'held', now() + interval '15 minutes', null);
create or replace function pathfinder.store_event(
    reading pathfinder.reading,
    state text,
    due_at timestamptz,
    error text
)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
    stored_id bigint;
begin
    insert into public.events_raw (
        event_id, idempotency_key, source, community, kind, user_id, username, profile_field, attribute, value,
        old_value, details, occurred_at, settled_at, state, due_at, error, attempts
    )
    values (
        reading.event_id, reading.idempotency_key, reading.source, reading.community, reading.kind, reading.user_id,
        reading.username, reading.profile_field, reading.attribute, reading.value, reading.old_value, reading.details,
        reading.occurred_at,
        -- The clock, not the transaction's start: a transaction may have waited for another of the same member.
        case when store_event.state <> 'waiting' then clock_timestamp() end,
        store_event.state, store_event.due_at, left(store_event.error, 1000), (store_event.error is not null)::integer
    )
    returning id into stored_id;
    return stored_id;
end
$$;

revoke all on function pathfinder.store_event(pathfinder.reading, text, timestamptz, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.store_event(pathfinder.reading, text, timestamptz, text) is
    'Stores what was read from a webhook, with what became of it.';

-- source: ingest/stored_reading.sql
-- What was read from a webhook once, from the event that was stored of it.
-- Returns: the reading.
-- Example: select pathfinder.stored_reading(events_raw) from public.events_raw where id = 7;
create or replace function pathfinder.stored_reading(event public.events_raw)
returns pathfinder.reading
language plpgsql
stable
set search_path = ''
as $$
declare
    reading pathfinder.reading;
begin
    reading := jsonb_populate_record(reading, to_jsonb(event));
    reading.sends_old_values := (
        select source.sends_old_values from public.webhook_sources as source where source.name = event.source
    );
    return reading;
end
$$;

revoke all on function pathfinder.stored_reading(public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.stored_reading(public.events_raw) is
    'What was read from a webhook once, from the event that was stored of it.';

-- source: schedule/apply_job_result.sql
-- What follows from a finished job: a digest is sent; a report has its files and its channels are told; links are
-- new; people were alerted about; a person is completed.
-- Returns: nothing.
-- Example: select pathfinder.apply_job_result(outbox) from public.outbox where id = 7;
create or replace function pathfinder.apply_job_result(job public.outbox)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    if job.kind = 'digest' then
        if job.payload ? 'is_copy' then
            return;
        end if;
        update public.digests
        set sent = true, sent_at = now()
        where digests.id = (job.payload ->> 'digest_id')::bigint and not digests.sent;
        -- Once all its messages are.
        perform pathfinder.publish_event(
            'digest.sent', jsonb_build_object('digest_id', digests.id), digests.payload ->> 'digest_id'
        )
        from public.digests
        where digests.id = (job.payload ->> 'digest_id')::bigint
            and not exists (
                select
                from public.digests as other
                where other.channel = digests.channel and other.week_end = digests.week_end and not other.sent
            );
        -- Somebody was erased from its file while it was made.
        perform pathfinder.remove_digest_files((digests.payload ->> 'digest_id')::bigint, digests.week_end)
        from public.digests
        join public.outbox_attempts
            on outbox_attempts.outbox_id = job.id and outbox_attempts.attempt = job.attempts
        join public.outbox as removal
            on removal.kind = 'file_removal'
            and removal.payload ->> 'ending' = format('-%s.csv', digests.payload ->> 'digest_id')
            and removal.created_at >= outbox_attempts.started_at
        where digests.id = (job.payload ->> 'digest_id')::bigint and job.result ? 'csv_uri';

    elsif job.kind in ('report', 'report_links') then
        update public.reports
        set file_uri = coalesce(job.result ->> 'file_uri', reports.file_uri),
            csv_uri = coalesce(job.result ->> 'csv_uri', reports.csv_uri),
            html_uri = coalesce(job.result ->> 'html_uri', reports.html_uri),
            pdf_uri = coalesce(job.result ->> 'pdf_uri', reports.pdf_uri),
            links = coalesce(job.result -> 'links', reports.links),
            links_expire_at = coalesce((job.result ->> 'links_expire_at')::timestamptz, reports.links_expire_at),
            published_at = coalesce(reports.published_at, now())
        where reports.id = (job.payload ->> 'report_id')::bigint;

        if job.kind = 'report' and exists (
            select from public.reports where reports.id = (job.payload ->> 'report_id')::bigint and reports.is_told
        ) then
            perform pathfinder.enqueue(
                'report_message',
                channels.name,
                jsonb_build_object('report_id', job.payload -> 'report_id'),
                format('report_message:%s:%s', job.payload ->> 'report_id', channels.name)
            )
            from public.channels
            where channels.is_active and 'report' = any (channels.sends);
            perform pathfinder.publish_event(
                'report.published', jsonb_build_object('report_id', job.payload -> 'report_id'), job.payload ->> 'report_id'
            );
        end if;
        if job.kind = 'report' then
            -- Somebody was erased from it while it was made: once more, without them.
            perform pathfinder.enqueue(
                'report',
                null,
                jsonb_build_object('report_id', reports.id),
                format('report:%s:erased:%s', reports.id, job.id),
                70
            )
            from public.reports
            join public.outbox_attempts
                on outbox_attempts.outbox_id = job.id and outbox_attempts.attempt = job.attempts
            where reports.id = (job.payload ->> 'report_id')::bigint
                and reports.erased_at >= outbox_attempts.started_at;
        end if;

    elsif job.kind = 'alert' then
        update public.detections
        set alerted_at = now()
        from pathfinder.alerts
        where alerts.job_id = job.id and detections.id = alerts.detection_id and detections.alerted_at is null;

    elsif job.kind = 'event' and job.payload ->> 'event' = 'executive.forgotten' then
        -- Nothing of them stays, now that whoever listens knows.
        delete from public.outbox where outbox.id = job.id;

    elsif job.kind = 'enrichment' then
        perform pathfinder.apply_enrichment(job);
    end if;
end
$$;

revoke all on function pathfinder.apply_job_result(public.outbox) from public, anon, authenticated, service_role;

comment on function pathfinder.apply_job_result(public.outbox) is 'What follows from a finished job.';

-- source: schedule/build_digest.sql
-- Builds a channel's digest up to a cut-off: the difference for each member between the cut-off before and this one,
-- of the changes that no digest of the channel has covered yet (a late transaction's too). Each of them is entered
-- into the ledger, whatever becomes of it. The first settings.digest_messages messages of digest_size people are
-- stored and queued; all others stand behind the link (digest_people), and are counted. An empty digest goes, if
-- announce_empty, to a channel whose config says {"send_empty": true}.
-- Returns: {"people": n, "messages": n, "period_start"}.
-- Example: select pathfinder.build_digest(channels, now(), now(), true) from public.channels where name = 'sales';
create or replace function pathfinder.build_digest(
    channel public.channels,
    cut_off timestamptz,
    moment timestamptz,
    announce_empty boolean
)
returns jsonb
language plpgsql
volatile
set search_path = ''
set jit = off
set timezone = 'UTC'
as $$
declare
    configured public.settings;
    began constant timestamptz
        := (select min(known.cut_off) from pathfinder.digest_cut_offs as known where known.channel = channel.name);
    window_start constant timestamptz := pathfinder.digest_window_start(channel.name);
    first_id constant bigint := nextval(pg_get_serial_sequence('public.digests', 'id'));
    changes bigint[];
    people integer;
    messages integer;
begin
    select * into strict configured from public.settings;
    changes := array(
        select detections.id
        from public.detections
        where detections.is_told
            and detections.detected_at >= began
            and detections.detected_at < build_digest.cut_off
            and not exists (
                select from pathfinder.digest_ledger
                where digest_ledger.channel = build_digest.channel.name and digest_ledger.detection_id = detections.id
            )
    );

    insert into pathfinder.digest_ledger (channel, detection_id, outcome, digest_id, place, kind, latest_id)
    select
        channel.name,
        detections.id,
        case when detections.id < (told.change).detection_id and told.outcome = 'told' then 'merged' else told.outcome end,
        case when told.outcome = 'told' then first_id end,
        case when detections.id = (told.change).detection_id then told.place end,
        (told.change).kind,
        case when detections.id = (told.change).detection_id and told.outcome = 'told' then (told.change).latest_id end
    from pathfinder.told_changes(changes, channel.name, 'digest', cut_off) as told
    join public.detections
        on detections.community = (told.change).community and detections.user_id = (told.change).user_id
    where detections.id = any (changes);

    update public.detections
    set included_in_digest = true
    where detections.id = any (changes) and not detections.included_in_digest;

    select count(*) into people
    from pathfinder.digest_ledger
    where digest_ledger.digest_id = first_id and digest_ledger.outcome = 'told';
    messages := least(ceil(people::numeric / configured.digest_size), configured.digest_messages);
    if people = 0 and announce_empty and channel.config ->> 'send_empty' = 'true' then
        messages := 1;
    end if;

    insert into public.digests (id, week_start, week_end, channel, part, parts, payload, created_at)
    select
        case when part = 1 then first_id else nextval(pg_get_serial_sequence('public.digests', 'id')) end,
        window_start,
        cut_off,
        channel.name,
        part,
        messages,
        pathfinder.digest_payload(first_id, channel, window_start, cut_off) || jsonb_build_object(
            'part', part,
            'parts', messages,
            'people', coalesce(
                (
                    select jsonb_agg(page.person order by page.place)
                    from pathfinder.digest_page(
                        first_id,
                        array(
                            select digest_ledger.detection_id
                            from pathfinder.digest_ledger
                            where digest_ledger.digest_id = first_id
                                and digest_ledger.place > (part - 1) * configured.digest_size
                                and digest_ledger.place <= part * configured.digest_size
                        )
                    ) as page
                ),
                '[]'
            ),
            'rest', greatest(people - messages * configured.digest_size, 0)
        ),
        moment
    from generate_series(1, messages) as part;

    perform pathfinder.enqueue(
        'digest',
        digests.channel,
        jsonb_build_object('digest_id', digests.id),
        'digest:' || digests.id,
        50,
        pathfinder.digest_run_at(digests)
    )
    from public.digests
    where digests.channel = build_digest.channel.name
        and digests.week_end = build_digest.cut_off
        and digests.id >= first_id
    order by digests.part;

    insert into pathfinder.digest_cut_offs (channel, cut_off, people)
    values (channel.name, cut_off, people)
    on conflict on constraint digest_cut_offs_pkey do update
    set people = coalesce(digest_cut_offs.people, 0) + excluded.people;
    return jsonb_build_object('people', people, 'messages', messages, 'period_start', window_start);
end
$$;

revoke all on function pathfinder.build_digest(public.channels, timestamptz, timestamptz, boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.build_digest(public.channels, timestamptz, timestamptz, boolean) is
    'Builds a channel''s digest up to a cut-off, and queues its delivery.';

-- source: schedule/build_report.sql
-- Build a month's report, or its next revision, of everybody found in the month so far; queue its rendering. It
-- marks the month's detections that are in no report yet as this one's, so each has exactly one report that told of
-- it first. Its channels are told once it has its files, unless `told` is false.
-- Returns: {"report_id", "month", "revision", "total", "added", "told", "period_start", "period_end"}.
-- Example: select pathfinder.build_report('2026-11-01', now());
create or replace function pathfinder.build_report(month date, moment timestamptz, told boolean default true)
returns jsonb
language plpgsql
set search_path = ''
set timezone = 'UTC'
as $$
declare
    label constant text := to_char(month, 'YYYY-MM');
    bounds record;
    report public.reports;
    added integer;
begin
    select * into bounds from pathfinder.month_bounds(month);
    insert into public.reports (
        month_label, revision, generated_at, period_start, period_end, time_zone, rules_version, summary, is_told
    )
    values (
        label,
        (select coalesce(max(reports.revision), 0) + 1 from public.reports where reports.month_label = label),
        moment,
        bounds.month_start,
        bounds.month_end,
        bounds.time_zone,
        (select max(rule_versions.version) from public.rule_versions),
        '{}',
        build_report.told
    )
    returning * into report;

    update public.detections
    set report_id = report.id
    where detections.report_id is null
        and detections.is_told
        and detections.detected_at >= bounds.month_start
        and detections.detected_at < least(bounds.month_end, moment);
    get diagnostics added = row_count;
    insert into pathfinder.report_people (report_id, digest)
    select distinct report.id, pathfinder.forgotten_digest(detections.community, detections.user_id)
    from public.detections
    where detections.report_id = report.id;

    update public.reports
    set summary = pathfinder.report_summary(report)
    where reports.id = report.id
    returning * into report;

    perform pathfinder.enqueue(
        'report', null, jsonb_build_object('report_id', report.id), 'report:' || report.id, 70
    );
    return jsonb_build_object(
        'report_id', report.id,
        'month', label,
        'revision', report.revision,
        'total', report.summary -> 'total',
        'added', added,
        'told', report.is_told,
        'period_start', bounds.month_start,
        'period_end', bounds.month_end
    );
end
$$;
revoke all on function pathfinder.build_report(date, timestamptz, boolean)
    from public, anon, authenticated, service_role;
comment on function pathfinder.build_report(date, timestamptz, boolean) is
    'Builds a month''s report, or its next revision, and queues its rendering.';

-- source: schedule/claim_outbox.sql
-- Hands due jobs to a worker, each with all that it is about, under a lease that only this worker may finish.
-- Returns: the claimed jobs, most urgent first; `attempt` is the token that goes with every later call about the
--   job.
-- Raises: 22023 when an argument is out of range.
-- Example: select id, kind from public.claim_outbox('worker-1', array['digest'], 5, 60);
create or replace function pathfinder.claim_outbox(
    worker text,
    kinds text[],
    max_jobs integer,
    lease_seconds numeric
)
returns table (
    id bigint,
    kind text,
    channel text,
    transport text,
    config jsonb,
    payload jsonb,
    document jsonb,
    progress jsonb,
    attempt integer,
    max_attempts integer,
    lease_expires_at timestamptz,
    created_at timestamptz
)
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_column
begin
    if coalesce(btrim(claim_outbox.worker), '') = '' then
        raise exception 'claim_outbox needs the name of the worker'
            using errcode = '22023', hint = 'Pass a name that is unique among the workers, such as host and process id.';
    end if;
    if coalesce(claim_outbox.max_jobs, 0) not between 1 and 1000
        or coalesce(claim_outbox.lease_seconds, 0) not between 1 and 86400 then
        raise exception 'max_jobs is a number from 1 to 1000, lease_seconds one from 1 to 86400'
            using errcode = '22023';
    end if;

    return query
    select
        claimed.id,
        claimed.kind,
        claimed.channel,
        channels.transport,
        channels.config - '{alerts,send_empty,group_by}'::text[] || case
            -- A copy for one person goes through the channel's mail server, and to nobody else.
            when claimed.payload ? 'to' then jsonb_build_object('to', jsonb_build_array(claimed.payload -> 'to'))
            else '{}'
        end,
        claimed.payload,
        case
            when claimed.kind = 'alert' then pathfinder.alert_document(claimed.id, claimed.channel)
            when claimed.kind = 'event' then pathfinder.event_document(claimed.payload, claimed.channel)
            else pathfinder.outbox_document(claimed.kind, claimed.payload)
        end,
        coalesce(claimed.result, '{}'),
        claimed.attempts,
        claimed.max_attempts + claimed.uncounted_attempts,
        claimed.lease_expires_at,
        claimed.created_at
    from pathfinder.lease_jobs(
        claim_outbox.worker, claim_outbox.kinds, claim_outbox.max_jobs, claim_outbox.lease_seconds
    ) as claimed
    left join public.channels on channels.name = claimed.channel
    order by claimed.priority, claimed.run_at, claimed.id;
end
$$;

revoke all on function pathfinder.claim_outbox(text, text[], integer, numeric)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.claim_outbox(text, text[], integer, numeric) to service_role;

comment on function pathfinder.claim_outbox(text, text[], integer, numeric) is
    'Hands due jobs to a worker, each under a lease.';

create or replace function public.claim_outbox(
    worker text,
    kinds text[] default null,
    max_jobs integer default 1,
    lease_seconds numeric default 60
)
returns table (
    id bigint,
    kind text,
    channel text,
    transport text,
    config jsonb,
    payload jsonb,
    document jsonb,
    progress jsonb,
    attempt integer,
    max_attempts integer,
    lease_expires_at timestamptz,
    created_at timestamptz
)
language sql
volatile
set search_path = ''
as $$
    select * from pathfinder.claim_outbox(worker, kinds, max_jobs, lease_seconds)
$$;

revoke all on function public.claim_outbox(text, text[], integer, numeric)
    from public, anon, authenticated, service_role;
grant execute on function public.claim_outbox(text, text[], integer, numeric) to service_role;

comment on function public.claim_outbox(text, text[], integer, numeric) is
    'For the worker: hands it due jobs, each under a lease that only it may finish.';

-- source: schedule/complete_outbox.sql
-- Finishes a job, and in the same transaction does what follows from it.
-- Returns: true when the job is done (also when this very attempt had said so before and its answer was lost);
--   false when the lease is lost: another attempt has the job now.
-- Example: select public.complete_outbox(7, 'worker-1', 2, '{"deployment_id": "…"}');
create or replace function pathfinder.complete_outbox(job_id bigint, worker text, attempt integer, result jsonb)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    job public.outbox;
begin
    -- A member's lock comes before a job's, as where somebody is forgotten.
    perform pathfinder.lock_member(coalesce(outbox.payload ->> 'community', 'main'), outbox.payload ->> 'user_id')
    from public.outbox
    where outbox.id = complete_outbox.job_id and outbox.kind = 'enrichment';
    job := pathfinder.finish_job(
        complete_outbox.job_id, complete_outbox.worker, complete_outbox.attempt, complete_outbox.result
    );
    if job.id is null then
        return exists (
            select from public.outbox_attempts
            where outbox_attempts.outbox_id = complete_outbox.job_id
                and outbox_attempts.attempt = complete_outbox.attempt
                and outbox_attempts.worker = complete_outbox.worker
                and outbox_attempts.outcome = 'done'
        );
    end if;

    perform pathfinder.apply_job_result(job);
    return true;
end
$$;

revoke all on function pathfinder.complete_outbox(bigint, text, integer, jsonb)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.complete_outbox(bigint, text, integer, jsonb) to service_role;

comment on function pathfinder.complete_outbox(bigint, text, integer, jsonb) is
    'Finishes a job and does what follows from it.';

create or replace function public.complete_outbox(
    job_id bigint,
    worker text,
    attempt integer,
    result jsonb default '{}'
)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select pathfinder.complete_outbox(job_id, worker, attempt, result)
$$;

revoke all on function public.complete_outbox(bigint, text, integer, jsonb)
    from public, anon, authenticated, service_role;
grant execute on function public.complete_outbox(bigint, text, integer, jsonb) to service_role;

comment on function public.complete_outbox(bigint, text, integer, jsonb) is
    'For the worker: finishes a job; false when its lease is lost.';

-- source: schedule/count_names.sql
-- Counts names whatever their case and punctuation, each shown as most write it: at most twenty, then, as name null,
-- how many gave none. `keys` says what is one: an account, or, where null, the name itself.
-- Returns: [{"name", "count"}]
-- Example: select pathfinder.count_names('{Acme,ACME,null}', '{null,null,null}');
create or replace function pathfinder.count_names(names text[], keys text[])
returns jsonb
language sql
stable
set search_path = ''
as $$
    with spelling as (
        select nullif(btrim(entry.name), '') as name, entry.key, count(*) as count
        from unnest(count_names.names, count_names.keys) as entry (name, key)
        group by 1, 2
    ),
    named as (
        select
            (array_agg(spelling.name order by spelling.count desc, spelling.name))[1] as name,
            sum(spelling.count)::bigint as count
        from spelling
        group by coalesce(spelling.key, nullif(pathfinder.name_key(spelling.name), ''), lower(spelling.name))
    )
    select coalesce(
        jsonb_agg(
            jsonb_build_object('name', ranked.name, 'count', ranked.count) order by ranked.name is null, ranked.place
        ),
        '[]'
    )
    from (
        select
            named.*,
            row_number() over (partition by named.name is null order by named.count desc, named.name) as place
        from named
    ) as ranked
    where ranked.place <= 20
$$;

revoke all on function pathfinder.count_names(text[], text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.count_names(text[], text[]) is
    'Counts names whatever their case and punctuation, the most frequent first.';

-- source: schedule/digest_page.sql
-- Some of the people that a digest tells of, as they were at its cut-off; what was learned of them since (a company, a
-- country) is there too.
-- Returns: rows (place, person): the place in the digest's order of importance, from 1.
-- Example: select * from pathfinder.digest_page(7, '{101, 102}');
create or replace function pathfinder.digest_page(digest_id bigint, entries bigint[])
returns table (place integer, person jsonb)
language sql
stable
rows 1000
set search_path = ''
as $$
    with changes as materialized (
        select digest_ledger.detection_id, digest_ledger.latest_id, digest_ledger.place
        from public.detections as entry
        join public.detections
            on detections.community = entry.community
            and detections.user_id = entry.user_id
            and detections.id <= entry.id
        join pathfinder.digest_ledger
            on digest_ledger.detection_id = detections.id and digest_ledger.digest_id = digest_page.digest_id
        where entry.id = any (digest_page.entries)
    )
    select entry.place, shown.person || jsonb_build_object('detection_id', entry.detection_id)
    from pathfinder.people_json(
        array(
            select change
            from pathfinder.net_changes(
                array(select changes.detection_id from changes union select changes.latest_id from changes), '-infinity'
            ) as change
        )
    ) as shown
    join changes as entry on entry.latest_id = shown.detection_id
    order by entry.place
$$;

revoke all on function pathfinder.digest_page(bigint, bigint[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.digest_page(bigint, bigint[]) is
    'Some of the people that a digest tells of.';

-- source: schedule/digest_payload.sql
-- What all messages of a digest have in common: whom it is for, the span, the counts, the trend against the digests
-- before, and how it is laid out.
-- Returns: {"digest_id", "channel", "period": {"start", "end", "time_zone"}, "counts": {kind: n, "people": n}, "trend":
--   {"last_week", "mean_of_eight"} or null, "filter_words", "group_by", "levels"}
-- Example: select pathfinder.digest_payload(7, channels, now() - interval '7 days', now()) from public.channels;
create or replace function pathfinder.digest_payload(
    digest_id bigint,
    channel public.channels,
    window_start timestamptz,
    window_end timestamptz
)
returns jsonb
language sql
stable
set search_path = ''
set timezone = 'UTC'
as $$
    select jsonb_build_object(
        'digest_id', digest_payload.digest_id,
        'channel', channel.name,
        'period', jsonb_build_object(
            'start', window_start,
            'end', window_end,
            'time_zone', (pathfinder.job_settings('digest:' || channel.name)).time_zone
        ),
        'counts', (
            select coalesce(jsonb_object_agg(told.kind, told.count), '{}')
                || jsonb_build_object('people', coalesce(sum(told.count), 0))
            from (
                select digest_ledger.kind, count(*) as count
                from pathfinder.digest_ledger
                where digest_ledger.digest_id = digest_payload.digest_id and digest_ledger.outcome = 'told'
                group by digest_ledger.kind
            ) as told
        ),
        'trend', (
            select jsonb_build_object(
                'last_week', max(earlier.people) filter (where earlier.recency = 1),
                'mean_of_eight', round(avg(earlier.people), 1)
            )
            from (
                select
                    digest_cut_offs.people,
                    row_number() over (order by digest_cut_offs.cut_off desc) as recency
                from pathfinder.digest_cut_offs
                where digest_cut_offs.channel = channel.name
                    and digest_cut_offs.people is not null
                    and digest_cut_offs.cut_off < window_end
                order by digest_cut_offs.cut_off desc
                limit 8
            ) as earlier
            having count(*) > 0
        ),
        'filter_words', pathfinder.filter_words(channel.filter),
        'group_by', coalesce(channel.config ->> 'group_by', 'level'),
        'levels', pathfinder.levels_json()
    )
$$;

revoke all on function pathfinder.digest_payload(bigint, public.channels, timestamptz, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.digest_payload(bigint, public.channels, timestamptz, timestamptz) is
    'What all messages of a digest have in common.';

-- source: schedule/digest_people.sql
-- The people that a digest tells of, all of them, page by page, the most important first: those of its messages and
-- those behind its link. The id is that of any of its messages. A page is at most 1000 people, as the API cuts there.
-- Returns: people as people_json() makes them, each with its "place"; go on with after_place = the last one until a
--   page is empty.
-- Example: select public.digest_people(7);
create or replace function pathfinder.digest_people(digest_id bigint, after_place integer, max_rows integer)
returns setof jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select page.person || jsonb_build_object('place', page.place)
    from public.digests
    cross join lateral pathfinder.digest_page(
        (digests.payload ->> 'digest_id')::bigint,
        array(
            select digest_ledger.detection_id
            from pathfinder.digest_ledger
            where digest_ledger.digest_id = (digests.payload ->> 'digest_id')::bigint
                and digest_ledger.outcome = 'told'
                and digest_ledger.place > digest_people.after_place
            order by digest_ledger.place
            limit least(greatest(digest_people.max_rows, 1), 1000)
        )
    ) as page
    where digests.id = digest_people.digest_id
    order by page.place
$$;

revoke all on function pathfinder.digest_people(bigint, integer, integer)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.digest_people(bigint, integer, integer) to service_role;

comment on function pathfinder.digest_people(bigint, integer, integer) is
    'The people that a digest tells of, page by page.';

create or replace function public.digest_people(
    digest_id bigint, after_place integer default 0, max_rows integer default 1000
)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.digest_people(digest_id, after_place, max_rows)
$$;

revoke all on function public.digest_people(bigint, integer, integer) from public, anon, authenticated, service_role;
grant execute on function public.digest_people(bigint, integer, integer) to service_role;

comment on function public.digest_people(bigint, integer, integer) is
    'For the worker: everybody that a digest tells of, page by page.';

-- source: schedule/digest_window_start.sql
-- Where the window of a channel's next digest begins: where its last one ended, or where the channel began.
-- Returns: timestamptz; null for a channel that gets no digests.
-- Example: select pathfinder.digest_window_start('sales');
create or replace function pathfinder.digest_window_start(channel text)
returns timestamptz
language sql
stable
set search_path = ''
as $$
    select max(digest_cut_offs.cut_off)
    from pathfinder.digest_cut_offs
    where digest_cut_offs.channel = digest_window_start.channel
$$;

revoke all on function pathfinder.digest_window_start(text) from public, anon, authenticated, service_role;

comment on function pathfinder.digest_window_start(text) is 'Where the window of a channel''s next digest begins.';

-- source: schedule/due_at.sql
-- When a period of a job is due, under the settings as they are now. Periods are named so that a name stays the same
-- whatever the settings become: of the digest the ISO week, 2026-W47, due on digest_day at digest_time; of the report
-- the month, 2026-11, due on its last day at month_end_time; of housekeeping the date, 2026-11-20, due that day at
-- housekeeping_time. Anything else (a revision of a report, which is only known here once it was tried) is due at once.
-- Returns: timestamptz.
-- Example: select pathfinder.due_at('digest', '2026-W47', settings) from public.settings;
create or replace function pathfinder.due_at(job text, period text, configured public.settings)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
    days constant text[] := '{monday,tuesday,wednesday,thursday,friday,saturday,sunday}';
    local timestamp;
begin
    case split_part(job, ':', 1)
        when 'digest' then
            local := to_date(period, 'IYYY-"W"IW') + array_position(days, configured.digest_day) - 1
                + configured.digest_time;
        when 'report' then
            local := (to_date(period, 'YYYY-MM') + interval '1 month')::date - 1 + configured.month_end_time;
        when 'housekeeping' then
            local := to_date(period, 'YYYY-MM-DD') + configured.housekeeping_time;
        else
            return '-infinity';
    end case;
    return pathfinder.local_instant(local, configured.time_zone);
end
$$;
revoke all on function pathfinder.due_at(text, text, public.settings) from public, anon, authenticated, service_role;
comment on function pathfinder.due_at(text, text, public.settings) is
    'When a period of a job is due, under the given settings.';

-- source: schedule/expire_digest_files.sql
-- Has the worker remove the files behind digests whose link has ended: nobody can open them any more.
-- Returns: nothing.
-- Example: select pathfinder.expire_digest_files(now() - interval '7 days');
create or replace function pathfinder.expire_digest_files(cut_off timestamptz)
returns void
language sql
volatile
set search_path = ''
as $$
    with expired as (
        update public.outbox
        set result = outbox.result - 'csv_uri'
        from public.digests
        where outbox.kind = 'digest'
            and outbox.status in ('done', 'dead')
            and outbox.finished_at < expire_digest_files.cut_off
            and outbox.result ? 'csv_uri'
            and digests.id = (outbox.payload ->> 'digest_id')::bigint
        returning (digests.payload ->> 'digest_id')::bigint as digest_id, digests.week_end
    )
    select pathfinder.remove_digest_files(expired.digest_id, expired.week_end)
    from expired
$$;

revoke all on function pathfinder.expire_digest_files(timestamptz) from public, anon, authenticated, service_role;

comment on function pathfinder.expire_digest_files(timestamptz) is
    'Has the worker remove the files behind digests whose link has ended.';

-- source: schedule/expire_reports.sql
-- Has the files of reports made anew whose changes detection_retention has deleted, so that they name nobody any more;
-- their numbers stay.
-- Returns: nothing.
-- Example: select pathfinder.expire_reports(now() - interval '400 days');
create or replace function pathfinder.expire_reports(cut_off timestamptz)
returns void
language sql
volatile
set search_path = ''
as $$
    with expired as (
        delete from pathfinder.report_people
        using public.reports
        where reports.id = report_people.report_id
            and reports.period_end <= expire_reports.cut_off
            and not exists (select from public.detections where detections.report_id = reports.id)
        returning reports.month_label, reports.revision
    )
    update public.reports
    set is_outdated = true
    where exists (
        select from expired
        where expired.month_label = reports.month_label and expired.revision <= reports.revision
    )
$$;

revoke all on function pathfinder.expire_reports(timestamptz) from public, anon, authenticated, service_role;

comment on function pathfinder.expire_reports(timestamptz) is
    'Has the files of reports made anew whose changes have been deleted.';

-- source: schedule/generate_reports.sql
-- Builds a month's report now, or has its newest one rendered again if nothing has been found since. The month is
-- YYYY-MM; null means the current one in the configured zone, so far. A report built during the month does not replace
-- the month-end report. Rendering again makes the files and their links anew and tells nobody twice. Without `told`
-- channels are not told either; the same report asked for with it tells them then.
-- Returns: {"status": "built" | "unchanged", "report_id", "month", "revision", "total", "told" (whether channels are
--   told once it has its files), …}.
-- Raises: 22023 for a month that is not one, that has not begun, or whose detections detection_retention has begun to
--   delete.
-- Example: select pathfinder.report_by_hand('2026-10', now());
create or replace function pathfinder.report_by_hand(
    month_label text,
    moment timestamptz,
    told boolean default true
)
returns jsonb
language plpgsql
security definer
set search_path = ''
set timezone = 'UTC'
as $$
declare
    configured public.settings;
    month date;
    bounds record;
    newest public.reports;
    built jsonb;
    is_told_now boolean;
begin
    select * into strict configured from public.settings;
    month_label := coalesce(
        nullif(btrim(month_label), ''), to_char(moment at time zone configured.time_zone, 'YYYY-MM')
    );
    if month_label !~ '^[1-9]\d{3}-(0[1-9]|1[0-2])$' then
        raise invalid_parameter_value using
            message = format('%L is not a month', left(month_label, 40)),
            hint = 'Write it as year and month, such as 2026-11; or leave it out for the current month so far.';
    end if;

    perform pg_advisory_xact_lock(pathfinder.schedule_lock());
    month := to_date(month_label, 'YYYY-MM');
    select * into bounds from pathfinder.month_bounds(month);
    if bounds.month_start > moment then
        raise invalid_parameter_value using
            message = format('%s has not begun', to_char(month, 'FMMonth YYYY')),
            hint = format('The current month in %s is the last that can be reported.', configured.time_zone);
    elsif bounds.month_start < moment - configured.detection_retention then
        raise invalid_parameter_value using
            message = format('detections of %s have been deleted, so it cannot be reported again', month_label),
            detail = format('settings.detection_retention is %s.', configured.detection_retention),
            hint = 'The reports built at the time are in the table reports.';
    end if;

    select * into newest
    from public.reports
    where reports.month_label = report_by_hand.month_label
    order by reports.revision desc
    limit 1;
    if not found or pathfinder.unreported_in_month(month, moment) then
        built := pathfinder.build_report(month, moment, report_by_hand.told);
        perform pathfinder.write_audit(
            'reports', 'generate',
            jsonb_build_object('month', month_label, 'revision', built -> 'revision', 'told', built -> 'told')
        );
        return jsonb_build_object('status', 'built') || built;
    end if;
    update public.reports
    set is_told = true
    where reports.id = newest.id and not reports.is_told and report_by_hand.told;
    is_told_now := found;

    if not exists (
        select
        from public.outbox
        where outbox.kind = 'report'
            and outbox.status in ('pending', 'running')
            and outbox.payload = jsonb_build_object('report_id', newest.id)
    ) then
        perform pathfinder.enqueue(
            'report',
            null,
            jsonb_build_object('report_id', newest.id),
            format('report:%s:again:%s', newest.id, to_char(moment, 'YYYYMMDD"T"HH24MISSUS')),
            70
        );
    end if;
    perform pathfinder.write_audit(
        'reports', 'render_again',
        jsonb_build_object('month', month_label, 'revision', newest.revision, 'told', is_told_now)
    );
    return jsonb_build_object(
        'status', 'unchanged',
        'report_id', newest.id,
        'month', month_label,
        'revision', newest.revision,
        'total', newest.summary -> 'total',
        'told', is_told_now
    );
end
$$;
revoke all on function pathfinder.report_by_hand(text, timestamptz, boolean)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.report_by_hand(text, timestamptz, boolean) to service_role;
comment on function pathfinder.report_by_hand(text, timestamptz, boolean) is
    'Builds a month''s report now, or renders its newest one again if nothing has been found since.';

create or replace function public.generate_reports(month text default null, told boolean default true)
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.report_by_hand(month, now(), told);
$$;
revoke all on function public.generate_reports(text, boolean) from public, anon, authenticated, service_role;
grant execute on function public.generate_reports(text, boolean) to service_role;
comment on function public.generate_reports(text, boolean) is
    'Builds and queues the report of a month, such as 2026-10; by default the current one so far. Not told: sent to nobody.';

create or replace function public.build_month_end_report(now timestamptz default now())
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.report_by_hand(null, build_month_end_report.now);
$$;
revoke all on function public.build_month_end_report(timestamptz) from public, anon, authenticated, service_role;
comment on function public.build_month_end_report(timestamptz) is
    'Builds and queues the report of the current month so far.';

-- source: schedule/job_settings.sql
-- The settings as they are for a job: those of a digest with a day, time or zone of its own (digest:sales) have the
-- channel's in place of the common ones.
-- Returns: a row of settings.
-- Example: select (pathfinder.job_settings('digest:sales')).time_zone;
create or replace function pathfinder.job_settings(job text)
returns public.settings
language plpgsql
stable
set search_path = ''
as $$
declare
    configured public.settings;
    own jsonb;
begin
    select * into strict configured from public.settings;
    if job like 'digest:%' then
        select channels.schedule into own from public.channels where channels.name = substr(job, 8);
        configured.digest_day := coalesce(own ->> 'day', configured.digest_day);
        configured.digest_time := coalesce((own ->> 'time')::time, configured.digest_time);
        configured.time_zone := coalesce(own ->> 'time_zone', configured.time_zone);
    end if;
    return configured;
end
$$;

revoke all on function pathfinder.job_settings(text) from public, anon, authenticated, service_role;

comment on function pathfinder.job_settings(text) is 'The settings as they are for a job.';

-- source: schedule/latest_period.sql
-- The latest period of a job that was due at a moment.
-- Returns: text, as due_at() takes it.
-- Example: select pathfinder.latest_period('housekeeping', now(), settings) from public.settings;  -- 2026-11-20
create or replace function pathfinder.latest_period(job text, moment timestamptz, configured public.settings)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
    -- Due times may lie on the next local day where clocks skip one, never further off.
    candidate date := (moment at time zone configured.time_zone)::date + 1;
    label text;
begin
    loop
        label := case split_part(job, ':', 1)
            when 'digest' then to_char(candidate, 'IYYY-"W"IW')
            when 'report' then to_char(candidate, 'YYYY-MM')
            when 'housekeeping' then to_char(candidate, 'YYYY-MM-DD')
        end;
        if pathfinder.due_at(job, label, configured) <= moment then
            return label;
        end if;
        candidate := case split_part(job, ':', 1)
            when 'digest' then candidate - 7
            when 'report' then date_trunc('month', candidate)::date - 1
            when 'housekeeping' then candidate - 1
        end;
    end loop;
end
$$;
revoke all on function pathfinder.latest_period(text, timestamptz, public.settings)
    from public, anon, authenticated, service_role;
comment on function pathfinder.latest_period(text, timestamptz, public.settings) is
    'The latest period of a job that was due at a moment.';

-- source: schedule/month_bounds.sql
-- Where a month begins and ends, half-open, so that the months' windows meet. Local midnights in the zone of the
-- settings; but where a neighbouring month, or this one, has had its month-end report, the bound is the one in that
-- report, whatever the zone has become since.
-- Returns: one row (month_start, month_end).
-- Example: select * from pathfinder.month_bounds('2026-11-01');
create or replace function pathfinder.month_bounds(
    month date,
    out month_start timestamptz,
    out month_end timestamptz,
    out time_zone text
)
language plpgsql
stable
set search_path = ''
as $$
declare
    following constant date := (month + interval '1 month')::date;
    settled_until constant text := (
        select max(job_runs.period) from public.job_runs where job_runs.job = 'report' and job_runs.outcome = 'done'
    );
    known record;
begin
    select settings.time_zone into strict month_bounds.time_zone from public.settings;
    month_start := pathfinder.local_instant(month, month_bounds.time_zone);
    month_end := pathfinder.local_instant(following, month_bounds.time_zone);

    for known in
        select distinct on (reports.month_label)
            reports.month_label, reports.period_start, reports.period_end, reports.time_zone
        from public.reports
        where reports.month_label <= settled_until
            and reports.month_label in (
                to_char(month, 'YYYY-MM'),
                to_char(month - interval '1 month', 'YYYY-MM'),
                to_char(following, 'YYYY-MM')
            )
        order by reports.month_label, reports.revision desc
    loop
        case known.month_label
            when to_char(month, 'YYYY-MM') then
                month_start := known.period_start;
                month_end := known.period_end;
                month_bounds.time_zone := known.time_zone;
                return;
            when to_char(following, 'YYYY-MM') then
                month_end := known.period_start;
            else
                month_start := known.period_end;
        end case;
    end loop;
end
$$;
revoke all on function pathfinder.month_bounds(date) from public, anon, authenticated, service_role;
comment on function pathfinder.month_bounds(date) is
    'Where a month begins and ends, half-open, in the configured zone.';

-- source: schedule/month_totals.sql
-- What a month came to, for the comparison in another month's report: as its newest report says, so that it is what
-- people have read; counted where there is none, or where only the beginning of the month is asked for. "known" is
-- false when nothing is known of that month, as before the first one.
-- Returns: {"month", "known", "total", "by_level": {level: n}, "by_kind": {kind: n}}.
-- Example: select pathfinder.month_totals('2026-10-01', null);
create or replace function pathfinder.month_totals(month date, until timestamptz)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    label constant text := to_char(month, 'YYYY-MM');
    starts timestamptz;
    ends timestamptz;
    changes bigint[];
    totals jsonb;
begin
    if until is null then
        select jsonb_build_object(
            'total', reports.summary -> 'total',
            'by_level', reports.summary -> 'by_level',
            'by_kind', reports.summary -> 'by_kind'
        )
        into totals
        from public.reports
        where reports.month_label = label
        order by reports.revision desc
        limit 1;
    end if;
    if totals is null then
        select bounds.month_start, bounds.month_end
        into starts, ends
        from pathfinder.month_bounds(month) as bounds;
        until := least(until, ends);
        changes := array(
            select detections.id
            from public.detections
            where detections.is_told
                and detections.detected_at >= starts
                and detections.detected_at < month_totals.until
        );
        totals := pathfinder.people_totals(array(select change from pathfinder.net_changes(changes, until) as change));
    end if;
    return totals || jsonb_build_object(
        'month', label,
        'known', changes is null or changes <> '{}' or exists (
            select from public.detections where detections.is_told and detections.detected_at < starts
        )
    );
end
$$;

revoke all on function pathfinder.month_totals(date, timestamptz) from public, anon, authenticated, service_role;

comment on function pathfinder.month_totals(date, timestamptz) is
    'What a month came to, as its newest report says, or counted.';

-- source: schedule/next_revision.sql
-- The oldest later revision of a report that is owed, and when it is due; both null when none is. A revision is
-- owed when a month that has its report, and is over, holds detections that are in none: those of its last minutes,
-- and those that a slow transaction brought in late. It is due at the first housekeeping time after the month's
-- end, and once a night at most.
-- Returns: one row (period, due_at).
-- Example: select * from pathfinder.next_revision(now());  -- 2026-11 r2 | 2026-12-01 07:00:00+00
create or replace function pathfinder.next_revision(moment timestamptz, out period text, out due_at timestamptz)
language plpgsql
stable
set search_path = ''
as $$
declare
    configured public.settings;
begin
    -- Nearly always the answer is no, and the first entry of the index of unreported detections says so.
    if coalesce(
        (select min(detections.detected_at) from public.detections
            where detections.report_id is null and detections.is_told)
            >= (select max(reports.period_end) from public.reports where reports.period_end <= moment),
        true
    ) then
        return;
    end if;

    select * into strict configured from public.settings;
    select newest.month_label || ' r' || newest.revision + 1, revision.due_at
    into next_revision.period, next_revision.due_at
    from (
        select distinct on (reports.month_label)
            reports.*,
            greatest(reports.period_end, reports.generated_at) as settled_at
        from public.reports
        where reports.period_end <= moment
        order by reports.month_label, reports.revision desc
    ) as newest
    cross join lateral (
        select min(pathfinder.due_at('housekeeping', to_char(night, 'YYYY-MM-DD'), configured)) as due_at
        from generate_series(
            date_trunc('day', newest.settled_at at time zone configured.time_zone),
            date_trunc('day', newest.settled_at at time zone configured.time_zone) + interval '2 days',
            interval '1 day'
        ) as night
        where pathfinder.due_at('housekeeping', to_char(night, 'YYYY-MM-DD'), configured) > newest.settled_at
    ) as revision
    where exists (
            select
            from public.detections
            where detections.report_id is null
                and detections.is_told
                and detections.detected_at >= newest.period_start
                and detections.detected_at < newest.period_end
        )
        -- One that was tried already is retried as what has failed.
        and not exists (
            select
            from public.job_runs
            where job_runs.job = 'report_revision'
                and job_runs.period = newest.month_label || ' r' || newest.revision + 1
                and job_runs.outcome <> 'done'
        )
    order by revision.due_at
    limit 1;
end
$$;
revoke all on function pathfinder.next_revision(timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.next_revision(timestamptz) is
    'The oldest later revision of a report that is owed, and when it is due; null when none is.';

-- source: schedule/next_run.sql
-- The oldest run that is owed at a moment; all null when none is. Owed are a period that failed, or was not
-- finished, and whose time to go on has come; the period after the newest one of a job (of housekeeping only the
-- latest: nights missed need no cleaning); a later revision of a report. A failed period holds the later ones of
-- its job back, so that they come in order; after five attempts (a quarter of an hour) it no longer does, and is
-- tried on beside them.
-- Returns: one row (job, period, due_at).
-- Example: select * from pathfinder.next_run(now());
create or replace function pathfinder.next_run(
    moment timestamptz, out job text, out period text, out due_at timestamptz
)
language plpgsql
stable
set search_path = ''
as $$
declare
    scheduled constant text[] := pathfinder.scheduled_jobs();
    configured public.settings;
    held_back text[] := '{}';
    unfinished record;
    candidate text;
    newest text;
    following text;
    following_due_at timestamptz;
begin
    for unfinished in
        select job_runs.job, job_runs.period, job_runs.outcome, job_runs.attempts, job_runs.next_attempt_at
        from public.job_runs
        where job_runs.outcome <> 'done' and job_runs.job = any (scheduled || 'report_revision'::text)
    loop
        if unfinished.outcome = 'failed' and unfinished.attempts < 5 then
            held_back := held_back || unfinished.job;
        end if;
        following_due_at
            := pathfinder.due_at(unfinished.job, unfinished.period, pathfinder.job_settings(unfinished.job));
        if greatest(unfinished.next_attempt_at, following_due_at) <= moment
            and (due_at is null or following_due_at < due_at)
        then
            job := unfinished.job;
            period := unfinished.period;
            due_at := following_due_at;
        end if;
    end loop;

    foreach candidate in array scheduled loop
        continue when candidate = any (held_back);
        configured := pathfinder.job_settings(candidate);
        newest := (select max(job_runs.period) from public.job_runs where job_runs.job = candidate);
        following := case candidate
            when 'report' then to_char(to_date(newest, 'YYYY-MM') + interval '1 month', 'YYYY-MM')
            when 'housekeeping' then to_char(to_date(newest, 'YYYY-MM-DD') + 1, 'YYYY-MM-DD')
            else to_char(to_date(newest, 'IYYY-"W"IW') + 7, 'IYYY-"W"IW')
        end;
        following_due_at := pathfinder.due_at(candidate, following, configured);
        if following_due_at <= moment and candidate = 'housekeeping' then
            following := pathfinder.latest_period(candidate, moment, configured);
            following_due_at := pathfinder.due_at(candidate, following, configured);
        end if;
        if following_due_at <= moment and (due_at is null or following_due_at < due_at) then
            job := candidate;
            period := following;
            due_at := following_due_at;
        end if;
    end loop;

    select revision.period, revision.due_at into following, following_due_at
    from pathfinder.next_revision(moment) as revision;
    if following_due_at <= moment and (due_at is null or following_due_at < due_at) then
        job := 'report_revision';
        period := following;
        due_at := following_due_at;
    end if;
end
$$;
revoke all on function pathfinder.next_run(timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.next_run(timestamptz) is 'The oldest run that is owed at a moment; all null when none is.';

-- source: schedule/outbox_document.sql
-- What a job is about, in full, so that the worker needs no second question.
-- Returns: for a digest {"digest": {"id"}, …its payload}; for what concerns a report {"report": {…}, "summary":
--   {…}}; otherwise the job's own payload. {"missing": true} when the thing is gone. An alert's is
--   alert_document().
-- Example: select pathfinder.outbox_document('digest', '{"digest_id": 7}');
create or replace function pathfinder.outbox_document(kind text, payload jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select coalesce(
        case
            when outbox_document.kind = 'digest' then (
                select jsonb_build_object('digest', jsonb_build_object('id', digests.id))
                    || digests.payload
                    || jsonb_build_object(
                        'link_lifetime_seconds', extract(epoch from settings.link_lifetime)::bigint
                    )
                from public.digests
                cross join public.settings
                where digests.id = (outbox_document.payload ->> 'digest_id')::bigint
            )
            when outbox_document.kind in ('report', 'report_message', 'report_links') then (
                select jsonb_build_object(
                    'report', to_jsonb(reports) - 'summary' || jsonb_build_object(
                        'link_lifetime_seconds', (
                            select extract(epoch from settings.link_lifetime)::bigint from public.settings
                        )
                    ),
                    'summary', reports.summary
                )
                from public.reports
                where reports.id = (outbox_document.payload ->> 'report_id')::bigint
            )
            else outbox_document.payload
        end,
        '{"missing": true}'
    )
$$;

revoke all on function pathfinder.outbox_document(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.outbox_document(text, jsonb) is 'What a job is about, in full.';

-- source: schedule/people_totals.sql
-- What some changes came to, counted by people: who was found (new or promoted), by level, and by what happened.
-- Returns: {"total", "by_level": {level: n}, "by_kind": {kind: n}}
-- Example: select pathfinder.people_totals(array(select change from pathfinder.net_changes('{7}', now()) as change));
create or replace function pathfinder.people_totals(people pathfinder.net_change[])
returns jsonb
language sql
stable
set search_path = ''
as $$
    with counted as materialized (
        select change.kind, change.level, count(*) as count
        from unnest(people_totals.people) as change
        where change.kind is not null
        group by change.kind, change.level
    )
    select jsonb_build_object(
        'total', coalesce((select sum(count) from counted where kind in ('new', 'promotion')), 0),
        'by_level', (
            select jsonb_object_agg(found.level, found.count)
            from (
                select levels.level, coalesce(sum(counted.count), 0) as count
                from public.levels
                left join counted on counted.level = levels.level and counted.kind in ('new', 'promotion')
                group by levels.level, levels.is_on
                having levels.is_on or sum(counted.count) > 0
            ) as found
        ),
        'by_kind', (
            select jsonb_object_agg(happened.kind, happened.count)
            from (
                select kind, coalesce(sum(counted.count), 0) as count
                from unnest('{new,promotion,demotion,role,moved,left}'::text[]) as kind
                left join counted using (kind)
                group by kind
            ) as happened
        )
    )
$$;

revoke all on function pathfinder.people_totals(pathfinder.net_change[]) from public, anon, authenticated, service_role;

comment on function pathfinder.people_totals(pathfinder.net_change[]) is 'What some changes came to, counted by people.';

-- source: schedule/period_retry_delay.sql
-- How long a failed period waits before its next attempt: 1, 2, 4, … minutes, at most 6 hours.
-- Returns: interval.
-- Example: select pathfinder.period_retry_delay(3);  -- 00:04:00
create or replace function pathfinder.period_retry_delay(attempts integer)
returns interval
language sql
immutable
set search_path = ''
as $$
    select least(interval '6 hours', interval '1 minute' * 2 ^ least(attempts - 1, 20));
$$;
revoke all on function pathfinder.period_retry_delay(integer) from public, anon, authenticated, service_role;
comment on function pathfinder.period_retry_delay(integer) is
    'How long a failed period waits before its next attempt: 1, 2, 4, … minutes, at most 6 hours.';

-- source: schedule/preview_channel.sql
-- What a channel would be sent now, for captpathfinder channels preview: its digest as if this were the cut-off.
-- Nothing is stored or sent; the channel may be switched off.
-- Returns: {"channel", "transport", "sends", "documents": […]}, each a document as claim_outbox() hands one over; none
--   where nothing waits.
-- Raises: 22023 for a channel that there is not.
-- Example: select public.preview_channel('sales');
create or replace function pathfinder.preview_channel(name text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    previewed public.channels;
    documents jsonb;
begin
    select channels.* into previewed from public.channels where channels.name = preview_channel.name;
    if not found then
        raise invalid_parameter_value using
            message = format('There is no channel %s.', left(preview_channel.name, 80)),
            hint = coalesce(
                'There are: ' || (select string_agg(channels.name, ', ' order by channels.name) from public.channels),
                'Add a row to channels.'
            );
    end if;
    begin
        -- Made as the real one is, and undone.
        perform pg_advisory_xact_lock(pathfinder.schedule_lock());
        if pathfinder.digest_window_start(previewed.name) is not null then
            perform pathfinder.build_digest(previewed, now(), now(), true);
        end if;
        select jsonb_agg(pathfinder.outbox_document(outbox.kind, outbox.payload) order by outbox.id)
        into documents
        from public.outbox
        where outbox.kind = 'digest' and outbox.channel = previewed.name and outbox.created_at = now();
        raise exception using errcode = 'PT000';
    exception when sqlstate 'PT000' then
        null;
    end;
    return jsonb_build_object(
        'channel', previewed.name,
        'transport', previewed.transport,
        'sends', previewed.sends,
        'documents', coalesce(documents, '[]')
    );
end
$$;

revoke all on function pathfinder.preview_channel(text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.preview_channel(text) to service_role;

comment on function pathfinder.preview_channel(text) is 'What a channel would be sent now.';

create or replace function public.preview_channel(name text)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.preview_channel(name)
$$;

revoke all on function public.preview_channel(text) from public, anon, authenticated, service_role;
grant execute on function public.preview_channel(text) to service_role;

comment on function public.preview_channel(text) is
    'For captpathfinder channels preview: what a channel would be sent now. Nothing is sent.';

-- source: schedule/prune_cron_history.sql
-- Delete what pg_cron remembers of this project's runs of more than a week ago. Other applications' jobs are left
-- alone. Runs that never began have no time, so everything up to the newest run that is old enough goes.
-- Returns: how many.
-- Example: select pathfinder.prune_cron_history(now());
create or replace function pathfinder.prune_cron_history(moment timestamptz)
returns bigint
language sql
set search_path = ''
as $$
    with ours as (
        select job.jobid from cron.job where job.jobname in ('captpathfinder-tick', 'captpathfinder-prune')
    ),
    gone as (
        delete from cron.job_run_details
        where job_run_details.jobid in (select ours.jobid from ours)
            and job_run_details.runid <= (
                select max(old.runid)
                from cron.job_run_details as old
                where old.jobid in (select ours.jobid from ours) and old.end_time < moment - interval '7 days'
            )
        returning job_run_details.runid
    )
    select count(*) from gone;
$$;
revoke all on function pathfinder.prune_cron_history(timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.prune_cron_history(timestamptz) is
    'Deletes what pg_cron remembers of this project''s runs of more than a week ago.';

-- source: schedule/purge_old_events.sql
-- Deletes what is past its retention, in bounded batches, for at most about the given time: processed events, finished
-- jobs with their attempts (never pending or dead ones, nor the notes that a report was announced), runs (except each
-- job's newest, which says what is owed no more), changes, feedback and sent digests if detection_retention is set,
-- corrections of whom nothing else is kept, workers not seen for 30 days, counters older than 400 days.
-- Returns: {"events_raw": n, …, "complete": false if time was up}.
-- Example: select pathfinder.purge(now(), interval '10 seconds');
create or replace function pathfinder.purge(moment timestamptz, budget interval)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    stop_at constant timestamptz := clock_timestamp() + budget;
    configured public.settings;
    result jsonb := '{}';
    complete boolean := true;
    target record;
    purged record;
begin
    select * into strict configured from public.settings;
    for target in
        select candidates.*
        from (
            values
                (
                    'public.events_raw'::regclass,
                    'state in (''processed'', ''stale'') and received_at < $1',
                    moment - greatest(configured.event_retention, configured.dedup_window)
                ),
                (
                    'public.outbox',
                    'status = ''done'' and kind <> ''report_message'' and finished_at < $1',
                    moment - configured.history_retention
                ),
                (
                    'public.job_runs',
                    'outcome = ''done'' and finished_at < $1 and period <> (select max(newest.period)'
                    ' from public.job_runs as newest where newest.job = job_runs.job)',
                    moment - configured.history_retention
                ),
                (
                    'public.detections',
                    'detected_at < $1 and (not is_told or report_id is not null and (exists (select from'
                    ' pathfinder.digest_ledger where digest_ledger.detection_id = detections.id) or not exists'
                    ' (select from public.channels where is_active and ''digest'' = any (sends))))',
                    moment - configured.detection_retention
                ),
                (
                    'public.feedback_proposals',
                    'created_at < $1',
                    moment - configured.detection_retention
                ),
                (
                    'public.digests',
                    'sent and week_end < $1',
                    moment - configured.detection_retention
                )
        ) as candidates (relation, condition, cut_off)
        where candidates.cut_off is not null
    loop
        purged := pathfinder.purge_rows(target.relation, target.condition, target.cut_off, stop_at);
        complete := complete and purged.complete;
        if purged.deleted > 0 then
            result := result || jsonb_build_object(
                (select relname from pg_class where pg_class.oid = target.relation), purged.deleted
            );
        end if;
    end loop;

    perform pathfinder.expire_digest_files(moment - configured.link_lifetime);
    perform pathfinder.expire_reports(moment - configured.detection_retention);
    delete from pathfinder.registrations
    where registrations.ctid = any (array(
        select old.ctid
        from pathfinder.registrations as old
        where old.recorded_at < moment - configured.registration_retention
        limit 50000
    ));
    perform pathfinder.release_corrections();
    delete from pathfinder.corrections
    where not exists (
            select from public.user_state
            where user_state.community = corrections.community and user_state.user_id = corrections.user_id
        )
        and not exists (
            select from pathfinder.set_aside
            where set_aside.community = corrections.community and set_aside.user_id = corrections.user_id
        )
        and not exists (
            select from public.detections
            where detections.community = corrections.community and detections.user_id = corrections.user_id
        )
        -- Whose webhooks are retained may count again with the next one, as corrected.
        and not exists (
            select from public.events_raw
            where events_raw.community = corrections.community and events_raw.user_id = corrections.user_id
        )
        and not pathfinder.is_suppressing(corrections);
    delete from public.worker_heartbeats where worker_heartbeats.seen_at < moment - interval '30 days';
    delete from pathfinder.webhook_counters where webhook_counters.day < (moment - interval '400 days')::date;
    delete from pathfinder.counters
    where isfinite(counters.day) and counters.day < (moment - interval '400 days')::date;
    return result || jsonb_build_object('complete', complete);
end
$$;
revoke all on function pathfinder.purge(timestamptz, interval) from public, anon, authenticated, service_role;
comment on function pathfinder.purge(timestamptz, interval) is
    'Deletes what is past its retention, in bounded batches, for at most about the given time.';

create or replace function public.purge_old_events(now timestamptz default now())
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.purge(purge_old_events.now, interval '1 minute');
$$;
revoke all on function public.purge_old_events(timestamptz) from public, anon, authenticated, service_role;
comment on function public.purge_old_events(timestamptz) is
    'Deletes what is past its retention: processed webhooks and the history of finished work.';

-- source: schedule/purge_rows.sql
-- Delete the old rows of one table in batches of 5,000, until none is left or the time is up. Each batch begins
-- after the ids of the one before, because rows just deleted are still in the way of whoever starts from the
-- beginning.
-- Returns: how many rows are gone, and whether that was all.
-- Example: select * from pathfinder.purge_rows('public.events_raw', 'processed and received_at < $1',
--   now() - interval '14 days', clock_timestamp() + interval '10 seconds');
create or replace function pathfinder.purge_rows(
    relation regclass,
    condition text,
    cut_off timestamptz,
    stop_at timestamptz,
    out deleted bigint,
    out complete boolean
)
language plpgsql
set search_path = ''
as $$
declare
    batch_size constant integer := 5000;
    last_id bigint := 0;
    -- The condition alone, so that its own index finds the few old rows rather than the order of ids all rows.
    highest_id bigint;
    affected bigint;
begin
    deleted := 0;
    complete := true;
    execute format('select max(id) from (select id from %s where %s offset 0) as old', relation, condition)
    into highest_id
    using cut_off;
    while last_id < highest_id loop
        execute format(
            'with old as (select id from %1$s where id > $2 and id <= $3 and %2$s order by id limit $4),'
            ' gone as (delete from %1$s where id in (select id from old) returning id)'
            ' select count(*), coalesce(max(id), $3) from gone',
            relation,
            condition
        )
        into affected, last_id
        using cut_off, last_id, highest_id, batch_size;
        deleted := deleted + affected;
        complete := last_id >= highest_id;
        exit when clock_timestamp() >= stop_at;
    end loop;
end
$$;
revoke all on function pathfinder.purge_rows(regclass, text, timestamptz, timestamptz)
    from public, anon, authenticated, service_role;
comment on function pathfinder.purge_rows(regclass, text, timestamptz, timestamptz) is
    'Deletes the old rows of one table in batches, until none is left or the time is up.';

-- source: schedule/recount_reports.sql
-- Counts the reports anew from which somebody was taken out, and has their files made anew. A report whose month
-- detection_retention has begun to delete keeps its numbers.
-- Returns: how many.
-- Example: select pathfinder.recount_reports();
create or replace function pathfinder.recount_reports()
returns integer
language sql
volatile
set search_path = ''
as $$
    with outdated as (
        update public.reports
        set is_outdated = false,
            erased_at = clock_timestamp(),
            summary = case
                when reports.period_start < now() - settings.detection_retention then reports.summary
                else pathfinder.report_summary(reports)
            end
        from public.settings
        where reports.is_outdated
        returning reports.id
    ),
    queued as (
        select pathfinder.enqueue(
            'report',
            null,
            jsonb_build_object('report_id', outdated.id),
            format('report:%s:erased:%s', outdated.id, to_char(clock_timestamp(), 'YYYYMMDD"T"HH24MISSUS')),
            70
        )
        from outdated
    )
    select count(*)::integer from queued
$$;

revoke all on function pathfinder.recount_reports() from public, anon, authenticated, service_role;

comment on function pathfinder.recount_reports() is 'Counts the reports anew from which somebody was taken out.';

-- source: schedule/renew_report_links.sql
-- Queue the renewal of signed links that are about to expire, of the reports of the last two months. A link is
-- renewed in the last tenth of its lifetime, a day ahead at most. Each expiry is queued once: a renewal that failed
-- for good waits in the outbox to be redriven.
-- Returns: how many were queued.
-- Example: select pathfinder.renew_report_links(now());
create or replace function pathfinder.renew_report_links(moment timestamptz)
returns integer
language plpgsql
set search_path = ''
as $$
declare
    renewal record;
    queued integer := 0;
begin
    for renewal in
        select reports.id, expiring.dedupe_key
        from public.settings, public.reports
        cross join lateral (
            select format(
                'report_links:%s:%s', reports.id, floor(extract(epoch from reports.links_expire_at))
            ) as dedupe_key
        ) as expiring
        where reports.links_expire_at
                < moment + least(interval '1 day', greatest(settings.link_lifetime / 10, interval '2 minutes'))
            and reports.generated_at > moment - interval '60 days'
            and not exists (select from public.outbox where outbox.dedupe_key = expiring.dedupe_key)
        order by reports.links_expire_at
    loop
        perform pathfinder.enqueue(
            'report_links',
            null,
            jsonb_build_object('report_id', renewal.id),
            renewal.dedupe_key,
            70
        );
        queued := queued + 1;
    end loop;
    return queued;
end
$$;
revoke all on function pathfinder.renew_report_links(timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.renew_report_links(timestamptz) is
    'Queues the renewal of signed links of recent reports that are about to expire.';

-- source: schedule/report_changes.sql
-- What happened in a report's month to each member of whom this revision or an earlier one tells, up to when it was
-- made: a title that flaps is one change, or none.
-- Returns: one row a member to whom something happened.
-- Example: select count(*) from public.reports, pathfinder.report_changes(reports) where reports.id = 1;
create or replace function pathfinder.report_changes(report public.reports)
returns setof pathfinder.net_change
language sql
stable
rows 1000
set search_path = ''
as $$
    select change.*
    from pathfinder.net_changes(
        array(
            select detections.id
            from public.reports as earlier
            join public.detections on detections.report_id = earlier.id
            where earlier.month_label = report.month_label and earlier.revision <= report.revision
        ),
        least(report.period_end, report.generated_at)
    ) as change
    where change.kind is not null
$$;

revoke all on function pathfinder.report_changes(public.reports) from public, anon, authenticated, service_role;

comment on function pathfinder.report_changes(public.reports) is
    'What happened in a report''s month, member by member.';

-- source: schedule/report_rows.sql
-- The people of a report, page by page: what happened to each over the month. Revision r contains whom some revision
-- up to r was the first to tell of, so a report that is rendered again shows what it showed before, whatever has been
-- detected since. A page is at most 1000 people, as the API cuts there.
-- Returns: people as people_json() makes them, by detection_id; go on with after_id = the last one until a page is
--   empty.
-- Example: select public.report_rows(3, 0, 1000);
create or replace function pathfinder.report_rows(report_id bigint, after_id bigint, max_rows integer)
returns setof jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    report public.reports;
    revisions bigint[];
    page bigint[];
begin
    select * into report from public.reports where reports.id = report_rows.report_id;
    revisions := array(
        select reports.id
        from public.reports
        where reports.month_label = report.month_label and reports.revision <= report.revision
    );
    loop
        -- The last change of each member. Each revision is read by its own index.
        page := array(
            select latest.id
            from unnest(revisions) as revision
            cross join lateral (
                select detections.id
                from public.detections
                where detections.report_id = revision
                    and detections.id > after_id
                    and not exists (
                        select
                        from public.detections as later
                        where later.community = detections.community
                            and later.user_id = detections.user_id
                            and later.id > detections.id
                            and later.report_id = any (revisions)
                    )
                order by detections.id
                limit least(greatest(max_rows, 1), 1000)
            ) as latest
            order by latest.id
            limit least(greatest(max_rows, 1), 1000)
        );
        exit when page = '{}';

        return query
        select shown.person
        from pathfinder.people_json(
            array(
                select change
                from pathfinder.net_changes(
                    array(
                        select detections.id
                        from public.detections as latest
                        join public.detections
                            on detections.community = latest.community
                            and detections.user_id = latest.user_id
                            and detections.report_id = any (revisions)
                        where latest.id = any (page)
                    ),
                    least(report.period_end, report.generated_at)
                ) as change
                where change.kind is not null
            )
        ) as shown
        order by shown.detection_id;
        -- An empty page would be taken for the last.
        exit when found;
        after_id := page[cardinality(page)];
    end loop;
end
$$;

revoke all on function pathfinder.report_rows(bigint, bigint, integer)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.report_rows(bigint, bigint, integer) to service_role;

comment on function pathfinder.report_rows(bigint, bigint, integer) is 'The people of a report, page by page.';

create or replace function public.report_rows(
    report_id bigint,
    after_id bigint default 0,
    max_rows integer default 1000
)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.report_rows(report_id, after_id, max_rows)
$$;

revoke all on function public.report_rows(bigint, bigint, integer) from public, anon, authenticated, service_role;
grant execute on function public.report_rows(bigint, bigint, integer) to service_role;

comment on function public.report_rows(bigint, bigint, integer) is
    'For the worker: the people of a report, page by page.';

-- source: schedule/report_summary.sql
-- The summary of a report, counted by people: totals, levels, kinds, places, functions, weeks, watched accounts, six
-- months, and the month before; of a month so far, as much of the month before.
-- Returns: jsonb; docs/reference.md and the worker's render/documents.py say what is in it.
-- Example: select pathfinder.report_summary(reports) from public.reports where id = 1;
create or replace function pathfinder.report_summary(report public.reports)
returns jsonb
language plpgsql
stable
set search_path = ''
set timezone = 'UTC'
set jit = off
as $$
declare
    first_day constant date := to_date(report.month_label, 'YYYY-MM');
    month_before constant date := (first_day - interval '1 month')::date;
    last_day constant date := (first_day + interval '1 month')::date - 1;
    made_at constant timestamp := report.generated_at at time zone report.time_zone;
    people pathfinder.net_change[];
    found pathfinder.net_change[];
    totals jsonb;
    previous jsonb;
begin
    people := array(select change from pathfinder.report_changes(report) as change);
    found := array(select person from unnest(people) as person where person.kind in ('new', 'promotion'));
    totals := pathfinder.people_totals(people);
    if made_at::date < last_day then
        previous := pathfinder.month_totals(
            month_before, pathfinder.local_instant(month_before + (made_at - first_day), report.time_zone)
        ) || jsonb_build_object('days', made_at::date - first_day + 1);
    else
        previous := pathfinder.month_totals(month_before, null);
    end if;

    return totals || jsonb_build_object(
        'month', report.month_label,
        'name', to_char(first_day, 'FMMonth YYYY'),
        'period_start', report.period_start,
        'period_end', report.period_end,
        'time_zone', report.time_zone,
        'revision', report.revision,
        'people_added', case
            when report.revision = 1 then 0
            else (
                select count(distinct (added.community, added.user_id))
                from public.detections as added
                where added.report_id = report.id
            )
        end,
        'levels', pathfinder.levels_json(),
        'by_country', (
            select pathfinder.count_names(
                array_agg(coalesce(countries.name, person.country)), array_agg(countries.code)
            )
            from unnest(found) as person
            left join public.countries on countries.code = person.country_code
        ),
        'by_company', (
            select pathfinder.count_names(
                array_agg(coalesce(accounts.name, person.company)), array_agg('account ' || accounts.id)
            )
            from unnest(found) as person
            left join public.accounts on accounts.id = person.account_id
        ),
        'by_function', (
            select pathfinder.count_names(array_agg(known.function), array_agg(known.function))
            from unnest(found) as person
            left join lateral unnest(person.functions) as known (function) on true
        ),
        'by_week', pathfinder.report_weeks(found, first_day, last_day, report.time_zone),
        'by_month', (
            select jsonb_agg(
                jsonb_build_object(
                    'start', known.month, 'total', known.totals -> 'total', 'by_level', known.totals -> 'by_level'
                )
                order by known.month
            )
            from (
                select
                    (first_day - months * interval '1 month')::date as month,
                    case
                        when months = 0 then totals
                        else pathfinder.month_totals((first_day - months * interval '1 month')::date, null)
                    end as totals
                from generate_series(0, 5) as months
            ) as known
        ),
        'watched', (
            select coalesce(
                jsonb_agg(to_jsonb(account) order by account.found desc, account.left desc, account.name), '[]'
            )
            from (
                select
                    accounts.name,
                    accounts.tier,
                    accounts.owner,
                    count(*) filter (where person.kind in ('new', 'promotion')) as found,
                    count(*) filter (where person.kind = 'left') as left
                from unnest(people) as person
                join public.accounts on accounts.id = person.account_id and accounts.is_watched
                where person.kind in ('new', 'promotion', 'left')
                group by accounts.id
            ) as account
        ),
        'previous', previous,
        'rules_versions', (
            select coalesce(jsonb_agg(distinct detections.rules_version), '[]')
            from unnest(found) as person
            join public.detections on detections.id = person.detection_id
            where detections.rules_version is not null
        )
    );
end
$$;

revoke all on function pathfinder.report_summary(public.reports) from public, anon, authenticated, service_role;

comment on function pathfinder.report_summary(public.reports) is 'The summary of a report, counted by people.';

-- source: schedule/report_weeks.sql
-- How many people were found in each week of a month, whole or not, by level. Weeks begin on Monday, in local time.
-- Returns: [{"start": "2026-11-02", "total", "by_level": {level: n}}]
-- Example: select pathfinder.report_weeks('{}', '2026-11-01', '2026-11-30', 'Europe/Berlin');
create or replace function pathfinder.report_weeks(
    found pathfinder.net_change[], first_day date, last_day date, time_zone text
)
returns jsonb
language sql
stable
set search_path = ''
as $$
    with week as (
        select
            monday::date as monday,
            row_number() over (order by monday) as number,
            pathfinder.local_instant(monday, time_zone) as starts
        from generate_series(date_trunc('week', first_day::timestamp), last_day::timestamp, interval '7 days') as monday
    ),
    counted as materialized (
        select placed.number, placed.level, count(*) as count
        from (
            select
                person.level,
                -- The bounds of a month may be another zone's: who lies outside its local weeks counts at the edge.
                greatest(width_bucket(person.changed_at, array(select week.starts from week order by 1)), 1) as number
            from unnest(found) as person
        ) as placed
        group by placed.number, placed.level
    )
    select jsonb_agg(
        jsonb_build_object('start', week.monday, 'total', levels.total, 'by_level', levels.by_level)
        order by week.monday
    )
    from week
    cross join lateral (
        select
            coalesce(sum(counted.count), 0) as total,
            coalesce(jsonb_object_agg(counted.level, counted.count) filter (where counted.level is not null), '{}')
                as by_level
        from counted
        where counted.number = week.number
    ) as levels
$$;

revoke all on function pathfinder.report_weeks(pathfinder.net_change[], date, date, text)
    from public, anon, authenticated, service_role;

comment on function pathfinder.report_weeks(pathfinder.net_change[], date, date, text) is
    'How many people were found in each week of a month.';

-- source: schedule/run_digest.sql
-- Builds the digests that were due at a time: of all channels that go by the common schedule, or of the one that has
-- its own. Each runs from its channel's last cut-off to the due time, also when the tick comes later, so the weeks of
-- a long downtime each get their own people. An empty digest that is more than a week late is no news and goes to
-- nobody.
-- Returns: {"channels": n, "people": told, "digests": messages, "period_start", "period_end"}.
-- Example: select pathfinder.run_digest('digest', '2026-11-20 22:00+00', now());
create or replace function pathfinder.run_digest(job text, due_at timestamptz, moment timestamptz)
returns jsonb
language sql
volatile
set search_path = ''
set timezone = 'UTC'
as $$
    select jsonb_build_object(
        'channels', count(*),
        'people', coalesce(sum((built.digest ->> 'people')::integer), 0),
        'digests', coalesce(sum((built.digest ->> 'messages')::integer), 0),
        'period_start', min((built.digest ->> 'period_start')::timestamptz),
        'period_end', due_at
    )
    from (
        select pathfinder.build_digest(channels, due_at, moment, due_at > moment - interval '7 days') as digest
        from public.channels
        where channels.is_active
            and 'digest' = any (channels.sends)
            and case job
                when 'digest' then channels.schedule = '{}'
                else channels.name = substr(job, 8)
            end
            -- An edit of the settings may put a due time before the cut-off before it.
            and pathfinder.digest_window_start(channels.name) < due_at
        order by channels.name
    ) as built
$$;

revoke all on function pathfinder.run_digest(text, timestamptz, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.run_digest(text, timestamptz, timestamptz) is
    'Builds the digests that were due at a time.';

-- source: schedule/run_each_tick.sql
-- Run what every tick does, inside an error boundary of its own. While all is well it writes nothing; a failure
-- gets the row "latest" of the job in job_runs and is tried again after a growing delay.
-- Returns: how many it handled, as a JSON number, or {"error": …} with "interrupted" if a time limit ended it.
-- Example: select pathfinder.run_each_tick('report_links', now());
create or replace function pathfinder.run_each_tick(job text, moment timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    failed public.job_runs;
    handled integer;
    failure text;
    interrupted boolean := false;
begin
    select * into failed
    from public.job_runs
    where job_runs.job = run_each_tick.job and job_runs.period = 'latest' and job_runs.outcome = 'failed';
    if failed.next_attempt_at > moment then
        return jsonb_build_object('error', failed.error);
    end if;

    begin
        handled := case run_each_tick.job
            when 'pending_events' then pathfinder.process_pending_events()
            when 'people' then pathfinder.end_suppressions(moment)
                + pathfinder.reclassify_when_due(moment)
                + pathfinder.recount_reports()
            when 'report_links' then pathfinder.renew_report_links(moment)
        end;
    exception
        when query_canceled then
            failure := sqlerrm;
            interrupted := true;
        when assert_failure or others then
            failure := sqlerrm || ' (' || sqlstate || ')';
    end;

    if failure is null then
        if failed.id is not null then
            update public.job_runs
            set outcome = 'done', finished_at = moment, next_attempt_at = null, error = null
            where job_runs.id = failed.id;
        end if;
        return to_jsonb(handled);
    end if;

    insert into public.job_runs as ledger (job, period, started_at, finished_at, outcome, next_attempt_at, error)
    values (
        run_each_tick.job, 'latest', moment, moment, 'failed', moment + pathfinder.period_retry_delay(1), failure
    )
    on conflict on constraint job_runs_job_period_key do update
    set
        started_at = excluded.started_at,
        finished_at = excluded.finished_at,
        outcome = 'failed',
        attempts = case when ledger.outcome = 'failed' then ledger.attempts + 1 else 1 end,
        next_attempt_at = moment
            + pathfinder.period_retry_delay(case when ledger.outcome = 'failed' then ledger.attempts + 1 else 1 end),
        error = excluded.error;
    return jsonb_strip_nulls(
        jsonb_build_object('error', failure, 'interrupted', case when interrupted then true end)
    );
end
$$;
revoke all on function pathfinder.run_each_tick(text, timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.run_each_tick(text, timestamptz) is
    'Runs what every tick does, inside an error boundary; only failures are written down.';

-- source: schedule/run_period.sql
-- Run one period of one job inside an error boundary, and write it into the ledger. A period that fails leaves no
-- trace but its row in job_runs: what went wrong, how often, and when it is tried again. A cancelled statement (a
-- time limit) is a failure too, otherwise it would undo and repeat the whole tick for ever; it is marked
-- "interrupted", and the tick ends there, because its time is up.
-- Returns: {"job", "period", "outcome": "done" | "running" | "failed", "result" | "error"}; "running" goes on
--   later.
-- Example: select pathfinder.run_period('digest', '2026-W47', '2026-11-20 22:00+00', now());
create or replace function pathfinder.run_period(job text, period text, due_at timestamptz, moment timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    started constant timestamptz := clock_timestamp();
    run public.job_runs;
    result jsonb;
    failure text;
    interrupted boolean := false;
begin
    begin
        result := case split_part(run_period.job, ':', 1)
            when 'digest' then pathfinder.run_digest(run_period.job, due_at, moment)
            when 'report' then pathfinder.run_report(period, due_at, moment)
            when 'report_revision' then pathfinder.run_revision(left(period, 7), moment)
            when 'housekeeping' then pathfinder.purge(moment, interval '15 seconds')
        end;
    exception
        when query_canceled then
            failure := sqlerrm;
            interrupted := true;
        when assert_failure or others then
            failure := sqlerrm || ' (' || sqlstate || ')';
    end;

    insert into public.job_runs as ledger (
        job, period, period_start, period_end, started_at, finished_at, outcome, attempts,
        next_attempt_at, result, error
    )
    values (
        run_period.job,
        run_period.period,
        (result ->> 'period_start')::timestamptz,
        (result ->> 'period_end')::timestamptz,
        moment,
        moment + (clock_timestamp() - started),
        case
            when failure is not null then 'failed'
            when result ->> 'complete' = 'false' then 'running'
            else 'done'
        end,
        1,
        case
            when failure is not null then moment + pathfinder.period_retry_delay(1)
            when result ->> 'complete' = 'false' then moment + interval '30 seconds'
        end,
        result - '{period_start,period_end}'::text[],
        failure
    )
    on conflict on constraint job_runs_job_period_key do update
    set
        period_start = excluded.period_start,
        period_end = excluded.period_end,
        started_at = excluded.started_at,
        finished_at = excluded.finished_at,
        outcome = excluded.outcome,
        attempts = ledger.attempts + 1,
        next_attempt_at = case
            when failure is not null then moment + pathfinder.period_retry_delay(ledger.attempts + 1)
            else excluded.next_attempt_at
        end,
        result = excluded.result,
        error = excluded.error
    returning * into run;

    if run.job = 'housekeeping' then
        -- A later night's cleaning does what an earlier one has left.
        update public.job_runs
        set outcome = 'done', next_attempt_at = null
        where job_runs.outcome <> 'done' and job_runs.job = run.job and job_runs.period < run.period;
    end if;

    return jsonb_strip_nulls(jsonb_build_object(
        'job', run.job,
        'period', run.period,
        'outcome', run.outcome,
        'result', run.result,
        'error', run.error,
        'interrupted', case when interrupted then true end
    ));
end
$$;
revoke all on function pathfinder.run_period(text, text, timestamptz, timestamptz)
    from public, anon, authenticated, service_role;
comment on function pathfinder.run_period(text, text, timestamptz, timestamptz) is
    'Runs one period of one job inside an error boundary and writes it into the ledger.';

-- source: schedule/run_report.sql
-- Build the month-end report that was due at a time, unless it was built by hand since and nothing has changed. A
-- report of the month so far that somebody asked for earlier does not replace it.
-- Returns: what build_report() returns, or {"note": …}.
-- Example: select pathfinder.run_report('2026-11', '2026-12-01 04:55+00', now());
create or replace function pathfinder.run_report(period text, due_at timestamptz, moment timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    month constant date := to_date(period, 'YYYY-MM');
begin
    if exists (
        select
        from public.reports
        where reports.month_label = run_report.period
            and reports.generated_at >= run_report.due_at
            and reports.is_told
    ) and not pathfinder.unreported_in_month(month, moment) then
        return jsonb_build_object('note', 'built by hand already');
    end if;
    return pathfinder.build_report(month, moment);
end
$$;
revoke all on function pathfinder.run_report(text, timestamptz, timestamptz)
    from public, anon, authenticated, service_role;
comment on function pathfinder.run_report(text, timestamptz, timestamptz) is
    'Builds the month-end report that was due at a time.';

-- source: schedule/run_revision.sql
-- Build the later revision of a month's report, if there is still something to add.
-- Returns: what build_report() returns, or {"note": …}.
-- Example: select pathfinder.run_revision('2026-11', now());
create or replace function pathfinder.run_revision(month_label text, moment timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    month constant date := to_date(month_label, 'YYYY-MM');
begin
    if not pathfinder.unreported_in_month(month, moment) then
        return jsonb_build_object('note', 'nothing is left to add');
    end if;
    return pathfinder.build_report(month, moment);
end
$$;
revoke all on function pathfinder.run_revision(text, timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.run_revision(text, timestamptz) is
    'Builds the later revision of a month''s report, if there is still something to add.';

-- source: schedule/scheduled_jobs.sql
-- The jobs that recur: the common ones, and the digest of each active channel with a schedule of its own.
-- Returns: text[].
-- Example: select pathfinder.scheduled_jobs();  -- {digest,housekeeping,report,digest:sales}
create or replace function pathfinder.scheduled_jobs()
returns text[]
language sql
stable
set search_path = ''
as $$
    select '{digest,housekeeping,report}' || array(
        select 'digest:' || channels.name
        from public.channels
        where channels.is_active and 'digest' = any (channels.sends) and channels.schedule <> '{}'
        order by channels.name
    )
$$;

revoke all on function pathfinder.scheduled_jobs() from public, anon, authenticated, service_role;

comment on function pathfinder.scheduled_jobs() is 'The jobs that recur.';

-- source: schedule/send_digests.sql
-- Builds a digest now for every active channel that gets digests, of what no digest has told it yet. The next one on
-- schedule begins where this one ends. It goes into the ledger of runs, as digest_by_hand, if anything was built.
-- Returns: {"status": "built", "people", "digests", "channels", "period_start", "period_end"}, {"status": "empty"},
--   or {"status": "no_channel"}.
-- Example: select public.send_digests();
create or replace function pathfinder.send_digests(moment timestamptz)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
set timezone = 'UTC'
as $$
declare
    result jsonb;
begin
    perform pg_advisory_xact_lock(pathfinder.schedule_lock());
    select jsonb_build_object(
        'channels', count(*),
        'people', sum((built.digest ->> 'people')::integer),
        'digests', sum((built.digest ->> 'messages')::integer),
        'period_start', min((built.digest ->> 'period_start')::timestamptz),
        'period_end', moment
    )
    into result
    from (
        select pathfinder.build_digest(
            channels, greatest(moment, pathfinder.digest_window_start(channels.name)), moment, true
        ) as digest
        from public.channels
        where channels.is_active and 'digest' = any (channels.sends)
        order by channels.name
    ) as built;

    if result ->> 'channels' = '0' then
        return jsonb_build_object(
            'status', 'no_channel',
            'channels', 0,
            'hint', 'No active channel gets digests: add a row to channels. It is told what happens from then on.'
        );
    elsif result ->> 'digests' = '0' then
        return result || '{"status": "empty"}';
    end if;

    insert into public.job_runs (job, period, period_start, period_end, started_at, finished_at, outcome, result)
    values (
        'digest_by_hand',
        to_char(moment, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        (result ->> 'period_start')::timestamptz,
        moment,
        moment,
        moment,
        'done',
        result - '{period_start,period_end}'::text[]
    )
    on conflict on constraint job_runs_job_period_key do nothing;
    perform pathfinder.write_audit(
        'digests', 'send',
        jsonb_build_object('channels', result -> 'channels', 'messages', result -> 'digests', 'cut_off', moment)
    );
    return result || '{"status": "built"}';
end
$$;

revoke all on function pathfinder.send_digests(timestamptz) from public, anon, authenticated, service_role;
grant execute on function pathfinder.send_digests(timestamptz) to service_role;

comment on function pathfinder.send_digests(timestamptz) is 'Builds a digest now, of what no digest has told yet.';

create or replace function public.send_digests()
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.send_digests(now());
$$;

revoke all on function public.send_digests() from public, anon, authenticated, service_role;
grant execute on function public.send_digests() to service_role;

comment on function public.send_digests() is
    'Builds and queues a digest now, of what no digest has told yet.';

create or replace function public.build_weekly_digest(now timestamptz default now())
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.send_digests(build_weekly_digest.now);
$$;

revoke all on function public.build_weekly_digest(timestamptz) from public, anon, authenticated, service_role;

comment on function public.build_weekly_digest(timestamptz) is
    'Builds and queues a digest now, of what no digest has told yet.';

-- source: schedule/start_schedule.sql
-- Start the ledger: what was due before this moment is owed to nobody. The newest row of a job says how far it is,
-- so each job gets the period before the first one it owes. A month that is not over yet is owed even if its
-- evening has begun: otherwise what the rest of it finds would be in no report.
-- Returns: nothing.
-- Example: select pathfinder.start_schedule(now());
create or replace function pathfinder.start_schedule(moment timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
begin
    insert into public.job_runs (job, period, period_end, started_at, finished_at, outcome, attempts, result)
    select
        start.job,
        start.period,
        pathfinder.due_at(start.job, start.period, configured),
        moment,
        moment,
        'done',
        0,
        jsonb_build_object('note', 'the schedule starts after this period')
    from unnest(pathfinder.scheduled_jobs()) as job
    cross join lateral pathfinder.job_settings(job) as configured
    cross join lateral (
        select
            job,
            case job
                when 'report' then to_char((moment at time zone configured.time_zone) - interval '1 month', 'YYYY-MM')
                else pathfinder.latest_period(job, moment, configured)
            end as period
    ) as start
    where not exists (select from public.job_runs where job_runs.job = start.job);
end
$$;
revoke all on function pathfinder.start_schedule(timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.start_schedule(timestamptz) is
    'Starts the ledger of each job that has none: what was due before this moment is not owed.';

-- source: schedule/store_report_links.sql
-- Keeps the links to a report's files that were signed on request. The schedule's renewals come through
-- complete_outbox.
-- Returns: whether they were kept; false when there is no such report, or it has no files.
-- Raises: 22023 for links that are no object.
-- Example: select public.store_report_links(3, '{"pdf": "https://…"}', now() + interval '7 days');
create or replace function pathfinder.store_report_links(
    report_id bigint, links jsonb, links_expire_at timestamptz
)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    signed constant jsonb := pathfinder.json_object(store_report_links.links);
begin
    if jsonb_typeof(signed) is distinct from 'object' then
        raise invalid_parameter_value using message = 'links must be an object such as {"pdf": "https://…"}';
    end if;
    update public.reports
    set links = signed, links_expire_at = store_report_links.links_expire_at
    where reports.id = store_report_links.report_id and reports.file_uri is not null;
    return found;
end
$$;

revoke all on function pathfinder.store_report_links(bigint, jsonb, timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.store_report_links(bigint, jsonb, timestamptz) to service_role;

comment on function pathfinder.store_report_links(bigint, jsonb, timestamptz) is
    'Keeps the links to a report that were signed on request.';

create or replace function public.store_report_links(report_id bigint, links jsonb, links_expire_at timestamptz)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select pathfinder.store_report_links(report_id, links, links_expire_at)
$$;

revoke all on function public.store_report_links(bigint, jsonb, timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function public.store_report_links(bigint, jsonb, timestamptz) to service_role;

comment on function public.store_report_links(bigint, jsonb, timestamptz) is
    'For the command line: keeps the links to a report that were signed on request.';

-- source: schedule/tick.sql
-- One tick: run what is owed at a moment, each period once, oldest first. Two never run at once: the second returns
-- {"status": "busy"}. At most ten periods a tick, and none begins after half a minute, so that a year's arrears never
-- meet the statement timeout (2 minutes on hosted); what is left is owed at the next tick. The tick is one
-- transaction: if its backend dies, nothing has happened, and the next one does it.
-- Returns: {"status": "idle" | "done" | "busy", "runs": [{"job", "period", "outcome", …}], "more": true if it
--   stopped at its bound, "events": number of queued webhooks processed, "people": number of members
--   looked at because a suppression ended or the rules changed, and of reports counted anew, "links": number of
--   links being renewed}.
-- Example: select pathfinder.run_tick(now());
create or replace function pathfinder.run_tick(moment timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    most_runs constant integer := 10;
    stop_at constant timestamptz := clock_timestamp() + interval '30 seconds';
    runs jsonb := '[]';
    events jsonb;
    people jsonb;
    links jsonb;
    owed record;
    more boolean := false;
    run jsonb;
begin
    if not pg_try_advisory_xact_lock(pathfinder.schedule_lock()) then
        return jsonb_build_object('status', 'busy', 'runs', runs, 'more', false);
    end if;

    perform pathfinder.mend_time_zone();
    if exists (
        select
        from unnest(pathfinder.scheduled_jobs()) as scheduled (job)
        where not exists (select from public.job_runs where job_runs.job = scheduled.job)
    ) then
        perform pathfinder.start_schedule(moment);
    end if;

    -- Waiting webhooks first, so that what they reveal is in what is built next.
    events := pathfinder.run_each_tick('pending_events', moment);
    people := case when events ? 'interrupted' then events else pathfinder.run_each_tick('people', moment) end;
    links := case when people ? 'interrupted' then people else pathfinder.run_each_tick('report_links', moment) end;

    if not links ? 'interrupted' then
        loop
            select * into owed from pathfinder.next_run(moment);
            exit when owed.job is null;
            more := jsonb_array_length(runs) >= most_runs or clock_timestamp() >= stop_at;
            exit when more;
            run := pathfinder.run_period(owed.job, owed.period, owed.due_at, moment);
            runs := runs || run;
            exit when run ? 'interrupted';
        end loop;
    end if;

    return jsonb_build_object(
        'status', case when runs = '[]' and events = '0' and people = '0' and links = '0' then 'idle' else 'done' end,
        'runs', runs,
        'more', more,
        'events', events,
        'people', people,
        'links', links
    );
end
$$;
revoke all on function pathfinder.run_tick(timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.run_tick(timestamptz) is
    'One tick of the schedule: runs what is owed, each period once, oldest first.';

create or replace function public.tick(now timestamptz default now())
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.run_tick(tick.now);
$$;
revoke all on function public.tick(timestamptz) from public, anon, authenticated, service_role;
comment on function public.tick(timestamptz) is
    'Runs what the schedule owes: digests, reports, housekeeping. Called each minute by pg_cron.';

-- source: schedule/unreported_in_month.sql
-- Whether a month holds detections, up to a moment, that are in no report.
-- Returns: true or false.
-- Example: select pathfinder.unreported_in_month('2026-11-01', now());
create or replace function pathfinder.unreported_in_month(month date, moment timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
    select exists (
        select
        from public.detections, pathfinder.month_bounds(month) as bounds
        where detections.report_id is null
            and detections.is_told
            and detections.detected_at >= bounds.month_start
            and detections.detected_at < least(bounds.month_end, moment)
    );
$$;
revoke all on function pathfinder.unreported_in_month(date, timestamptz)
    from public, anon, authenticated, service_role;
comment on function pathfinder.unreported_in_month(date, timestamptz) is
    'Whether a month holds detections that are in no report.';

-- source: admin/accept_as_example.sql
-- Makes a title an example that must find nobody, and adds an exclusion of the given words that makes it so.
-- Returns: {"example_id", "rule_id"}, each null where it was there already or is not wanted.
-- Raises: 22023 without a title, when an example says the opposite, or when the words do not do it.
-- Example: select pathfinder.accept_as_example('Chief Happiness Officer', 'chief happiness officer');
create or replace function pathfinder.accept_as_example(title text, pattern text)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
    example_id bigint;
    rule_id bigint;
    found_level text;
begin
    if coalesce(btrim(accept_as_example.title), '') = '' then
        raise exception 'there is no title that could be an example'
            using errcode = '22023', hint = 'Accept it as a suppression, or dismiss it.';
    end if;
    if exists (
        select from public.rule_examples
        where rule_examples.title = accept_as_example.title and rule_examples.expected <> 'none'
    ) then
        raise exception 'an example says that this title is one of an executive'
            using errcode = '22023', hint = 'Change it in rule_examples first, or dismiss the proposal.';
    end if;
    if coalesce(btrim(accept_as_example.pattern), '') <> '' then
        rule_id := public.add_rule('exclusion', accept_as_example.pattern, description => 'From feedback');
        found_level := (pathfinder.classify(accept_as_example.title)).level;
        if found_level is not null then
            raise exception 'with this exclusion the title would still be found: %',
                (select levels.label from public.levels where levels.level = found_level)
                using errcode = '22023', hint = 'Exclude more of its words.';
        end if;
    end if;
    insert into public.rule_examples (title, expected, note)
    values (accept_as_example.title, 'none', 'From feedback')
    on conflict on constraint rule_examples_title_key do nothing
    returning rule_examples.id into example_id;
    return jsonb_build_object('example_id', example_id, 'rule_id', rule_id);
end
$$;

revoke all on function pathfinder.accept_as_example(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.accept_as_example(text, text) is 'Makes a title an example that must find nobody.';

-- source: admin/accept_proposal.sql
-- Accepts what a reader said is not right, and with it what other channels' readers said of the same person alike.
-- As an example: the title must find nobody from now on; with a pattern, an exclusion of these words is added that
-- makes it so (preview_rules says beforehand who else would change), without one the rules are yours to edit, and
-- check_rules() lists the title until then. As a suppression: of the member, up to a moment or for good. As a
-- correction: of the company. Unless said otherwise, what the button meant: an example for not_executive, a suppression
-- for already_known, a correction for wrong_company.
-- Returns: what it made, {"as", "example_id", "rule_id", "suppression_id", "corrected_at", "company" that is right now,
--   "replaced": what an editor had corrected it to before, where one had}.
-- Raises: 22023 with a sentence for what cannot be done, among it a proposal that was decided or is gone.
-- Example: select public.accept_proposal(7, pattern => 'chief happiness officer');
create or replace function pathfinder.accept_proposal(
    id bigint, decision text, pattern text, company text, until timestamptz
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    proposal public.feedback_proposals;
    chosen text;
    made jsonb;
    earlier jsonb;
    moment constant timestamptz := clock_timestamp();
begin
    proposal := pathfinder.open_proposal(accept_proposal.id);
    chosen := coalesce(
        accept_proposal.decision,
        case proposal.verdict
            when 'not_executive' then 'example' when 'already_known' then 'suppression' else 'correction'
        end
    );
    case chosen
        when 'example' then
            made := pathfinder.accept_as_example(proposal.title, accept_proposal.pattern);
        when 'suppression' then
            made := jsonb_build_object('suppression_id', public.add_suppression(
                'member', proposal.user_id, 'feedback: ' || replace(proposal.verdict, '_', ' '),
                accept_proposal.until, proposal.community
            ) -> 'id');
        when 'correction' then
            if coalesce(btrim(pathfinder.decode_text(accept_proposal.company)), '') = '' then
                raise exception 'the right company is missing'
                    using errcode = '22023', hint = 'Give it as company.';
            end if;
            select jsonb_build_object('replaced', corrections.value) into earlier
            from pathfinder.corrections
            where corrections.community = proposal.community
                and corrections.user_id = proposal.user_id
                and corrections.attribute = 'company';
            select jsonb_build_object('replaced', corrections.value) into earlier
            from pathfinder.corrections
            where corrections.community = proposal.community
                and corrections.user_id = proposal.user_id
                and corrections.attribute = 'company';
            made := pathfinder.correct_person(
                proposal.user_id, proposal.community, null, accept_proposal.company, null, false
            );
            if made is null then
                raise exception 'the person is no executive any more'
                    using errcode = '22023', hint = 'There is nothing to correct: dismiss the proposal.';
            end if;
            made := case
                when made ->> 'status' = 'unchanged' then '{}'
                else jsonb_build_object('corrected_at', now(), 'company', accept_proposal.company)
                    || coalesce(earlier, '{}')
            end;
        else
            raise exception '"%" is no way to accept a proposal', left(chosen, 40)
                using errcode = '22023', hint = 'Say example, suppression or correction.';
    end case;
    made := jsonb_build_object('as', chosen) || made;
    update public.feedback_proposals
    set
        status = 'accepted', decided_at = moment, decided_by = pathfinder.acting_name(), result = made
    where feedback_proposals.community = proposal.community
        and feedback_proposals.user_id = proposal.user_id
        and feedback_proposals.verdict = proposal.verdict
        and feedback_proposals.status = 'open';
    perform pathfinder.write_audit(
        'feedback',
        'accept',
        -- Nothing of the person stands in the audit.
        made - array['company', 'replaced'] || jsonb_build_object('proposal', proposal.id, 'verdict', proposal.verdict)
    );
    return made;
end
$$;

create or replace function public.accept_proposal(
    id bigint,
    decision text default null,
    pattern text default null,
    company text default null,
    until timestamptz default null
)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.accept_proposal(
        accept_proposal.id, accept_proposal.decision, accept_proposal.pattern, accept_proposal.company,
        accept_proposal.until
    )
$$;

revoke all on function pathfinder.accept_proposal(bigint, text, text, text, timestamptz)
    from public, anon, authenticated, service_role;
revoke all on function public.accept_proposal(bigint, text, text, text, timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.accept_proposal(bigint, text, text, text, timestamptz) to service_role;
grant execute on function public.accept_proposal(bigint, text, text, text, timestamptz) to service_role;

comment on function pathfinder.accept_proposal(bigint, text, text, text, timestamptz) is
    'Accepts what a reader said is not right.';
comment on function public.accept_proposal(bigint, text, text, text, timestamptz) is
    'Accepts what a reader said is not right: as an example of the rules, a suppression, or a correction.';

-- source: admin/act_on_jobs.sql
-- Does one thing with a job, or with all that are dead or wait after one error (a key of list_job_errors()):
--   retry     dead ones wait again, with their attempts counted anew, and waiting ones are due now;
--   postpone  waiting ones are not due before delay has passed;
--   cancel    waiting ones are given up: they are dead, and can be retried;
--   discard   dead ones are deleted, for good.
-- What a worker has at that moment is left alone. With a dry run nothing is done.
-- Returns: how many jobs it did it with, or would.
-- Raises: 22023 for another action, and without a job or an error.
-- Example: select public.act_on_jobs('retry', error => '900150983cd24fb0d6963f7d28e17f72', dry_run => false);
create or replace function pathfinder.act_on_jobs(
    action text, job_id bigint, error text, delay interval, dry_run boolean
)
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    states constant text[] := case act_on_jobs.action
        when 'retry' then '{dead,pending}' when 'postpone' then '{pending}' when 'cancel' then '{pending}'
        when 'discard' then '{dead}'
    end;
    chosen bigint[];
begin
    if states is null then
        raise exception '% is nothing that can be done with a job', coalesce(quote_literal(left(act_on_jobs.action, 40)), 'null')
            using errcode = '22023', hint = 'Write retry, postpone, cancel or discard.';
    end if;
    if num_nonnulls(act_on_jobs.job_id, act_on_jobs.error) <> 1 then
        raise exception 'act_on_jobs needs either the id of a job or the key of an error'
            using errcode = '22023', hint = 'list_job_errors() has the keys.';
    end if;
    select array_agg(job.id) into chosen
    from (
        select outbox.id
        from public.outbox
        where outbox.status = any (states) and outbox.id in (
            select act_on_jobs.job_id
            union all
            select dead.id
            from public.outbox as dead
            where dead.status = 'dead' and dead.last_error is not null
                and pathfinder.error_key(dead.last_error) = act_on_jobs.error
            union all
            select waiting.id
            from public.outbox as waiting
            where waiting.status = 'pending' and waiting.last_error is not null
                and pathfinder.error_key(waiting.last_error) = act_on_jobs.error
        )
        for update skip locked
    ) as job;
    if chosen is null or act_on_jobs.dry_run then
        return coalesce(cardinality(chosen), 0);
    end if;

    if act_on_jobs.action = 'discard' then
        delete from public.outbox where outbox.id = any (chosen);
    else
        update public.outbox
        set status = case when act_on_jobs.action = 'cancel' then 'dead' else 'pending' end,
            finished_at = case when act_on_jobs.action = 'cancel' then now() end,
            run_at = case act_on_jobs.action
                when 'retry' then now()
                when 'postpone' then greatest(outbox.run_at, now()) + act_on_jobs.delay
                else outbox.run_at
            end,
            uncounted_attempts = case
                when outbox.status = 'dead' then outbox.attempts else outbox.uncounted_attempts
            end,
            last_error = case
                when act_on_jobs.action = 'cancel' then 'Cancelled on the dashboard.' else outbox.last_error
            end
        where outbox.id = any (chosen);
    end if;
    perform pathfinder.write_audit(
        'jobs', act_on_jobs.action,
        jsonb_strip_nulls(jsonb_build_object(
            'job', act_on_jobs.job_id, 'error', act_on_jobs.error, 'jobs', cardinality(chosen), 'delay', act_on_jobs.delay
        ))
    );
    return cardinality(chosen);
end
$$;

create or replace function public.act_on_jobs(
    action text,
    job_id bigint default null,
    error text default null,
    delay interval default '1 hour',
    dry_run boolean default true
)
returns bigint
language sql
volatile
set search_path = ''
as $$
    select pathfinder.act_on_jobs(
        act_on_jobs.action, act_on_jobs.job_id, act_on_jobs.error, act_on_jobs.delay, act_on_jobs.dry_run
    )
$$;

revoke all on function pathfinder.act_on_jobs(text, bigint, text, interval, boolean)
from public, anon, authenticated, service_role;
revoke all on function public.act_on_jobs(text, bigint, text, interval, boolean)
from public, anon, authenticated, service_role;
grant execute on function pathfinder.act_on_jobs(text, bigint, text, interval, boolean) to service_role;
grant execute on function public.act_on_jobs(text, bigint, text, interval, boolean) to service_role;

comment on function pathfinder.act_on_jobs(text, bigint, text, interval, boolean) is 'Retries, postpones, cancels or discards jobs.';
comment on function public.act_on_jobs(text, bigint, text, interval, boolean) is
    'Retries, postpones, cancels or discards a job, or all of one error; only counts them unless dry_run is false.';

-- source: admin/add_rule.sql
-- Adds a rule, as a new row of classification_rules does: it is checked, and counts at once. With anyway also where
-- examples that were right become wrong, which settings.protect_examples refuses otherwise.
-- Returns: its id.
-- Raises: 22023 with a sentence, and a hint that says what to write; 23505 for a rule that is there already.
-- Example: select public.add_rule('vp', 'second in command');
create or replace function public.add_rule(
    category text,
    pattern text,
    kind text default 'phrase',
    scope text default 'segment',
    description text default null,
    anyway boolean default false
)
returns bigint
language sql
volatile
set search_path = ''
as $$
    select set_config('pathfinder.examples_may_break', case when add_rule.anyway then 'yes' else '' end, true);
    insert into public.classification_rules (category, pattern, kind, scope, description)
    values (
        add_rule.category, add_rule.pattern, add_rule.kind, add_rule.scope, nullif(btrim(add_rule.description), '')
    )
    returning id
$$;

revoke all on function public.add_rule(text, text, text, text, text, boolean)
    from public, anon, authenticated, service_role;
grant execute on function public.add_rule(text, text, text, text, text, boolean) to service_role;

comment on function public.add_rule(text, text, text, text, text, boolean) is 'Adds a rule; returns its id.';

-- source: admin/channel_through.sql
-- The channel that something is sent again through: the one that is named, or for one address the first active channel
-- with a mail server, `preferred` before all others.
-- Returns: its name; null where neither is named.
-- Raises: 22023 for what is no address, for both a channel and an address, and where no channel has a mail server.
-- Example: select pathfinder.channel_through('board', null, 'ada@example.com');
create or replace function pathfinder.channel_through(preferred text, to_channel text, to_address text)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
    through text;
begin
    if channel_through.to_address is null then
        return channel_through.to_channel;
    elsif channel_through.to_channel is not null then
        raise exception 'it goes to a channel or an address, not both' using errcode = '22023';
    elsif not pathfinder.is_email_address(to_jsonb(channel_through.to_address)) then
        raise exception '% is no e-mail address', quote_literal(left(channel_through.to_address, 100))
            using errcode = '22023';
    end if;
    select channels.name into through
    from public.channels
    where channels.is_active and channels.transport = 'email_smtp'
    order by (channels.name = channel_through.preferred) is not true, channels.name
    limit 1;
    if not found then
        raise exception 'no active channel has a mail server'
            using errcode = '22023', hint = 'Add a channel with the transport email_smtp, or send it to a channel.';
    end if;
    return through;
end
$$;

revoke all on function pathfinder.channel_through(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.channel_through(text, text, text) is 'The channel that something is sent again through.';

-- source: admin/contains_words.sql
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

-- source: admin/count_activity.sql
-- What happened in the last days, today included: a day is one in UTC, as the counters have it. How long jobs took is
-- of the newest 5000 that were done, from when they were queued.
-- Returns: {"webhooks": {outcome: n}, "changes": {level: n}, "channels": [{"channel", "done", "failed"}: attempts],
--   "seconds": {"jobs", "median", "p95"}, both null where there is none}.
-- Example: select public.count_activity(7);
create or replace function pathfinder.count_activity(days integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    first_day constant date := (now() at time zone 'UTC')::date - least(greatest(count_activity.days, 1), 400) + 1;
begin
    return jsonb_build_object(
        'webhooks', coalesce(
            (
                select jsonb_object_agg(outcomes.outcome, outcomes.count)
                from (
                    select webhook_counters.outcome, sum(webhook_counters.count) as count
                    from pathfinder.webhook_counters
                    where webhook_counters.day >= first_day
                        and webhook_counters.outcome not in ('ignored_fields', 'unreadable_times')
                    group by webhook_counters.outcome
                ) as outcomes
            ),
            '{}'
        ),
        'changes', coalesce(
            (
                select jsonb_object_agg(levels.level, levels.count)
                from (
                    select counters.label[1] as level, sum(counters.count) as count
                    from pathfinder.counters
                    where counters.subject = 'detections' and counters.day >= first_day
                    group by counters.label[1]
                    having sum(counters.count) > 0
                ) as levels
                where levels.level is not null
            ),
            '{}'
        ),
        'channels', coalesce(
            (
                select jsonb_agg(to_jsonb(channels) order by channels.channel)
                from (
                    select
                        counters.label[1] as channel,
                        coalesce(sum(counters.count) filter (where counters.label[3] = 'done'), 0) as done,
                        coalesce(
                            sum(counters.count) filter (where counters.label[3] in ('retry', 'dead', 'lease_expired')), 0
                        ) as failed
                    from pathfinder.counters
                    where counters.subject = 'attempts' and counters.day >= first_day
                    group by counters.label[1]
                ) as channels
                where channels.done + channels.failed > 0
            ),
            '[]'
        ),
        'seconds', (
            select jsonb_build_object(
                'jobs', count(*),
                'median', percentile_cont(0.5) within group (order by job.seconds),
                'p95', percentile_cont(0.95) within group (order by job.seconds)
            )
            from (
                select extract(epoch from outbox.finished_at - outbox.created_at) as seconds
                from public.outbox
                where outbox.status = 'done' and outbox.finished_at >= first_day::timestamp at time zone 'UTC'
                order by outbox.finished_at desc
                limit 5000
            ) as job
        )
    );
end
$$;

create or replace function public.count_activity(days integer default 30)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.count_activity(count_activity.days)
$$;

revoke all on function pathfinder.count_activity(integer) from public, anon, authenticated, service_role;
revoke all on function public.count_activity(integer) from public, anon, authenticated, service_role;
grant execute on function pathfinder.count_activity(integer) to service_role;
grant execute on function public.count_activity(integer) to service_role;

comment on function pathfinder.count_activity(integer) is 'What happened in the last days.';
comment on function public.count_activity(integer) is
    'Webhooks, changes, attempts by channel, and how long jobs took, over the last days, today included.';

-- source: admin/count_untold.sql
-- How many changes a digest built now would look at: those that some active channel with digests has not been told, or
-- settled otherwise, since it was last told. Its filter may leave some out.
-- Returns: the number.
-- Example: select public.count_untold();
create or replace function pathfinder.count_untold()
returns bigint
language sql
stable
security definer
set search_path = ''
as $$
    select count(distinct change.id)
    from public.channels
    cross join lateral (
        select max(known.cut_off) as cut_off
        from pathfinder.digest_cut_offs as known
        where known.channel = channels.name
    ) as told
    join public.detections as change on change.detected_at >= told.cut_off and change.is_told
    where channels.is_active and 'digest' = any (channels.sends)
        and not exists (
            select from pathfinder.digest_ledger as ledger
            where ledger.channel = channels.name and ledger.detection_id = change.id
        )
$$;

create or replace function public.count_untold()
returns bigint
language sql
stable
set search_path = ''
as $$
    select pathfinder.count_untold()
$$;

revoke all on function pathfinder.count_untold() from public, anon, authenticated, service_role;
revoke all on function public.count_untold() from public, anon, authenticated, service_role;
grant execute on function pathfinder.count_untold() to service_role;
grant execute on function public.count_untold() to service_role;

comment on function pathfinder.count_untold() is 'How many changes a digest built now would look at.';
comment on function public.count_untold() is 'How many changes a digest built now would look at.';

-- source: admin/current_troubles.sql
-- What is wrong at a moment, one row a trouble: health down or degraded, jobs that were given up (by channel and
-- error), a digest or report that is overdue, no webhook for settings.silence_alarm.
-- Returns: rows (key, kind, title, details, advice).
-- Example: select * from pathfinder.current_troubles(now());
create or replace function pathfinder.current_troubles(moment timestamptz)
returns table (key text, kind text, title text, details jsonb, advice text)
language sql
stable
set search_path = ''
as $$
    select
        'health:' || open.status,
        'health',
        case open.status when 'down' then 'CaptPathfinder is down' else 'CaptPathfinder needs somebody' end,
        to_jsonb(health.reasons),
        'captpathfinder doctor says more.'
    from (
        -- Jobs and runs that failed are troubles of their own.
        select case when reasons.down <> '{}' then 'down' else 'degraded' end as status, reasons.down || reasons.degraded as reasons
        from pathfinder.health_reasons(pathfinder.health_checks() || '{"dead_jobs": 0, "failed_runs": 0}') as reasons
        where reasons.down || reasons.degraded <> '{}'
    ) as health
    -- While it is down, what needed somebody before still does.
    cross join lateral (
        select health.status
        union
        select 'degraded'
        from pathfinder.incidents
        where incidents.key = 'health:degraded' and incidents.ended_at is null
    ) as open (status)

    union all
    select
        format('dead_jobs:%s:%s', coalesce(dead.channel, ''), md5(dead.error)),
        'dead_jobs',
        format(
            '%s given up%s', case dead.count when 1 then 'A job was' else dead.count || ' jobs were' end,
            ', of channel ' || dead.channel
        ),
        jsonb_build_array(dead.error),
        'Mend the cause, then run captpathfinder redrive.'
    from (
        select
            outbox.channel,
            -- The same error about another person, time or number is the same error.
            regexp_replace(left(coalesce(outbox.last_error, 'no error was noted'), 300), '[0-9]+', '…', 'g') as error,
            count(*) as count
        from public.outbox
        where outbox.status = 'dead'
            -- What tells of incidents is no incident: it would tell of itself.
            and outbox.kind <> 'incident'
        group by 1, 2
    ) as dead

    union all
    select
        'overdue:' || owed.job || ':' || owed.period,
        'overdue',
        format('The %s of %s is overdue', case when owed.job like 'digest%' then 'digest' else 'report' end, owed.period),
        jsonb_build_array(
            format('It was due %s ago.', pathfinder.age_in_words(moment - owed.due_at)),
            coalesce('It failed: ' || owed.error, 'The schedule has not come to it.')
        ),
        'See job_runs.error, and the newest rows of cron.job_run_details.'
    from (
        select next_run.job, next_run.period, next_run.due_at, job_runs.error
        from pathfinder.next_run(moment) as next_run
        left join public.job_runs on job_runs.job = next_run.job and job_runs.period = next_run.period
        union
        select
            job_runs.job,
            job_runs.period,
            pathfinder.due_at(job_runs.job, job_runs.period, pathfinder.job_settings(job_runs.job)),
            job_runs.error
        from public.job_runs
        where job_runs.outcome = 'failed' and (job_runs.job like 'digest%' or job_runs.job like 'report')
    ) as owed
    where owed.job <> 'housekeeping'
        and owed.due_at < moment - interval '30 minutes'
        and isfinite(owed.due_at)

    union all
    select
        'silence',
        'silence',
        format('No webhook for %s', pathfinder.age_in_words(moment - latest.received_at)),
        '[]',
        'Does the platform still post? Its settings and its own log of webhooks say so; webhook_sources says who may.'
    from public.settings
    cross join lateral (
        select events_raw.received_at from public.events_raw order by events_raw.id desc limit 1
    ) as latest
    where latest.received_at < moment - settings.silence_alarm
$$;

revoke all on function pathfinder.current_troubles(timestamptz) from public, anon, authenticated, service_role;

comment on function pathfinder.current_troubles(timestamptz) is 'What is wrong at a moment, one row a trouble.';

-- source: admin/cut_page.sql
-- What a page of rows is, of which one more was read than is shown: that one only says that there is a next page.
-- Returns: {"rows": at most page_size rows, "next": the named keys of the last row, or null}.
-- Example: select pathfinder.cut_page('[{"id": 3}, {"id": 2}]', 1, '{id}');
create or replace function pathfinder.cut_page(found jsonb, page_size integer, keys text[])
returns jsonb
language sql
immutable
set search_path = ''
as $$
    select case
        when jsonb_array_length(cut_page.found) <= cut_page.page_size
            then jsonb_build_object('rows', cut_page.found, 'next', null)
        else jsonb_build_object(
            'rows', cut_page.found - cut_page.page_size,
            'next', (
                select jsonb_object_agg(key, cut_page.found -> (cut_page.page_size - 1) -> key)
                from unnest(cut_page.keys) as key
            )
        )
    end
$$;

revoke all on function pathfinder.cut_page(jsonb, integer, text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.cut_page(jsonb, integer, text[]) is 'A page of rows, and where the next begins.';

-- source: admin/dismiss_proposal.sql
-- Turns down what a reader said is not right. The mute of the reader's channel stays until it is undone there.
-- Returns: true.
-- Raises: 22023 where there is no such proposal, or it was decided.
-- Example: select public.dismiss_proposal(7);
create or replace function pathfinder.dismiss_proposal(id bigint)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    proposal public.feedback_proposals;
begin
    proposal := pathfinder.open_proposal(dismiss_proposal.id);
    update public.feedback_proposals
    set status = 'dismissed', decided_at = clock_timestamp(), decided_by = pathfinder.acting_name()
    where feedback_proposals.id = proposal.id;
    perform pathfinder.write_audit(
        'feedback', 'dismiss', jsonb_build_object('proposal', proposal.id, 'verdict', proposal.verdict)
    );
    return true;
end
$$;

create or replace function public.dismiss_proposal(id bigint)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select pathfinder.dismiss_proposal(dismiss_proposal.id)
$$;

revoke all on function pathfinder.dismiss_proposal(bigint) from public, anon, authenticated, service_role;
revoke all on function public.dismiss_proposal(bigint) from public, anon, authenticated, service_role;
grant execute on function pathfinder.dismiss_proposal(bigint) to service_role;
grant execute on function public.dismiss_proposal(bigint) to service_role;

comment on function pathfinder.dismiss_proposal(bigint) is 'Turns down what a reader said is not right.';
comment on function public.dismiss_proposal(bigint) is 'Turns down what a reader said is not right; the mute of the channel stays.';

-- source: admin/edit_account.sql
-- Changes who looks after an account, how much it matters, and whether it is watched.
-- Returns: the account as JSON; null when there is none of that id.
-- Example: select public.edit_account(7, true, '1', 'Ada Example');
create or replace function pathfinder.edit_account(account_id bigint, is_watched boolean, tier text, owner text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    edited public.accounts;
begin
    update public.accounts
    set is_watched = edit_account.is_watched, tier = nullif(btrim(edit_account.tier), ''),
        owner = nullif(btrim(edit_account.owner), '')
    where accounts.id = edit_account.account_id
    returning accounts.* into edited;
    if edited.id is null then
        return null;
    end if;
    perform pathfinder.write_audit(
        'accounts', 'update',
        jsonb_build_object(
            'name', edited.name, 'is_watched', edited.is_watched, 'tier', edited.tier, 'owner', edited.owner
        )
    );
    return to_jsonb(edited);
end
$$;

create or replace function public.edit_account(account_id bigint, is_watched boolean, tier text, owner text)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.edit_account(
        edit_account.account_id, edit_account.is_watched, edit_account.tier, edit_account.owner
    )
$$;

revoke all on function pathfinder.edit_account(bigint, boolean, text, text)
from public, anon, authenticated, service_role;
revoke all on function public.edit_account(bigint, boolean, text, text)
from public, anon, authenticated, service_role;
grant execute on function pathfinder.edit_account(bigint, boolean, text, text) to service_role;
grant execute on function public.edit_account(bigint, boolean, text, text) to service_role;

comment on function pathfinder.edit_account(bigint, boolean, text, text) is 'Changes an account''s tier, owner and watch.';
comment on function public.edit_account(bigint, boolean, text, text) is
    'Changes who looks after an account, how much it matters, and whether it is watched.';

-- source: admin/end_session.sql
-- Ends a session of the dashboard before its time, so that its cookie opens nothing any more, wherever it was copied.
-- Returns: nothing.
-- Example: select public.end_session('4f5c…', now() + interval '12 hours');
create or replace function pathfinder.end_session(session text, until timestamptz)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
    delete from pathfinder.ended_sessions where ended_sessions.until < now();
    insert into pathfinder.ended_sessions (session, until)
    values (end_session.session, least(end_session.until, now() + interval '2 days'))
    on conflict do nothing;
$$;

create or replace function public.end_session(session text, until timestamptz)
returns void
language sql
volatile
set search_path = ''
as $$
    select pathfinder.end_session(end_session.session, end_session.until)
$$;

revoke all on function pathfinder.end_session(text, timestamptz) from public, anon, authenticated, service_role;
revoke all on function public.end_session(text, timestamptz) from public, anon, authenticated, service_role;
grant execute on function pathfinder.end_session(text, timestamptz) to service_role;
grant execute on function public.end_session(text, timestamptz) to service_role;

comment on function pathfinder.end_session(text, timestamptz) is 'Ends a session of the dashboard.';
comment on function public.end_session(text, timestamptz) is 'Ends a session of the dashboard before its time.';

-- source: admin/error_key.sql
-- What an error is apart from its numbers, ids and addresses, so that equal errors are one.
-- Returns: a short digest; null for no error.
-- Example: select pathfinder.error_key('Job 7 failed (HTTP 503)') = pathfinder.error_key('Job 8 failed (HTTP 503)');
create or replace function pathfinder.error_key(error text)
returns text
language sql
immutable
set search_path = ''
as $$
    select md5(regexp_replace(lower(left(error_key.error, 600)), '[0-9a-f]*[0-9][0-9a-f-]*', '#', 'g'))
$$;

revoke all on function pathfinder.error_key(text) from public, anon, authenticated, service_role;

comment on function pathfinder.error_key(text) is 'What an error is apart from its numbers.';

-- source: admin/feedback_subject.sql
-- Whom a link in a message is about. A link that has run out, or whose channel or person is gone, is about nobody.
-- Returns: the change that the message told, or no row.
-- Example: select * from pathfinder.feedback_subject('sales', 7, now() + interval '1 day');
create or replace function pathfinder.feedback_subject(channel text, detection_id bigint, expires_at timestamptz)
returns setof public.detections
language sql
stable
rows 1
set search_path = ''
as $$
    select detections.*
    from public.detections
    join public.channels on channels.name = feedback_subject.channel
    where detections.id = feedback_subject.detection_id
        and feedback_subject.expires_at > clock_timestamp()
        and not pathfinder.is_forgotten(detections.community, detections.user_id)
$$;

revoke all on function pathfinder.feedback_subject(text, bigint, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.feedback_subject(text, bigint, timestamptz) is 'Whom a link in a message is about.';

-- source: admin/find_job.sql
-- One job with its attempts, oldest first, and what it sends: the digest, report or people that it is about.
-- Returns: {"job": without its payload, "attempts": […], "digest": {…} or null, "report": {…} or null, "people":
--   of a digest or an alert, at most 20}; null where there is none.
-- Example: select public.find_job(7);
create or replace function pathfinder.find_job(job_id bigint)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'job', to_jsonb(job) - '{payload,result}'::text[] || jsonb_build_object('error', pathfinder.error_key(job.last_error)),
        'attempts', coalesce(
            (
                select jsonb_agg(to_jsonb(made) order by made.attempt)
                from public.outbox_attempts as made
                where made.outbox_id = job.id
            ),
            '[]'
        ),
        'digest', (
            select to_jsonb(digest) - 'payload' || jsonb_build_object('counts', digest.payload -> 'counts')
            from public.digests as digest
            where digest.id = (job.payload ->> 'digest_id')::bigint
        ),
        'report', (
            select jsonb_build_object(
                'id', report.id, 'month_label', report.month_label, 'revision', report.revision,
                'total', report.summary -> 'total'
            )
            from public.reports as report
            where report.id = (job.payload ->> 'report_id')::bigint
        ),
        'people', coalesce(
            (
                select jsonb_agg(person)
                from (
                    select jsonb_build_object(
                        'user_id', entry.value ->> 'user_id', 'community', entry.value ->> 'community',
                        'username', entry.value ->> 'username', 'title', entry.value ->> 'title',
                        'level', entry.value ->> 'seniority_level', 'company', entry.value ->> 'company'
                    ) as person
                    from public.digests as digest
                    cross join lateral jsonb_array_elements(digest.payload -> 'people') as entry
                    where digest.id = (job.payload ->> 'digest_id')::bigint
                    union all
                    select jsonb_build_object(
                        'user_id', change.user_id, 'community', change.community, 'username', change.username,
                        'title', change.title, 'level', change.seniority_level, 'company', change.company
                    )
                    from pathfinder.alerts as alert
                    join public.detections as change on change.id = alert.detection_id
                    where alert.job_id = job.id
                    limit 20
                ) as listed
            ),
            '[]'
        )
    )
    from public.outbox as job
    where job.id = find_job.job_id
$$;

create or replace function public.find_job(job_id bigint)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.find_job(find_job.job_id)
$$;

revoke all on function pathfinder.find_job(bigint) from public, anon, authenticated, service_role;
revoke all on function public.find_job(bigint) from public, anon, authenticated, service_role;
grant execute on function pathfinder.find_job(bigint) to service_role;
grant execute on function public.find_job(bigint) to service_role;

comment on function pathfinder.find_job(bigint) is 'One job with its attempts.';
comment on function public.find_job(bigint) is 'One job with its attempts, and what it sends; without what it carries.';

-- source: admin/find_person.sql
-- All that is known of one executive, or of somebody who was one: what the dashboard shows on a person's page.
-- Returns: {"now": their state or null, "why": the parts of the title as explain_title() has them, "changes": […,
--   newest first], "messages": the digests they stand in, "aside": the suppressions of the member, "corrections":
--   [{"attribute", "stated", "value", "corrected_at"}] that hold}; null where nothing is known. Of whoever is
--   suppressed no more than that something was corrected, so that it can be undone.
-- Raises: 22023 when the id is known in several communities and none is named.
-- Example: select public.find_person('2000');
create or replace function pathfinder.find_person(user_id text, community text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    home constant text := pathfinder.the_community(find_person.community, find_person.user_id);
    changes constant jsonb := pathfinder.list_changes(
        jsonb_build_object('user_id', find_person.user_id, 'community', home), null, 200
    ) -> 'rows';
    current_state jsonb;
    messages jsonb;
    aside jsonb;
    corrections jsonb;
begin
    select to_jsonb(executive) || jsonb_build_object('account', accounts.name, 'country_name', countries.name)
    into current_state
    from public.user_state as executive
    left join public.accounts on accounts.id = executive.account_id
    left join public.countries on countries.code = executive.country_code
    where executive.community = home and executive.user_id = find_person.user_id;
    select coalesce(jsonb_agg(to_jsonb(suppression) - 'key' order by suppression.id), '[]')
    into aside
    from public.suppressions as suppression
    where suppression.kind = 'member' and suppression.value = find_person.user_id
        and (suppression.community is null or suppression.community = home);
    select coalesce(
        jsonb_agg(
            to_jsonb(correction) - '{community,user_id}'::text[] - case
                when current_state is null and jsonb_array_length(changes) = 0 then '{stated,value}'::text[]
                else '{}'
            end
            order by correction.attribute
        ),
        '[]'
    )
    into corrections
    from pathfinder.corrections as correction
    where correction.community = home and correction.user_id = find_person.user_id;
    if current_state is null and '[]' = all (array[changes, aside, corrections]) then
        return null;
    end if;
    select coalesce(jsonb_agg(to_jsonb(message) order by message.id desc), '[]')
    into messages
    from (
        select digests.id, digests.channel, digests.created_at, digests.sent_at
        from public.digests
        where digests.payload -> 'people' @> jsonb_build_array(
                jsonb_build_object('community', home, 'user_id', find_person.user_id)
            )
            and digests.created_at >= (
                select min(detections.detected_at) from public.detections
                where detections.community = home and detections.user_id = find_person.user_id
            )
        order by digests.id desc
        limit 50
    ) as message;
    return jsonb_build_object(
        'community', home, 'now', current_state, 'why', coalesce(
            pathfinder.explain_parts(current_state ->> 'title', null, null) -> 'segments', '[]'
        ), 'changes', changes, 'messages', messages, 'aside', aside, 'corrections', corrections
    );
end
$$;

create or replace function public.find_person(user_id text, community text default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.find_person(find_person.user_id, find_person.community)
$$;

revoke all on function pathfinder.find_person(text, text) from public, anon, authenticated, service_role;
revoke all on function public.find_person(text, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.find_person(text, text) to service_role;
grant execute on function public.find_person(text, text) to service_role;

comment on function pathfinder.find_person(text, text) is 'All that is known of one executive.';
comment on function public.find_person(text, text) is
    'All that is known of one executive: now, changes, the digests they stand in, whether they are put aside.';

-- source: admin/forget_again.sql
-- Forgets again, after a backup was restored, whom forgotten_list() named: everybody whom the list's digests find is
-- erased, and the others are not collected later. A database that has forgotten nobody yet takes the list's salt.
-- Returns: {"listed": n, "forgotten": n}.
-- Raises: 22023 for what is no such list, or one of another salt.
-- Example: select public.forget_again('{"salt": "…", "digests": ["…"]}');
create or replace function pathfinder.forget_again(list jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    list_salt bytea;
    digests bytea[];
    again integer := 0;
    member record;
begin
    begin
        list_salt := decode(list ->> 'salt', 'hex');
        digests := array(select decode(entry, 'hex') from jsonb_array_elements_text(list -> 'digests') as entry);
    exception when invalid_parameter_value then
        list_salt := null;
    end;
    if coalesce(length(list_salt), 0) < 16 then
        raise exception 'this is no list of forgotten people'
            using errcode = '22023', hint = 'Give what forgotten_list() answered: {"salt": "…", "digests": ["…", …]}.';
    end if;
    perform pg_advisory_xact_lock(pathfinder.schedule_lock());
    if not exists (select from pathfinder.forgotten) then
        update pathfinder.privacy_salt set salt = list_salt where privacy_salt.salt <> list_salt;
    elsif (select privacy_salt.salt from pathfinder.privacy_salt) <> list_salt then
        raise exception 'the list has another salt than this database'
            using errcode = '22023', hint = 'It belongs to another project; take the list of this one.';
    end if;
    insert into pathfinder.forgotten (digest) select distinct unnest(digests) on conflict do nothing;

    for member in
        select distinct known.community, known.user_id
        from (
            select user_state.community, user_state.user_id from public.user_state
            union all
            select detections.community, detections.user_id from public.detections
            union all
            select events_raw.community, events_raw.user_id from public.events_raw
            union all
            select registrations.community, registrations.user_id from pathfinder.registrations
            union all
            select set_aside.community, set_aside.user_id from pathfinder.set_aside
            union all
            select feedback_proposals.community, feedback_proposals.user_id from public.feedback_proposals
            union all
            select suppressions.community, suppressions.key from public.suppressions where suppressions.kind = 'member'
            union all
            select mutes.community, mutes.user_id from public.mutes
            union all
            select entry.person ->> 'community', entry.person ->> 'user_id'
            from public.digests
            cross join lateral jsonb_array_elements(digests.payload -> 'people') as entry (person)
            union all
            select corrections.community, corrections.user_id from pathfinder.corrections
        ) as known
        cross join pathfinder.privacy_salt
        -- As forgotten_digest() makes it; a call for each of a million members would take too long for one answer.
        join (select distinct given.digest from unnest(digests) as given (digest)) as listed
            on listed.digest = sha256(privacy_salt.salt || sha256(
                privacy_salt.salt || convert_to(known.community || ':' || known.user_id, 'UTF8')
            ))
        order by known.community, known.user_id
    loop
        perform pathfinder.forget_user(member.user_id, member.community);
        again := again + 1;
    end loop;
    return jsonb_build_object('listed', cardinality(digests), 'forgotten', again);
end
$$;

revoke all on function pathfinder.forget_again(jsonb) from public, anon, authenticated, service_role;
grant execute on function pathfinder.forget_again(jsonb) to service_role;

comment on function pathfinder.forget_again(jsonb) is 'Forgets again whom a list of digests names.';

create or replace function public.forget_again(list jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.forget_again(forget_again.list)
$$;

revoke all on function public.forget_again(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.forget_again(jsonb) to service_role;

comment on function public.forget_again(jsonb) is
    'Forgets again, after a backup was restored, whom forgotten_list() named.';

-- source: admin/forget_user.sql
-- Erases a person, for good: from the state, detections, webhooks, digests, jobs, their errors, and reports, whose
-- files are made anew without them. What remains is a salted digest of the id, so that the person is not announced
-- again. Numbers follow: those of the person's digests and reports become smaller. A report whose month
-- detection_retention has begun to delete keeps its numbers. Backups are beyond reach, and so are sent messages.
-- Returns: what was erased, {"user_state": n, "detections": n, "events": n, "digests": n, "jobs": n, "reports": n},
--   and "sent": the messages that cannot be called back, [{"kind", "channel", "sent_at", "part", "parts", "is_named"}];
--   those that do not name the person are of a digest whose full list did.
-- Raises: 22023 without an id, or when the id is known in several communities and none is named.
-- Example: select public.forget_user('2000');
create or replace function pathfinder.forget_user(user_id text, community text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
    -- An id that was pasted brings blanks along, as one in a webhook may.
    member constant text := btrim(pathfinder.decode_text(forget_user.user_id));
    home text;
    words text[];
    recounted integer;
    states integer;
    found integer;
    events integer;
    sent integer;
    jobs integer;
    messages jsonb;
begin
    if coalesce(btrim(member), '') = '' then
        raise exception 'forget_user needs the id of a member'
            using errcode = '22023', hint = 'It is the user_id of user_state, detections and events_raw.';
    end if;
    home := pathfinder.the_community(forget_user.community, member);
    -- The same order as the tick's: no digest or report is built, and no webhook of the member applied, meanwhile.
    perform pg_advisory_xact_lock(pathfinder.schedule_lock());
    perform pathfinder.lock_member(home, member);
    insert into pathfinder.forgotten (digest)
    values (pathfinder.forgotten_digest(home, member))
    on conflict do nothing;

    messages := pathfinder.messages_about(home, member);
    update public.reports
    set is_outdated = true
    from pathfinder.report_people
    join public.reports as first_report on first_report.id = report_people.report_id
    where report_people.digest = pathfinder.forgotten_digest(home, member)
        and reports.month_label = first_report.month_label
        and reports.revision >= first_report.revision;
    delete from pathfinder.report_people
    where report_people.digest = pathfinder.forgotten_digest(home, member);

    select array_agg(distinct known.word) into words
    from (
        select member
        union all
        select unnest(array[username, title]) from public.user_state
        where user_state.community = home and user_state.user_id = member
        union all
        select unnest(array[username, title, previous_title]) from public.detections
        where detections.community = home and detections.user_id = member
        union all
        select unnest(array[username, case when attribute = 'title' then value end]) from public.events_raw
        where events_raw.community = home and events_raw.user_id = member
    ) as known (word)
    -- What is shorter stands in anything.
    where length(known.word) >= 6;
    perform set_config('pathfinder.forgetting', 'yes', true);
    delete from public.suppressions
    where suppressions.kind = 'member' and suppressions.key = member and suppressions.community = home;
    perform set_config('pathfinder.forgetting', '', true);
    delete from public.user_state where user_state.community = home and user_state.user_id = member;
    get diagnostics states = row_count;
    delete from pathfinder.set_aside where set_aside.community = home and set_aside.user_id = member;
    delete from pathfinder.corrections where corrections.community = home and corrections.user_id = member;
    delete from public.events_raw where events_raw.community = home and events_raw.user_id = member;
    get diagnostics events = row_count;
    delete from pathfinder.registrations
    where registrations.community = home and registrations.user_id = member;
    delete from public.outbox
    where outbox.kind = 'enrichment'
        and outbox.payload @> jsonb_build_object('community', home, 'user_id', member);
    get diagnostics jobs = row_count;
    sent := pathfinder.erase_from_digests(home, member);
    found := pathfinder.take_back(home, member);
    delete from public.mutes where mutes.community = home and mutes.user_id = member;
    delete from public.feedback_proposals
    where feedback_proposals.community = home and feedback_proposals.user_id = member;
    if states > 0 or found > 0 then
        perform pathfinder.publish_event(
            'executive.forgotten',
            jsonb_build_object('member', jsonb_build_object('community', home, 'user_id', member)),
            clock_timestamp()::text
        );
    end if;
    perform pathfinder.erase_from_errors(words);
    recounted := pathfinder.recount_reports();
    perform pathfinder.write_audit('people', 'forget', '{}');
    return jsonb_build_object(
        'user_state', states,
        'detections', found,
        'events', events,
        'digests', sent,
        'jobs', jobs,
        'reports', recounted,
        'sent', messages
    );
end
$$;

revoke all on function pathfinder.forget_user(text, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.forget_user(text, text) to service_role;

comment on function pathfinder.forget_user(text, text) is 'Erases a person for good.';

create or replace function public.forget_user(user_id text, community text default null)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.forget_user(user_id, community)
$$;

revoke all on function public.forget_user(text, text) from public, anon, authenticated, service_role;
grant execute on function public.forget_user(text, text) to service_role;

comment on function public.forget_user(text, text) is
    'Erases a person for good; only a salted digest of the id remains, so that the person is not announced again.';

-- source: admin/forgotten_list.sql
-- Who was forgotten, as salted digests, to be kept outside the database: a backup that is restored knows nothing of
-- those who were forgotten after it was made. Without the salt no digest can be traced back.
-- Returns: {"salt", "digests": […]}, both in hexadecimal.
-- Example: select public.forgotten_list();
create or replace function pathfinder.forgotten_list()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'salt', encode(privacy_salt.salt, 'hex'),
        'digests', (
            select coalesce(jsonb_agg(encode(forgotten.digest, 'hex') order by forgotten.digest), '[]')
            from pathfinder.forgotten
        )
    )
    from pathfinder.privacy_salt
$$;

revoke all on function pathfinder.forgotten_list() from public, anon, authenticated, service_role;
grant execute on function pathfinder.forgotten_list() to service_role;

comment on function pathfinder.forgotten_list() is 'Who was forgotten, as salted digests.';

create or replace function public.forgotten_list()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.forgotten_list()
$$;

revoke all on function public.forgotten_list() from public, anon, authenticated, service_role;
grant execute on function public.forgotten_list() to service_role;

comment on function public.forgotten_list() is
    'Who was forgotten, as salted digests with their salt, to be kept outside the database.';

-- source: admin/give_feedback.sql
-- What a button behind a link in a message does. not_executive and already_known mute the person for the link's
-- channel, and nothing else is in force by it; each verdict leaves one proposal, which waits for an editor. undo takes
-- back what this channel's links did, as far as nobody has decided about it. Pressed twice, a button does nothing more.
-- Returns: as open_feedback() afterwards; null for a link that is about nobody any more.
-- Raises: 22023 for another verdict.
-- Example: select public.give_feedback('sales', 7, now() + interval '1 day', 'already_known');
create or replace function pathfinder.give_feedback(
    channel text, detection_id bigint, expires_at timestamptz, verdict text
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
    subject public.detections;
    is_news boolean;
begin
    if give_feedback.verdict not in ('not_executive', 'already_known', 'wrong_company', 'undo') then
        raise exception '"%" is no feedback', left(give_feedback.verdict, 40)
            using errcode = '22023', hint = 'Say not_executive, already_known, wrong_company or undo.';
    end if;
    select * into subject
    from pathfinder.feedback_subject(give_feedback.channel, give_feedback.detection_id, give_feedback.expires_at);
    if not found then
        return null;
    end if;
    perform pathfinder.lock_member(subject.community, subject.user_id);
    -- Whoever was forgotten while this waited stays so.
    perform
    from pathfinder.feedback_subject(give_feedback.channel, give_feedback.detection_id, give_feedback.expires_at);
    if not found then
        return null;
    end if;

    if give_feedback.verdict = 'undo' then
        delete from public.mutes
        where mutes.channel = give_feedback.channel
            and mutes.community = subject.community
            and mutes.user_id = subject.user_id
            and mutes.by_feedback;
        is_news := found;
        -- One that is just being accepted is decided; to accept it may wait for this member.
        delete from public.feedback_proposals
        where feedback_proposals.id in (
            select waiting.id
            from public.feedback_proposals as waiting
            where waiting.channel = give_feedback.channel
                and waiting.community = subject.community
                and waiting.user_id = subject.user_id
                and waiting.status = 'open'
            for update skip locked
        );
        is_news := is_news or found;
    else
        insert into public.feedback_proposals (channel, community, user_id, verdict, title, company)
        values (
            give_feedback.channel, subject.community, subject.user_id, give_feedback.verdict,
            coalesce(subject.title, subject.previous_title), coalesce(subject.company, subject.previous_company)
        )
        on conflict do nothing;
        is_news := found;
        if give_feedback.verdict <> 'wrong_company' then
            insert into public.mutes (channel, community, user_id, reason, by_feedback)
            values (
                give_feedback.channel, subject.community, subject.user_id,
                replace(give_feedback.verdict, '_', ' '), true
            )
            on conflict on constraint mutes_pkey do nothing;
            is_news := is_news or found;
        end if;
    end if;
    if is_news then
        perform pathfinder.write_audit(
            'feedback', give_feedback.verdict, jsonb_build_object('channel', give_feedback.channel)
        );
    end if;
    return pathfinder.open_feedback(give_feedback.channel, give_feedback.detection_id, give_feedback.expires_at);
end
$$;

create or replace function public.give_feedback(
    channel text, detection_id bigint, expires_at timestamptz, verdict text
)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.give_feedback(
        give_feedback.channel, give_feedback.detection_id, give_feedback.expires_at, give_feedback.verdict
    )
$$;

revoke all on function pathfinder.give_feedback(text, bigint, timestamptz, text)
    from public, anon, authenticated, service_role;
revoke all on function public.give_feedback(text, bigint, timestamptz, text)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.give_feedback(text, bigint, timestamptz, text) to service_role;
grant execute on function public.give_feedback(text, bigint, timestamptz, text) to service_role;

comment on function pathfinder.give_feedback(text, bigint, timestamptz, text) is
    'What a button behind a link in a message does.';
comment on function public.give_feedback(text, bigint, timestamptz, text) is
    'For the worker: what a button behind a link in a message does.';

-- source: admin/health.sql
-- Whether everything works, and if not, why: what a monitor asks. `down`: the schedule does not run, nothing can be
-- written, or nothing can be classified. `degraded`: something waits, has failed, or is not set up, and needs a
-- person. Each reason is a sentence that says what to do.
-- Returns: {"status": "ok" | "degraded" | "down", "reasons": […], "checks": {…}}; over HTTP with status 200, or 503
--   when down.
-- Example: select public.health();
create or replace function pathfinder.health()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    checks constant jsonb := pathfinder.health_checks();
    reasons record;
begin
    select * into reasons from pathfinder.health_reasons(checks);
    return jsonb_build_object(
        'status', case when reasons.down <> '{}' then 'down' when reasons.degraded <> '{}' then 'degraded' else 'ok' end,
        'reasons', to_jsonb(reasons.down || reasons.degraded),
        'checks', checks
    );
end
$$;

revoke all on function pathfinder.health() from public, anon, authenticated, service_role;
grant execute on function pathfinder.health() to service_role;

comment on function pathfinder.health() is 'Whether everything works, and if not, why.';

create or replace function public.health()
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    answer constant jsonb := pathfinder.health();
begin
    if answer ->> 'status' = 'down' then
        perform set_config('response.status', '503', true);
    end if;
    return answer;
end
$$;

revoke all on function public.health() from public, anon, authenticated, service_role;
grant execute on function public.health() to service_role;

comment on function public.health() is
    'Whether everything works: ok, degraded or down, with reasons; HTTP 503 when down.';

-- source: admin/health_checks.sql
-- The figures behind health(), each from an index on what is unfinished, or from counters: the answer costs the
-- same however much is stored.
-- Returns: see health; times as ISO 8601, null: never, or none.
-- Example: select pathfinder.health_checks();
create or replace function pathfinder.health_checks()
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    tick constant jsonb := pathfinder.last_tick();
    migration text;
    workers jsonb;
    webhooks jsonb;
    jobs jsonb;
begin
    -- The last migration brings it: without, not all were applied.
    if to_regprocedure('pathfinder.schema_version()') is not null then
        migration := pathfinder.schema_version();
    end if;

    -- A worker that has said goodbye is not missed, and does not count as alive.
    select coalesce(
        jsonb_agg(
            jsonb_build_object(
                'worker', worker_heartbeats.worker,
                'version', worker_heartbeats.version,
                'seen_at', worker_heartbeats.seen_at,
                'in_flight', worker_heartbeats.in_flight,
                'realtime_state', worker_heartbeats.realtime_state,
                'realtime_message_at', worker_heartbeats.realtime_message_at,
                'control_room', worker_heartbeats.details -> 'control_room'
            )
            order by worker_heartbeats.worker
        ),
        '[]'
    )
    into workers
    from public.worker_heartbeats
    where worker_heartbeats.seen_at > now() - interval '2 minutes'
        and not (
            coalesce(worker_heartbeats.details -> 'stopping' = 'true', false)
            and coalesce(worker_heartbeats.in_flight, 0) = 0
        );

    select jsonb_build_object(
        'accepted', coalesce(sum(counter.count) filter (where not counter.is_refused and not counter.is_remark), 0),
        'unauthorised', coalesce(sum(counter.count) filter (where counter.outcome = 'unauthorised'), 0),
        'malformed', coalesce(sum(counter.count) filter (where counter.outcome in ('malformed', 'too_large')), 0),
        'unreadable_times', coalesce(sum(counter.count) filter (where counter.outcome = 'unreadable_times'), 0)
    )
    into webhooks
    from (
        select
            webhook_counters.count,
            webhook_counters.outcome,
            webhook_counters.outcome in ('unauthorised', 'malformed', 'too_large') as is_refused,
            -- What was noted of a webhook that is counted already.
            webhook_counters.outcome in ('ignored_fields', 'unreadable_times') as is_remark
        from pathfinder.webhook_counters
        where webhook_counters.day > (now() at time zone 'UTC')::date - 7
    ) as counter;

    -- What nobody takes because its channel is switched off is not late, but somebody should know.
    select jsonb_build_object(
        'oldest_due', min(due.due_at) filter (where due.is_taken),
        'held', count(*) filter (where not due.is_taken),
        'held_channels', array_agg(distinct due.channel) filter (where not due.is_taken)
    )
    into jobs
    from (
        select
            outbox.channel,
            outbox.run_at as due_at,
            outbox.channel is null or exists (
                select from public.channels where channels.name = outbox.channel and channels.is_active
            ) as is_taken
        from public.outbox
        where outbox.status = 'pending' and outbox.run_at <= now()
        union all
        select outbox.channel, outbox.lease_expires_at, true
        from public.outbox
        where outbox.status = 'running' and outbox.lease_expires_at <= now()
    ) as due;

    return jsonb_build_object(
        'time', now(),
        'database', jsonb_build_object(
            'version', current_setting('server_version'),
            'migration', migration,
            'read_only', pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean
        ),
        'last_tick_at', tick -> 'ran_at',
        'tick_active', tick -> 'active',
        'tick_failed', tick -> 'failed',
        'rules_version', (select max(rule_versions.version) from public.rule_versions),
        'active_sources', (select count(*) from public.webhook_sources where webhook_sources.enabled),
        'active_channels', (select count(*) from public.channels where channels.is_active),
        'webhooks_last_7_days', webhooks,
        'last_event_at', (select events_raw.received_at from public.events_raw order by events_raw.id desc limit 1),
        'oldest_pending_event_at', (
            select min(events_raw.received_at) from public.events_raw
            where events_raw.state = 'waiting'
        ),
        'parked_events', (select count(*) from public.events_raw where events_raw.state = 'parked'),
        'oldest_due_job_at', jobs -> 'oldest_due',
        'held_jobs', jobs -> 'held',
        'held_channels', jobs -> 'held_channels',
        'dead_jobs', (select count(*) from public.outbox where outbox.status = 'dead'),
        'failed_runs', (select count(*) from public.job_runs where job_runs.outcome = 'failed'),
        'realtime_published', exists (
            select
            from pg_publication_rel
            join pg_publication on pg_publication.oid = pg_publication_rel.prpubid
            where pg_publication.pubname = 'supabase_realtime'
                and pg_publication_rel.prrelid = 'public.outbox'::regclass
        ),
        'workers', workers
    );
end
$$;

revoke all on function pathfinder.health_checks() from public, anon, authenticated, service_role;

comment on function pathfinder.health_checks() is 'The figures behind health().';

-- source: admin/health_reasons.sql
-- What is wrong, given the figures: each in plain words, and behind "For the operator:" what to look at or to run.
-- Returns: down: reasons why the system does not do its work; degraded: reasons why it needs somebody. Both may be
--   empty.
-- Example: select * from pathfinder.health_reasons(pathfinder.health_checks());
create or replace function pathfinder.health_reasons(checks jsonb, out down text[], out degraded text[])
language plpgsql
stable
set search_path = ''
as $$
declare
    moment constant timestamptz := (checks ->> 'time')::timestamptz;
    tick_age constant interval := moment - (checks ->> 'last_tick_at')::timestamptz;
    event_age constant interval := moment - (checks ->> 'oldest_pending_event_at')::timestamptz;
    job_age constant interval := moment - (checks ->> 'oldest_due_job_at')::timestamptz;
    webhooks constant jsonb := checks -> 'webhooks_last_7_days';
    workers constant jsonb := checks -> 'workers';
    no_workers constant boolean := workers = '[]';
begin
    down := array_remove(array[
        case
            when (checks -> 'database' ->> 'read_only')::boolean then
                'The database takes no writes, so webhooks are lost and nothing is sent. For the operator: a full disk or a standby is the usual cause; make room, then end the read-only mode.'
        end,
        case
            when not (checks ->> 'tick_active')::boolean then
                'The schedule is not set up, so no digest and no report is made. For the operator: cron.job has no active job captpathfinder-tick. Switch it on with cron.alter_job, or run: select cron.schedule(''captpathfinder-tick'', ''* * * * *'', ''select public.tick()'').'
            when tick_age is null then
                'The schedule has not run yet, so no digest and no report is made. For the operator: it is to run each minute. Is pg_cron running, with cron.database_name naming this database and cron.log_run on? See cron.job_run_details.'
            when tick_age > interval '5 minutes' then
                format(
                    'The schedule has not run for %s, so no digest and no report is made. For the operator: it is to run each minute. See status and return_message of the newest rows in cron.job_run_details.',
                    pathfinder.age_in_words(tick_age)
                )
        end,
        case
            when checks ->> 'rules_version' is null then
                'There are no rules, so nobody is found. For the operator: import a rule set with captpathfinder rules import.'
        end
    ], null);

    degraded := array_remove(array[
        case
            when (checks ->> 'tick_failed')::boolean and tick_age <= interval '5 minutes' then
                'The last run of the schedule failed; what was due then is late. For the operator: see return_message of the newest rows in cron.job_run_details.'
        end,
        case
            when (checks -> 'active_sources')::integer = 0 then
                'Nobody may post webhooks, so every one is refused and nobody new is found. For the operator: add a row to webhook_sources, enable it, and set its secret with set_webhook_secret().'
            when (webhooks -> 'accepted')::bigint = 0 and (webhooks -> 'unauthorised')::bigint > 0 then
                format(
                    'All webhooks of the last 7 days were refused, %s of them as unauthorised, so nobody new is found. For the operator: does the platform have the user name and secret of a row in webhook_sources?',
                    webhooks ->> 'unauthorised'
                )
            when (webhooks -> 'accepted')::bigint = 0 and (webhooks -> 'malformed')::bigint > 0 then
                format(
                    'All webhooks of the last 7 days were refused, %s of them as malformed, so nobody new is found. For the operator: compare the platform''s body with webhook_sources.payload_paths; the answer to a post says what is missing.',
                    webhooks ->> 'malformed'
                )
        end,
        case
            when (checks -> 'active_channels')::integer = 0 then
                'No channel is active, so nobody is told anything. For the operator: add a row to channels, or switch one on (is_active).'
        end,
        case
            when event_age > interval '10 minutes' then
                format(
                    'A webhook has waited for %s to be processed, so what it says is not known yet. For the operator: see events_raw.error of the rows whose state is waiting.',
                    pathfinder.age_in_words(event_age)
                )
        end,
        case
            when (checks #> '{webhooks_last_7_days,unreadable_times}')::integer > 0 then
                format(
                    'Times in webhooks that could not be read, in seven days: %s. Which of two changes came first may be mistaken. For the operator: have the platform send them as 2026-11-27T10:00:00Z.',
                    checks #>> '{webhooks_last_7_days,unreadable_times}'
                )
        end,
        case
            when (checks -> 'parked_events')::integer > 0 then
                format(
                    'Webhooks that could not be processed, and wait for somebody: %s. For the operator: see events_raw.error of the rows whose state is parked, mend the cause, then run: select retry_parked_events().',
                    checks ->> 'parked_events'
                )
        end,
        case
            when job_age > interval '15 minutes' then
                format(
                    'A message or file has been due for %s, and nothing has begun to make it. For the operator: is a worker running, and not stuck? Its log and captpathfinder doctor say more.',
                    pathfinder.age_in_words(job_age)
                )
        end,
        case
            when (checks -> 'held_jobs')::integer > 0 then
                format(
                    'Messages that wait because their channel is switched off: %s, of %s. For the operator: switch it on (channels.is_active), or delete the channel to give them up.',
                    checks ->> 'held_jobs',
                    (select string_agg(name, ', ') from jsonb_array_elements_text(checks -> 'held_channels') as held (name))
                )
        end,
        case
            when (checks -> 'dead_jobs')::integer > 0 then
                format(
                    'Messages or files that were given up after several attempts: %s. The page Queue says why, and tries them again. For the operator: see outbox.last_error, mend the cause, then run captpathfinder redrive.',
                    checks ->> 'dead_jobs'
                )
        end,
        case
            when (checks -> 'failed_runs')::integer > 0 then
                format(
                    'Digests, reports or other scheduled runs that failed and are tried again: %s. For the operator: see job_runs.error.',
                    checks ->> 'failed_runs'
                )
        end,
        case
            when no_workers then
                'The program that sends messages has not been seen for two minutes, so nothing is sent. For the operator: no worker runs. Start one with captpathfinder run.'
        end,
        case
            when not (checks ->> 'realtime_published')::boolean then
                'Messages go out later than they could. For the operator: the table outbox is not in the publication supabase_realtime, so the worker only polls. Run: alter publication supabase_realtime add table public.outbox.'
            when not no_workers and not exists (
                select from jsonb_array_elements(workers) as worker
                -- `off` is a choice.
                where worker ->> 'realtime_state' in ('listening', 'off')
            ) then
                'Messages go out later than they could. For the operator: no worker hears Realtime, so jobs begin at the next poll. Is Realtime enabled for the project? captpathfinder doctor tries it.'
        end,
        case
            when exists (
                select from jsonb_array_elements(workers) as worker where worker ->> 'control_room' = 'key_rejected'
            ) then
                'Automation Anywhere refuses the key, which may have expired, so its bots send nothing. For the operator: give the worker a valid AA_API_KEY and restart it.'
        end
    ], null);
end
$$;

revoke all on function pathfinder.health_reasons(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.health_reasons(jsonb) is 'What is wrong, given the figures of health_checks().';

-- source: admin/health_status.sql
-- Whether everything works, for an uptime service: with a token that can do nothing else. It names no person.
-- Returns: {"status": "ok" | "degraded" | "down", "reasons": […], "time"}; over HTTP with status 200, or 503 when down.
-- Raises: 28000 (HTTP 403) for another token, or while none was made.
-- Example: select public.health_status('health_…');
create or replace function pathfinder.health_status(token text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    answer jsonb;
begin
    if not exists (
        select from pathfinder.health_token
        where health_token.digest = sha256(convert_to(coalesce(health_status.token, ''), 'UTF8'))
    ) then
        raise invalid_authorization_specification using
            message = 'This is not the token for health_status.',
            hint = 'select set_health_token() makes one.';
    end if;
    answer := pathfinder.health();
    return (answer - 'checks') || jsonb_build_object('time', answer #> '{checks,time}');
end
$$;

revoke all on function pathfinder.health_status(text) from public, anon, authenticated, service_role;

comment on function pathfinder.health_status(text) is
    'Whether everything works, for an uptime service with its token.';

grant execute on function pathfinder.health_status(text) to anon, service_role;

create or replace function public.health_status(token text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    answer constant jsonb := pathfinder.health_status(token);
begin
    if answer ->> 'status' = 'down' then
        perform set_config('response.status', '503', true);
    end if;
    return answer;
end
$$;

revoke all on function public.health_status(text) from public, anon, authenticated, service_role;
grant execute on function public.health_status(text) to anon, service_role;

comment on function public.health_status(text) is
    'For an uptime service, with the token of set_health_token(): ok, degraded or down; HTTP 503 when down.';

-- source: admin/is_session_ended.sql
-- Whether a session of the dashboard was ended before its time.
-- Returns: true or false.
-- Example: select public.is_session_ended('4f5c…');
create or replace function pathfinder.is_session_ended(session text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
    select exists (select from pathfinder.ended_sessions where ended_sessions.session = is_session_ended.session)
$$;

create or replace function public.is_session_ended(session text)
returns boolean
language sql
stable
set search_path = ''
as $$
    select pathfinder.is_session_ended(is_session_ended.session)
$$;

revoke all on function pathfinder.is_session_ended(text) from public, anon, authenticated, service_role;
revoke all on function public.is_session_ended(text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.is_session_ended(text) to service_role;
grant execute on function public.is_session_ended(text) to service_role;

comment on function pathfinder.is_session_ended(text) is 'Whether a session of the dashboard was ended.';
comment on function public.is_session_ended(text) is 'Whether a session of the dashboard was ended before its time.';

-- source: admin/last_tick.sql
-- When the schedule's tick last ran, and how that ended. Reads the newest rows of pg_cron's log, which has no index
-- but the one on the run's number. Other applications' jobs share that log; a thousand rows reach back several
-- minutes on all but the busiest.
-- Returns: {"active": whether pg_cron has the job and it is switched on, "ran_at": start of the last run that
--   succeeded or still runs, "failed": whether the newest finished run failed}; null where there is none.
-- Example: select pathfinder.last_tick();
create or replace function pathfinder.last_tick()
returns jsonb
language sql
stable
set search_path = ''
as $$
    with tick as (
        select job.jobid, job.active from cron.job where job.jobname = 'captpathfinder-tick'
    ),
    runs as materialized (
        select newest.runid, newest.start_time, newest.status
        from (
            select job_run_details.runid, job_run_details.jobid, job_run_details.start_time, job_run_details.status
            from cron.job_run_details
            order by job_run_details.runid desc
            limit 1000
        ) as newest
        where newest.jobid in (select tick.jobid from tick)
    )
    select jsonb_build_object(
        'active', coalesce((select bool_or(tick.active) from tick), false),
        'ran_at', (select max(runs.start_time) from runs where runs.status in ('succeeded', 'running', 'sending')),
        'failed', (
            select runs.status = 'failed' from runs
            where runs.status in ('succeeded', 'failed')
            order by runs.runid desc
            limit 1
        )
    )
$$;

revoke all on function pathfinder.last_tick() from public, anon, authenticated, service_role;

comment on function pathfinder.last_tick() is 'When the schedule''s tick last ran, and how that ended.';

-- source: admin/list_audit.sql
-- A page of the audit, newest first. search holds subject, and actor: a part of who did it.
-- Returns: {"rows": […], "next": what to pass as after for the page that follows, or null}.
-- Example: select public.list_audit('{"subject": "rules"}');
create or replace function pathfinder.list_audit(search jsonb, after jsonb, page_size integer)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select pathfinder.cut_page(
        coalesce(jsonb_agg(to_jsonb(entry) order by entry.id desc), '[]'),
        least(greatest(list_audit.page_size, 1), 1000), '{id}'
    )
    from (
        select audit.*
        from public.audit
        where (list_audit.after is null or audit.id < (list_audit.after ->> 'id')::bigint)
            and (search ->> 'subject' is null or audit.subject = search ->> 'subject')
            and (
                search ->> 'actor' is null
                or position(lower(search ->> 'actor') in lower(audit.actor)) > 0
            )
        order by audit.id desc
        limit least(greatest(list_audit.page_size, 1), 1000) + 1
    ) as entry
$$;

create or replace function public.list_audit(
    search jsonb default '{}', after jsonb default null, page_size integer default 50
)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_audit(list_audit.search, list_audit.after, list_audit.page_size)
$$;

revoke all on function pathfinder.list_audit(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
revoke all on function public.list_audit(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_audit(jsonb, jsonb, integer) to service_role;
grant execute on function public.list_audit(jsonb, jsonb, integer) to service_role;

comment on function pathfinder.list_audit(jsonb, jsonb, integer) is 'A page of the audit.';
comment on function public.list_audit(jsonb, jsonb, integer) is 'Who changed what, newest first, in pages.';

-- source: admin/list_changes.sql
-- A page of the changes, newest first or oldest, for the dashboard: what happened to executives, those who left
-- included. search holds text, level (after the change, or before somebody left), function, country, account,
-- community, kind, days (so many back from now), user_id, and sort: newest or oldest.
-- Returns: {"rows": […], "next": what to pass as after for the page that follows, or null}.
-- Example: select public.list_changes('{"kind": "promotion", "days": 30}');
create or replace function pathfinder.list_changes(search jsonb, after jsonb, page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    is_descending constant boolean := coalesce(search ->> 'sort', 'newest') <> 'oldest';
    size constant integer := least(greatest(page_size, 1), 1000);
    page jsonb;
begin
    execute format(
        $query$
            select coalesce(jsonb_agg(to_jsonb(page) order by page.at %3$s, page.id %3$s), '[]')
            from (
                select
                    change.id, change.community, change.user_id, change.username,
                    coalesce(change.title, change.previous_title) as title,
                    coalesce(change.seniority_level, change.previous_level) as level,
                    case when change.kind = 'left' then change.previous_functions else change.functions end as functions,
                    coalesce(change.company, change.previous_company) as company,
                    coalesce(countries.name, change.country) as country, accounts.name as account,
                    change.account_id, change.detected_at as at, change.kind, change.previous_title,
                    change.previous_level, change.previous_company, change.matched_rule as why, change.origin,
                    change.is_told, change.profile_url
                from public.detections as change
                left join public.countries on countries.code = change.country_code
                left join public.accounts on accounts.id = change.account_id
                where ($1 ->> 'text' is null or %1$s)
                    and (
                        $1 ->> 'level' is null
                        or coalesce(change.seniority_level, change.previous_level) = $1 ->> 'level'
                    )
                    and (
                        $1 ->> 'function' is null
                        or $1 ->> 'function' = any (change.functions || coalesce(change.previous_functions, '{}'))
                    )
                    and ($1 ->> 'country' is null or change.country_code = $1 ->> 'country')
                    and ($1 ->> 'account' is null or change.account_id = ($1 ->> 'account')::bigint)
                    and ($1 ->> 'community' is null or change.community = $1 ->> 'community')
                    and ($1 ->> 'user_id' is null or change.user_id = $1 ->> 'user_id')
                    and ($1 ->> 'kind' is null or change.kind = $1 ->> 'kind')
                    and (
                        $1 ->> 'days' is null
                        or change.detected_at > now() - make_interval(days => ($1 ->> 'days')::integer)
                    )
                    and (
                        $2 is null
                        or (change.detected_at, change.id) %2$s (($2 ->> 'at')::timestamptz, ($2 ->> 'id')::bigint)
                    )
                order by change.detected_at %3$s, change.id %3$s
                limit $3 + 1
            ) as page
        $query$,
        pathfinder.contains_words('change', search ->> 'text'),
        case when is_descending then '<' else '>' end,
        case when is_descending then 'desc' else 'asc' end
    )
    into page
    using search, list_changes.after, size;
    return pathfinder.cut_page(page, size, '{at,id}');
end
$$;

create or replace function public.list_changes(
    search jsonb default '{}', after jsonb default null, page_size integer default 50
)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_changes(list_changes.search, list_changes.after, list_changes.page_size)
$$;

revoke all on function pathfinder.list_changes(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
revoke all on function public.list_changes(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_changes(jsonb, jsonb, integer) to service_role;
grant execute on function public.list_changes(jsonb, jsonb, integer) to service_role;

comment on function pathfinder.list_changes(jsonb, jsonb, integer) is 'A page of the changes.';
comment on function public.list_changes(jsonb, jsonb, integer) is
    'A page of what happened to executives, found by text, level, function, country, account, kind or time.';

-- source: admin/list_choices.sql
-- What the dashboard's filters offer: levels that are on, functions, countries, accounts by name, channels; and what
-- every page says: all levels, and the schedule's time zone.
-- Returns: a JSON object of arrays of pairs, each the value and what it is called; at most 1000 accounts; with
--   "levels", rows of that table, and "time_zone".
-- Example: select public.list_choices();
create or replace function pathfinder.list_choices()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'time_zone', (select settings.time_zone from public.settings),
        'levels', (select coalesce(jsonb_agg(to_jsonb(levels) order by levels.rank), '[]') from public.levels),
        'level', (
            select coalesce(jsonb_agg(jsonb_build_array(levels.level, levels.label) order by levels.rank), '[]')
            from public.levels
            where levels.is_on
        ),
        'function', (
            select coalesce(jsonb_agg(jsonb_build_array(known.function, known.label) order by known.place), '[]')
            from public.functions as known
        ),
        'country', (
            select coalesce(
                jsonb_agg(jsonb_build_array(countries.code, countries.name) order by countries.name), '[]'
            )
            from public.countries
        ),
        'account', (
            select coalesce(jsonb_agg(jsonb_build_array(account.id::text, account.name) order by account.name), '[]')
            from (select accounts.id, accounts.name from public.accounts order by accounts.name limit 1000) as account
        ),
        'channel', (
            select coalesce(jsonb_agg(jsonb_build_array(channels.name, channels.name) order by channels.name), '[]')
            from public.channels
        )
    )
$$;

create or replace function public.list_choices()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_choices()
$$;

revoke all on function pathfinder.list_choices() from public, anon, authenticated, service_role;
revoke all on function public.list_choices() from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_choices() to service_role;
grant execute on function public.list_choices() to service_role;

comment on function pathfinder.list_choices() is 'What the dashboard''s filters offer.';
comment on function public.list_choices() is 'What the dashboard''s filters offer: levels, functions, countries, accounts, channels.';

-- source: admin/list_deliveries.sql
-- The digests for the dashboard, newest first: all channels and messages of one cut-off are one.
-- Returns: a JSON array of {"week_start", "week_end", "channels": [{"channel", "people", "parts", "sent", "sent_at",
--   "jobs": [{"digest_id", "job_id", "part", "status"}]}]}, at most max_rows digests.
-- Example: select public.list_deliveries(10);
create or replace function pathfinder.list_deliveries(max_rows integer)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    with cut_off as (
        select digests.week_end, min(digests.week_start) as week_start
        from public.digests
        where digests.id > (select coalesce(max(newest.id), 0) - 5000 from public.digests as newest)
        group by digests.week_end
        order by digests.week_end desc
        limit least(greatest(list_deliveries.max_rows, 1), 200)
    ),
    message as (
        select
            digests.week_end, digests.channel, digests.sent_at, digests.sent,
            digests.payload #>> '{counts,people}' as people,
            jsonb_build_object(
                'digest_id', digests.id, 'job_id', job.id, 'part', digests.part, 'status', job.status
            ) as job
        from cut_off
        join public.digests using (week_end)
        left join public.outbox as job on job.dedupe_key = 'digest:' || digests.id
    ),
    told as (
        select
            message.week_end,
            jsonb_build_object(
                'channel', message.channel, 'people', coalesce(max(message.people::integer), 0), 'parts', count(*),
                'sent', count(*) filter (where message.sent), 'sent_at', max(message.sent_at),
                'jobs', jsonb_agg(message.job order by message.job -> 'part')
            ) as channel
        from message
        group by message.week_end, message.channel
    )
    select coalesce(jsonb_agg(to_jsonb(digest) order by digest.week_end desc), '[]')
    from (
        select cut_off.week_start, cut_off.week_end, jsonb_agg(told.channel order by told.channel ->> 'channel') as channels
        from cut_off
        join told using (week_end)
        group by cut_off.week_start, cut_off.week_end
    ) as digest
$$;

create or replace function public.list_deliveries(max_rows integer default 20)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_deliveries(list_deliveries.max_rows)
$$;

revoke all on function pathfinder.list_deliveries(integer) from public, anon, authenticated, service_role;
revoke all on function public.list_deliveries(integer) from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_deliveries(integer) to service_role;
grant execute on function public.list_deliveries(integer) to service_role;

comment on function pathfinder.list_deliveries(integer) is 'The digests with their channels and messages.';
comment on function public.list_deliveries(integer) is 'The digests, newest first, each with its channels and messages.';

-- source: admin/list_executives.sql
-- A page of the executives as they are now, for the dashboard. search holds what is looked for, each left out where
-- it does not matter: text (in name, title, company or id), level, function, country (a code), account (an id),
-- community; and sort: newest, oldest, name or company. Paged by the last row's keys, so that a page costs the same
-- wherever it is. The statement is put together because the order must be one that an index has.
-- Returns: {"rows": […], "next": what to pass as after for the page that follows, or null}.
-- Example: select public.list_executives('{"text": "acme", "level": "csuite"}');
create or replace function pathfinder.list_executives(search jsonb, after jsonb, page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    sort constant text := coalesce(search ->> 'sort', 'newest');
    sort_key constant text := case sort
        when 'name' then 'lower(coalesce(executive.username, ''''))'
        when 'company' then 'lower(coalesce(executive.company, ''''))'
        else 'executive.first_detected_at'
    end;
    is_descending constant boolean := sort not in ('name', 'company', 'oldest');
    size constant integer := least(greatest(page_size, 1), 1000);
    page jsonb;
begin
    execute format(
        $query$
            select coalesce(jsonb_agg(to_jsonb(found) order by found.place), '[]')
            from (
                select
                    row_number() over () as place, page.*
                from (
                    select
                        executive.community, executive.user_id, executive.username, executive.title,
                        executive.seniority_level as level, executive.functions, executive.company,
                        coalesce(countries.name, executive.country) as country, accounts.name as account,
                        executive.account_id, executive.first_detected_at as at, executive.matched_rule as why,
                        executive.profile_url, %1$s as sort_key
                    from public.user_state as executive
                    left join public.countries on countries.code = executive.country_code
                    left join public.accounts on accounts.id = executive.account_id
                    where ($1 ->> 'text' is null or %2$s)
                        and ($1 ->> 'level' is null or executive.seniority_level = $1 ->> 'level')
                        and ($1 ->> 'function' is null or $1 ->> 'function' = any (executive.functions))
                        and ($1 ->> 'country' is null or executive.country_code = $1 ->> 'country')
                        and ($1 ->> 'account' is null or executive.account_id = ($1 ->> 'account')::bigint)
                        and ($1 ->> 'community' is null or executive.community = $1 ->> 'community')
                        and (
                            $2 is null
                            or (%1$s, executive.community, executive.user_id)
                                %3$s (($2 ->> 'sort_key')::%5$s, $2 ->> 'community', $2 ->> 'user_id')
                        )
                    order by %1$s %4$s, executive.community %4$s, executive.user_id %4$s
                    limit $3 + 1
                ) as page
            ) as found
        $query$,
        sort_key,
        pathfinder.contains_words('executive', search ->> 'text'),
        case when is_descending then '<' else '>' end,
        case when is_descending then 'desc' else 'asc' end,
        case when sort in ('name', 'company') then 'text' else 'timestamptz' end
    )
    into page
    using search, list_executives.after, size;
    return pathfinder.cut_page(page, size, '{sort_key,community,user_id}');
end
$$;

create or replace function public.list_executives(
    search jsonb default '{}', after jsonb default null, page_size integer default 50
)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_executives(list_executives.search, list_executives.after, list_executives.page_size)
$$;

revoke all on function pathfinder.list_executives(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
revoke all on function public.list_executives(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_executives(jsonb, jsonb, integer) to service_role;
grant execute on function public.list_executives(jsonb, jsonb, integer) to service_role;

comment on function pathfinder.list_executives(jsonb, jsonb, integer) is 'A page of the executives.';
comment on function public.list_executives(jsonb, jsonb, integer) is
    'A page of the executives as they are now, found by text, level, function, country or account.';

-- source: admin/list_job_errors.sql
-- The errors of the jobs that are dead, or wait after a failure, equal ones as one: the most frequent first. Of more
-- than 2000 dead ones the latest are read, and as many of those that wait: a person reads no further.
-- Returns: a JSON array of {"key", "error": the newest wording, "dead", "waiting", "kinds", "channels", "first_at",
--   "last_at"}, at most 100; first and last are when the jobs were queued.
-- Example: select public.list_job_errors();
create or replace function pathfinder.list_job_errors()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select coalesce(jsonb_agg(to_jsonb(groups) order by groups.dead desc, groups.waiting desc, groups.key), '[]')
    from (
        select
            pathfinder.error_key(job.last_error) as key,
            (array_agg(job.last_error order by job.id desc))[1] as error,
            count(*) filter (where job.status = 'dead') as dead,
            count(*) filter (where job.status = 'pending') as waiting,
            array_agg(distinct job.kind) as kinds,
            array_remove(array_agg(distinct job.channel), null) as channels,
            min(job.created_at) as first_at,
            max(job.created_at) as last_at
        from (
            (
                select outbox.*
                from public.outbox
                where outbox.status = 'dead'
                order by outbox.finished_at desc
                limit 2000
            )
            union all
            (
                select outbox.*
                from public.outbox
                where outbox.status = 'pending' and outbox.last_error is not null
                order by outbox.id desc
                limit 2000
            )
        ) as job
        where job.last_error is not null
        group by key
        order by dead desc, waiting desc, key
        limit 100
    ) as groups
$$;

create or replace function public.list_job_errors()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_job_errors()
$$;

revoke all on function pathfinder.list_job_errors() from public, anon, authenticated, service_role;
revoke all on function public.list_job_errors() from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_job_errors() to service_role;
grant execute on function public.list_job_errors() to service_role;

comment on function pathfinder.list_job_errors() is 'The errors of jobs, equal ones as one.';
comment on function public.list_job_errors() is 'The errors of jobs that are dead or wait, equal ones as one, the most frequent first.';

-- source: admin/list_jobs.sql
-- A page of the jobs, newest first, for the dashboard. search holds status, kind, channel, and error: the key of one
-- of list_job_errors(). Never a payload.
-- Returns: {"rows": […], "next": what to pass as after for the page that follows, or null}.
-- Example: select public.list_jobs('{"status": "dead"}');
create or replace function pathfinder.list_jobs(search jsonb, after jsonb, page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    size constant integer := least(greatest(page_size, 1), 1000);
    page jsonb;
begin
    -- With their values in the text, so that the plan is made for a rare kind or a frequent one.
    execute format(
        $query$
            select coalesce(jsonb_agg(to_jsonb(job) order by job.id desc), '[]')
            from (
                select
                    outbox.id, outbox.kind, outbox.channel, outbox.status, outbox.attempts, outbox.max_attempts,
                    outbox.run_at, outbox.created_at, outbox.finished_at, outbox.locked_by, outbox.last_error
                from public.outbox
                where %s
                order by outbox.id desc
                limit %s
            ) as job
        $query$,
        concat_ws(
            ' and ',
            'outbox.id < ' || coalesce((list_jobs.after ->> 'id')::bigint, 9223372036854775807),
            'outbox.status = ' || quote_literal(search ->> 'status'),
            'outbox.kind = ' || quote_literal(search ->> 'kind'),
            'outbox.channel = ' || quote_literal(search ->> 'channel'),
            'outbox.last_error is not null and pathfinder.error_key(outbox.last_error) = ' || quote_literal(search ->> 'error')
        ),
        size + 1
    )
    into page;
    return pathfinder.cut_page(page, size, '{id}');
end
$$;

create or replace function public.list_jobs(
    search jsonb default '{}', after jsonb default null, page_size integer default 50
)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_jobs(list_jobs.search, list_jobs.after, list_jobs.page_size)
$$;

revoke all on function pathfinder.list_jobs(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
revoke all on function public.list_jobs(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_jobs(jsonb, jsonb, integer) to service_role;
grant execute on function public.list_jobs(jsonb, jsonb, integer) to service_role;

comment on function pathfinder.list_jobs(jsonb, jsonb, integer) is 'A page of the jobs.';
comment on function public.list_jobs(jsonb, jsonb, integer) is
    'A page of the jobs, newest first, by state, kind, channel or error; without what they carry.';

-- source: admin/list_missed_titles.sql
-- The titles that found nobody and that most members have, of the latest 20,000 webhooks with a title that are still
-- kept. Only how many members: a title that fewer than three have could say who they are, and is left out.
-- Returns: a JSON array of {"title", "members"}, the most frequent first, at most 50.
-- Example: select public.list_missed_titles();
create or replace function pathfinder.list_missed_titles()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    with latest as (
        select distinct on (event.community, event.user_id) event.community, event.user_id, event.value
        from (
            select stored.id, stored.community, stored.user_id, stored.value
            from public.events_raw as stored
            where stored.attribute = 'title' and stored.state = 'processed'
            order by stored.id desc
            limit 20000
        ) as event
        order by event.community, event.user_id, event.id desc
    ),
    -- Equal spellings first: to fold a text costs more than to read it.
    spelt as materialized (
        select btrim(latest.value) as title, count(*) as members
        from latest
        where not exists (
                select from public.user_state as executive
                where executive.community = latest.community and executive.user_id = latest.user_id
            )
        group by btrim(latest.value)
    ),
    frequent as (
        select min(spelt.title) as title, sum(spelt.members)::bigint as members
        from spelt
        where spelt.title <> ''
        group by pathfinder.fold_text(spelt.title)
        having sum(spelt.members) >= 3
        order by members desc, title
        limit 200
    )
    select coalesce(jsonb_agg(to_jsonb(missed) order by missed.members desc, missed.title), '[]')
    from (
        select frequent.title, frequent.members
        from frequent
        -- Who is put aside or left has a title that is found.
        where (pathfinder.classify(frequent.title)).level is null
        order by frequent.members desc, frequent.title
        limit 50
    ) as missed
$$;

create or replace function public.list_missed_titles()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_missed_titles()
$$;

revoke all on function pathfinder.list_missed_titles() from public, anon, authenticated, service_role;
revoke all on function public.list_missed_titles() from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_missed_titles() to service_role;
grant execute on function public.list_missed_titles() to service_role;

comment on function pathfinder.list_missed_titles() is 'The titles that found nobody.';
comment on function public.list_missed_titles() is
    'The titles that found nobody and that most members have: how many, never who; none that fewer than three have.';

-- source: admin/list_proposals.sql
-- A page of the proposals that readers of messages made, newest first. search holds status, verdict, channel and id.
-- Returns: {"rows": the proposals with "username", "level" and "rule" as they are now, and for an open one "said":
--   how many channels said the same; "next": what to pass as after for the page that follows, or null}.
-- Example: select public.list_proposals('{"status": "open"}');
create or replace function pathfinder.list_proposals(search jsonb, after jsonb, page_size integer)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select pathfinder.cut_page(
        coalesce(jsonb_agg(entry.proposal order by entry.id desc), '[]'),
        least(greatest(list_proposals.page_size, 1), 1000), '{id}'
    )
    from (
        select
            proposal.id,
            -- Of whoever is suppressed nothing else is known, and nothing is shown of what the reader was told.
            to_jsonb(proposal) - case
                when state.user_id is not null or exists (
                    select
                    from public.detections as change
                    where change.community = proposal.community and change.user_id = proposal.user_id
                ) then '{}'
                else '{title,company}'::text[]
            end || jsonb_build_object(
                'username', coalesce(
                    state.username,
                    (
                        select change.username
                        from public.detections as change
                        where change.community = proposal.community and change.user_id = proposal.user_id
                        order by change.id desc
                        limit 1
                    )
                ),
                'level', state.seniority_level,
                'rule', state.matched_rule,
                'said', (
                    select count(*)
                    from public.feedback_proposals as same
                    where same.community = proposal.community
                        and same.user_id = proposal.user_id
                        and same.verdict = proposal.verdict
                        and same.status = 'open'
                )
            ) as proposal
        from public.feedback_proposals as proposal
        left join public.user_state as state
            on state.community = proposal.community and state.user_id = proposal.user_id
        where (list_proposals.after is null or proposal.id < (list_proposals.after ->> 'id')::bigint)
            and (search ->> 'status' is null or proposal.status = search ->> 'status')
            and (search ->> 'verdict' is null or proposal.verdict = search ->> 'verdict')
            and (search ->> 'channel' is null or proposal.channel = search ->> 'channel')
            and (search ->> 'id' is null or proposal.id = (search ->> 'id')::bigint)
        order by proposal.id desc
        limit least(greatest(list_proposals.page_size, 1), 1000) + 1
    ) as entry
$$;

create or replace function public.list_proposals(
    search jsonb default '{}', after jsonb default null, page_size integer default 50
)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_proposals(list_proposals.search, list_proposals.after, list_proposals.page_size)
$$;

revoke all on function pathfinder.list_proposals(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
revoke all on function public.list_proposals(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_proposals(jsonb, jsonb, integer) to service_role;
grant execute on function public.list_proposals(jsonb, jsonb, integer) to service_role;

comment on function pathfinder.list_proposals(jsonb, jsonb, integer) is 'A page of what readers said is not right.';
comment on function public.list_proposals(jsonb, jsonb, integer) is
    'A page of the proposals that readers of messages made, newest first.';

-- source: admin/open_feedback.sql
-- What the page behind a link in a message shows. The worker has checked the link's signature; whether it has run out
-- is judged here, by the database's clock.
-- Returns: {"channel", "username", "title", "company", "is_muted", "verdicts": those that wait for an editor}; null for
--   a link that is about nobody any more.
-- Example: select public.open_feedback('sales', 7, now() + interval '1 day');
create or replace function pathfinder.open_feedback(channel text, detection_id bigint, expires_at timestamptz)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'channel', open_feedback.channel,
        'username', subject.username,
        'title', coalesce(subject.title, subject.previous_title),
        'company', coalesce(subject.company, subject.previous_company),
        'is_muted', exists (
            select from public.mutes
            where mutes.channel = open_feedback.channel
                and mutes.community = subject.community
                and mutes.user_id = subject.user_id
                and mutes.by_feedback
        ),
        'verdicts', array(
            select feedback_proposals.verdict
            from public.feedback_proposals
            where feedback_proposals.channel = open_feedback.channel
                and feedback_proposals.community = subject.community
                and feedback_proposals.user_id = subject.user_id
                and feedback_proposals.status = 'open'
            order by feedback_proposals.verdict
        )
    )
    from pathfinder.feedback_subject(
        open_feedback.channel, open_feedback.detection_id, open_feedback.expires_at
    ) as subject
$$;

create or replace function public.open_feedback(channel text, detection_id bigint, expires_at timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.open_feedback(open_feedback.channel, open_feedback.detection_id, open_feedback.expires_at)
$$;

revoke all on function pathfinder.open_feedback(text, bigint, timestamptz)
    from public, anon, authenticated, service_role;
revoke all on function public.open_feedback(text, bigint, timestamptz) from public, anon, authenticated, service_role;
grant execute on function pathfinder.open_feedback(text, bigint, timestamptz) to service_role;
grant execute on function public.open_feedback(text, bigint, timestamptz) to service_role;

comment on function pathfinder.open_feedback(text, bigint, timestamptz) is 'What a link in a message shows.';
comment on function public.open_feedback(text, bigint, timestamptz) is
    'For the worker: what the page behind a link in a message shows.';

-- source: admin/open_proposal.sql
-- A proposal that waits for a decision, held until the transaction ends.
-- Returns: the row.
-- Raises: 22023 where there is none of that number, or it was decided.
-- Example: select * from pathfinder.open_proposal(7);
create or replace function pathfinder.open_proposal(id bigint)
returns public.feedback_proposals
language plpgsql
volatile
set search_path = ''
as $$
declare
    proposal public.feedback_proposals;
begin
    -- In the tick's order, as forgetting and suppressing take it.
    perform pg_advisory_xact_lock(pathfinder.schedule_lock());
    select * into proposal
    from public.feedback_proposals
    where feedback_proposals.id = open_proposal.id
    for update;
    if proposal.id is null then
        raise exception 'there is no proposal %', open_proposal.id
            using errcode = '22023', hint = 'Its reader took it back, or its person was forgotten.';
    elsif proposal.status <> 'open' then
        raise exception 'proposal % is % already', proposal.id, proposal.status
            using errcode = '22023', hint = 'Reopen it first, to decide anew.';
    end if;
    return proposal;
end
$$;

revoke all on function pathfinder.open_proposal(bigint) from public, anon, authenticated, service_role;

comment on function pathfinder.open_proposal(bigint) is 'A proposal that waits for a decision.';

-- source: admin/preview_job.sql
-- What a job sends, as a worker would get it now, so that the dashboard can show the message. Nothing is stored or
-- sent: claiming an alert settles whom it tells, so that is done and undone.
-- Returns: {"id", "kind", "channel", "transport", "document"}; null where there is no such job.
-- Example: select public.preview_job(7);
create or replace function pathfinder.preview_job(job_id bigint)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    previewed public.outbox;
    document jsonb;
begin
    select outbox.* into previewed from public.outbox where outbox.id = preview_job.job_id;
    if not found then
        return null;
    end if;
    begin
        document := case previewed.kind
            when 'alert' then case
                -- Whom it told may have been erased since; who waits is for another job.
                when previewed.status = 'done'
                    and not exists (select from pathfinder.alerts where alerts.job_id = previewed.id)
                    then '{"missing": true}'
                else pathfinder.alert_document(previewed.id, previewed.channel)
            end
            when 'event' then pathfinder.event_document(previewed.payload, previewed.channel)
            else pathfinder.outbox_document(previewed.kind, previewed.payload)
        end;
        raise exception using errcode = 'PT000';
    exception when sqlstate 'PT000' then
        null;
    end;
    return jsonb_build_object(
        'id', previewed.id, 'kind', previewed.kind, 'channel', previewed.channel,
        'transport', (select channels.transport from public.channels where channels.name = previewed.channel),
        'document', document
    );
end
$$;

revoke all on function pathfinder.preview_job(bigint) from public, anon, authenticated, service_role;
grant execute on function pathfinder.preview_job(bigint) to service_role;

comment on function pathfinder.preview_job(bigint) is 'What a job sends.';

create or replace function public.preview_job(job_id bigint)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.preview_job(job_id)
$$;

revoke all on function public.preview_job(bigint) from public, anon, authenticated, service_role;
grant execute on function public.preview_job(bigint) to service_role;

comment on function public.preview_job(bigint) is 'What a job sends, as a worker would get it now. Nothing is sent.';

-- source: admin/preview_report.sql
-- What a report of a month, YYYY-MM, would be of if generate_reports() was called now.
-- Returns: {"month", "revision": the newest there is, or null, "changes": told in the month so far,
--   "unreported": those that no report holds; none means that the newest revision is made anew, "channels": the names
--   of those that a new revision is told}.
-- Example: select public.preview_report('2026-11');
create or replace function pathfinder.preview_report(month text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'month', preview_report.month,
        'revision', (select max(reports.revision) from public.reports where reports.month_label = preview_report.month),
        'changes', count(*),
        'unreported', count(*) filter (where change.report_id is null),
        'channels', array(
            select channels.name
            from public.channels
            where channels.is_active and 'report' = any (channels.sends)
            order by channels.name
        )
    )
    from pathfinder.month_bounds(to_date(preview_report.month, 'YYYY-MM')) as bounds
    join public.detections as change
        on change.detected_at >= bounds.month_start
        and change.detected_at < least(bounds.month_end, now())
        and change.is_told
$$;

revoke all on function pathfinder.preview_report(text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.preview_report(text) to service_role;

comment on function pathfinder.preview_report(text) is 'What a report of a month would be of.';

create or replace function public.preview_report(month text)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.preview_report(month)
$$;

revoke all on function public.preview_report(text) from public, anon, authenticated, service_role;
grant execute on function public.preview_report(text) to service_role;

comment on function public.preview_report(text) is 'What a report of a month would be of, if it was generated now.';

-- source: admin/put_back_company.sql
-- Undoes the correction of a company that accepting a proposal made, unless it was corrected once more since, or the
-- member has stated another one: what an editor had corrected before counts again, else what the community says.
-- Returns: nothing.
-- Example: select pathfinder.put_back_company(feedback_proposals) from public.feedback_proposals where id = 7;
create or replace function pathfinder.put_back_company(proposal public.feedback_proposals)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    has_earlier constant boolean := proposal.result ? 'replaced';
    -- Empty where an editor had emptied it.
    earlier constant text := coalesce(proposal.result ->> 'replaced', '');
    correction pathfinder.corrections;
    undone jsonb;
begin
    select * into correction
    from pathfinder.corrections
    where corrections.community = proposal.community
        and corrections.user_id = proposal.user_id
        and corrections.attribute = 'company';
    -- Where the right company was what the community says, no correction was left.
    if correction.user_id is null and not exists (
        select from public.user_state
        where user_state.community = proposal.community
            and user_state.user_id = proposal.user_id
            and pathfinder.same_company(user_state.company, proposal.result ->> 'company')
    ) or correction.corrected_at <> (proposal.result ->> 'corrected_at')::timestamptz then
        return;
    end if;
    if has_earlier and pathfinder.correct_person(
        proposal.user_id, proposal.community, null, earlier, null, false
    ) is not null then
        return;
    end if;
    -- No executive now, or put aside by the company that was corrected.
    undone := pathfinder.undo_correction(proposal.user_id, proposal.community, 'company', false);
    if has_earlier
        and pathfinder.correct_person(proposal.user_id, proposal.community, null, earlier, null, false) is null
        and undone ->> 'status' in ('left', 'waits') then
        insert into pathfinder.corrections (community, user_id, attribute, stated, value)
        values (
            proposal.community, proposal.user_id, 'company', correction.stated, nullif(earlier, '')
        );
    end if;
end
$$;

revoke all on function pathfinder.put_back_company(public.feedback_proposals)
    from public, anon, authenticated, service_role;

comment on function pathfinder.put_back_company(public.feedback_proposals) is
    'Undoes the correction of a company that accepting a proposal made.';

-- source: admin/recent_detections.sql
-- The newest people found, for a look at what is going on: new and promoted ones.
-- Returns: at most 1000 people as people_json() makes them, newest first, and the rule that found each as "why".
-- Example: select * from public.recent_detections(10);
create or replace function pathfinder.recent_detections(max_rows integer, community text)
returns setof jsonb
language sql
stable
security definer
set search_path = ''
as $$
    with newest as materialized (
        select detections.id, detections.detected_at, detections.matched_rule
        from public.detections
        where detections.community = (select pathfinder.the_community(recent_detections.community))
            and detections.kind in ('new', 'promotion')
            and detections.is_told
        order by detections.detected_at desc, detections.id desc
        limit least(greatest(coalesce(max_rows, 50), 0), 1000)
    )
    select shown.person || jsonb_build_object('why', newest.matched_rule)
    from newest
    cross join lateral pathfinder.people_json(
        array(select change from pathfinder.net_changes(array[newest.id], '-infinity') as change)
    ) as shown
    order by newest.detected_at desc, newest.id desc
$$;

revoke all on function pathfinder.recent_detections(integer, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.recent_detections(integer, text) to service_role;

comment on function pathfinder.recent_detections(integer, text) is 'The newest people found, newest first.';

create or replace function public.recent_detections(max_rows integer default 50, community text default null)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.recent_detections(max_rows, community)
$$;

revoke all on function public.recent_detections(integer, text) from public, anon, authenticated, service_role;
grant execute on function public.recent_detections(integer, text) to service_role;

comment on function public.recent_detections(integer, text) is
    'The newest people found, newest first.';

-- source: admin/reopen_proposal.sql
-- Undoes a decision about a proposal: it waits again, with all that was accepted at once with it, and what accepting it
-- made goes: the example, rule, suppression or correction, whose place what was corrected before takes again. Whom a
-- suppression covered counts again as when its row is deleted. What was corrected once more since stays.
-- Returns: how many wait again.
-- Raises: 22023 where there is no such proposal, it waits, or the same waits already.
-- Example: select public.reopen_proposal(7);
create or replace function pathfinder.reopen_proposal(id bigint)
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    proposal public.feedback_proposals;
    together bigint[];
    reopened bigint;
begin
    -- In the tick's order, as forgetting and suppressing take it.
    perform pg_advisory_xact_lock(pathfinder.schedule_lock());
    select * into proposal
    from public.feedback_proposals
    where feedback_proposals.id = reopen_proposal.id and feedback_proposals.status <> 'open'
    for update;
    if not found then
        raise exception 'proposal % was not decided', reopen_proposal.id
            using errcode = '22023', hint = 'It waits, its reader took it back, or its person was forgotten.';
    elsif exists (
        select from public.feedback_proposals
        where feedback_proposals.community = proposal.community
            and feedback_proposals.user_id = proposal.user_id
            and feedback_proposals.channel is not distinct from proposal.channel
            and feedback_proposals.verdict = proposal.verdict
            and feedback_proposals.status = 'open'
    ) then
        raise exception 'the same was said again since, and waits'
            using errcode = '22023', hint = 'Decide about that one.';
    end if;
    -- What was accepted at once was one decision.
    together := array(
        select alike.id
        from public.feedback_proposals as alike
        where alike.id = proposal.id
            or proposal.status = 'accepted' and alike.status = 'accepted'
            and alike.community = proposal.community
            and alike.user_id = proposal.user_id
            and alike.verdict = proposal.verdict
            and alike.decided_at = proposal.decided_at
        for update
    );
    delete from public.rule_examples where rule_examples.id = (proposal.result ->> 'example_id')::bigint;
    delete from public.classification_rules
    where classification_rules.id = (proposal.result ->> 'rule_id')::bigint;
    delete from public.suppressions where suppressions.id = (proposal.result ->> 'suppression_id')::bigint;
    if proposal.result ? 'corrected_at' then
        perform pathfinder.put_back_company(proposal);
    end if;

    -- Who has said the same again since says it already.
    delete from public.feedback_proposals as decided
    where decided.id = any (together)
        and exists (
            select from public.feedback_proposals as again
            where again.community = decided.community
                and again.user_id = decided.user_id
                and again.channel is not distinct from decided.channel
                and again.verdict = decided.verdict
                and again.status = 'open'
        );
    update public.feedback_proposals
    set status = 'open', decided_at = null, decided_by = null, result = '{}'
    where feedback_proposals.id = any (together);
    get diagnostics reopened = row_count;
    perform pathfinder.write_audit(
        'feedback', 'reopen', jsonb_build_object('proposal', proposal.id, 'verdict', proposal.verdict, 'proposals', reopened)
    );
    return reopened;
end
$$;

create or replace function public.reopen_proposal(id bigint)
returns bigint
language sql
volatile
set search_path = ''
as $$
    select pathfinder.reopen_proposal(reopen_proposal.id)
$$;

revoke all on function pathfinder.reopen_proposal(bigint) from public, anon, authenticated, service_role;
revoke all on function public.reopen_proposal(bigint) from public, anon, authenticated, service_role;
grant execute on function pathfinder.reopen_proposal(bigint) to service_role;
grant execute on function public.reopen_proposal(bigint) to service_role;

comment on function pathfinder.reopen_proposal(bigint) is 'Undoes a decision about a proposal.';
comment on function public.reopen_proposal(bigint) is 'Undoes a decision about a proposal, and what accepting it made.';

-- source: admin/send_digest_again.sql
-- Sends a channel's digest once more, as it was, one job for each of its messages: to that channel, to another one, or
-- to one address through the mail server of an active channel that has one (the digest's own, if it does). What goes
-- elsewhere is a copy: whether the digest was sent, and to whom, stays as it was.
-- Returns: how many messages are sent; 0 when there is no such digest, or no such channel is active.
-- Raises: 22023 for what is no address, for both a channel and an address, and where no channel has a mail server.
-- Example: select public.send_digest_again('2026-11-20 22:00+00', 'board', to_address => 'ada@example.com');
create or replace function pathfinder.send_digest_again(
    week_end timestamptz, channel text, to_channel text, to_address text
)
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    through constant text := coalesce(
        pathfinder.channel_through(
            send_digest_again.channel, send_digest_again.to_channel, send_digest_again.to_address
        ),
        send_digest_again.channel
    );
    jobs bigint;
begin
    select count(
        pathfinder.enqueue(
            'digest', through,
            jsonb_strip_nulls(jsonb_build_object(
                'digest_id', digest.id, 'to', send_digest_again.to_address,
                'is_copy', case
                    when send_digest_again.to_address is not null or through <> send_digest_again.channel then true
                end
            )),
            format('digest:%s:again:%s', digest.id, to_char(clock_timestamp(), 'YYYYMMDD"T"HH24MISSUS'))
        )
    )
    into jobs
    from (
        select digests.id
        from public.digests
        join public.channels on channels.name = through and channels.is_active
        where digests.week_end = send_digest_again.week_end and digests.channel = send_digest_again.channel
        order by digests.part
    ) as digest;
    if jobs > 0 then
        perform pathfinder.write_audit(
            'digests', 'send_again',
            jsonb_strip_nulls(jsonb_build_object(
                'channel', send_digest_again.channel, 'to', coalesce(send_digest_again.to_address, through),
                'messages', jobs, 'cut_off', send_digest_again.week_end
            ))
        );
    end if;
    return jobs;
end
$$;

create or replace function public.send_digest_again(
    week_end timestamptz, channel text, to_channel text default null, to_address text default null
)
returns bigint
language sql
volatile
set search_path = ''
as $$
    select pathfinder.send_digest_again(
        send_digest_again.week_end, send_digest_again.channel, send_digest_again.to_channel,
        send_digest_again.to_address
    )
$$;

revoke all on function pathfinder.send_digest_again(timestamptz, text, text, text)
from public, anon, authenticated, service_role;
revoke all on function public.send_digest_again(timestamptz, text, text, text)
from public, anon, authenticated, service_role;
grant execute on function pathfinder.send_digest_again(timestamptz, text, text, text) to service_role;
grant execute on function public.send_digest_again(timestamptz, text, text, text) to service_role;

comment on function pathfinder.send_digest_again(timestamptz, text, text, text) is 'Sends a channel''s digest once more.';
comment on function public.send_digest_again(timestamptz, text, text, text) is
    'Sends a channel''s digest once more, as it was: to that channel, another one, or one address. Returns how many messages.';

-- source: admin/send_report_again.sql
-- Tells once more that a report is ready, with links that open its files: one channel, or one address through the mail
-- server of an active channel that has one. Nobody else is told.
-- Returns: how many messages are sent: 1; 0 when there is no such report, it has no files yet, or the channel is not
--   active.
-- Raises: 22023 for what is no address, for both a channel and an address or neither, and where no channel has a mail
--   server.
-- Example: select public.send_report_again(7, to_address => 'ada@example.com');
create or replace function pathfinder.send_report_again(report_id bigint, to_channel text, to_address text)
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    through constant text := pathfinder.channel_through(
        null, send_report_again.to_channel, send_report_again.to_address
    );
    jobs bigint;
begin
    if through is null then
        raise exception 'send_report_again needs a channel or an address' using errcode = '22023';
    end if;
    select count(
        pathfinder.enqueue(
            'report_message', through,
            jsonb_strip_nulls(jsonb_build_object('report_id', reports.id, 'to', send_report_again.to_address)),
            format('report_message:%s:again:%s', reports.id, to_char(clock_timestamp(), 'YYYYMMDD"T"HH24MISSUS'))
        )
    )
    into jobs
    from public.reports
    join public.channels on channels.name = through and channels.is_active
    where reports.id = send_report_again.report_id and reports.published_at is not null;
    if jobs > 0 then
        perform pathfinder.write_audit(
            'reports', 'send_again',
            jsonb_build_object(
                'report', send_report_again.report_id, 'to', coalesce(send_report_again.to_address, through)
            )
        );
    end if;
    return jobs;
end
$$;

create or replace function public.send_report_again(
    report_id bigint, to_channel text default null, to_address text default null
)
returns bigint
language sql
volatile
set search_path = ''
as $$
    select pathfinder.send_report_again(
        send_report_again.report_id, send_report_again.to_channel, send_report_again.to_address
    )
$$;

revoke all on function pathfinder.send_report_again(bigint, text, text) from public, anon, authenticated, service_role;
revoke all on function public.send_report_again(bigint, text, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.send_report_again(bigint, text, text) to service_role;
grant execute on function public.send_report_again(bigint, text, text) to service_role;

comment on function pathfinder.send_report_again(bigint, text, text) is 'Tells once more that a report is ready.';
comment on function public.send_report_again(bigint, text, text) is
    'Tells one channel, or one address, once more that a report is ready. Returns how many messages.';

-- source: admin/set_health_token.sql
-- Makes the token for health_status(), in place of the one there was. It is shown this once; only a digest is kept.
-- Returns: the token.
-- Example: select public.set_health_token();
create or replace function pathfinder.set_health_token()
returns text
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    token constant text := 'health_' || encode(pathfinder.random_salt(), 'hex');
begin
    insert into pathfinder.health_token (digest)
    values (sha256(convert_to(token, 'UTF8')))
    on conflict (id) do update
    set digest = excluded.digest, made_at = now();
    return token;
end
$$;

revoke all on function pathfinder.set_health_token() from public, anon, authenticated, service_role;
grant execute on function pathfinder.set_health_token() to service_role;

comment on function pathfinder.set_health_token() is 'Makes the token for health_status(), and shows it this once.';

create or replace function public.set_health_token()
returns text
language sql
volatile
set search_path = ''
as $$
    select pathfinder.set_health_token()
$$;

revoke all on function public.set_health_token() from public, anon, authenticated, service_role;
grant execute on function public.set_health_token() to service_role;

comment on function public.set_health_token() is
    'Makes the token with which an uptime service may call health_status().';

-- source: admin/stats.sql
-- The numbers of the whole system. What only grows comes from counters (kept by triggers and by the ingestion),
-- what waits from partial indexes: the answer takes as long with ten million rows as with ten. A "day" is a day in
-- UTC. Levels that are on are counted; csuite and vp are always there, with 0 where they are off. In PL/pgSQL, so
-- that a connection plans it once.
-- Returns: {"executives": {level: n}, "detections": {"last_30_days": n, "by_day": [{"day", level: n}]},
--   "digests": {"pending", "sent_last_30_days"}, "reports": {"total", "latest"}, "events": {"pending", "parked",
--   "oldest_pending_at"}, "outbox": {"pending", "running", "dead", "oldest_pending_at", "oldest_due_at",
--   "by_channel": [{"channel", "status", "count"}]} (of done ones those of the last 30 days), "deliveries":
--   {"last_30_days": {outcome: n}, "by_channel": [{"channel", "kind", "outcome", "count"}]}: attempts, with outcome
--   done | retry | dead | released | lease_expired, "webhooks": {"last_30_days": {outcome: n}, "by_source":
--   [{"source", "outcome", "count"}]}: refused ones too, as unauthorised | malformed | too_large}
-- Example: select public.stats();
create or replace function pathfinder.stats()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    none_found constant jsonb := '{"csuite": 0, "vp": 0}';
    first_day constant date := (now() at time zone 'UTC')::date - 29;
    people jsonb;
    attempts jsonb;
    jobs jsonb;
    webhooks jsonb;
begin
    select jsonb_build_object(
        'last_30_days', coalesce(sum(days.count), 0),
        'by_day', coalesce(
            jsonb_agg(jsonb_build_object('day', days.day) || none_found || days.by_level order by days.day), '[]'
        )
    )
    into people
    from (
        select
            counted.day,
            sum(counted.count) as count,
            jsonb_object_agg(counted.level, counted.count) as by_level
        from (
            select
                counters.day,
                levels.level,
                coalesce(sum(counters.count) filter (where counters.label[1] = levels.level), 0) as count
            from pathfinder.counters
            cross join public.levels
            where counters.subject = 'detections' and counters.day >= first_day and levels.is_on
            group by counters.day, levels.level
        ) as counted
        group by counted.day
        having sum(counted.count) > 0
    ) as days;

    with totals as materialized (
        select
            nullif(counters.label[1], '') as channel,
            counters.label[2] as kind,
            counters.label[3] as outcome,
            sum(counters.count) as count
        from pathfinder.counters
        where counters.subject = 'attempts' and counters.day >= first_day
        group by counters.label
    )
    select jsonb_build_object(
        'last_30_days', coalesce((
            select jsonb_object_agg(outcomes.outcome, outcomes.count)
            from (select totals.outcome, sum(totals.count) as count from totals group by totals.outcome) as outcomes
        ), '{}'),
        'by_channel', coalesce((
            select jsonb_agg(to_jsonb(totals)
                order by totals.channel nulls first, totals.kind, totals.outcome) from totals
        ), '[]')
    )
    into attempts;

    with unfinished as materialized (
        select outbox.channel, outbox.status, count(*) as count
        from public.outbox
        where outbox.status = 'pending'
        group by outbox.channel, outbox.status
        union all
        select outbox.channel, outbox.status, count(*)
        from public.outbox
        where outbox.status = 'running'
        group by outbox.channel, outbox.status
        union all
        select outbox.channel, outbox.status, count(*)
        from public.outbox
        where outbox.status = 'dead'
        group by outbox.channel, outbox.status
    ),
    counts as (
        select unfinished.channel, unfinished.status, unfinished.count from unfinished
        union all
        select done ->> 'channel', 'done', sum((done -> 'count')::bigint)
        from jsonb_array_elements(attempts -> 'by_channel') as done
        where done ->> 'outcome' = 'done'
        group by done ->> 'channel'
    )
    select jsonb_build_object(
        'pending', coalesce((select sum(unfinished.count) from unfinished where unfinished.status = 'pending'), 0),
        'running', coalesce((select sum(unfinished.count) from unfinished where unfinished.status = 'running'), 0),
        'dead', coalesce((select sum(unfinished.count) from unfinished where unfinished.status = 'dead'), 0),
        'oldest_pending_at', (select min(outbox.created_at) from public.outbox where outbox.status = 'pending'),
        'oldest_due_at', (
            select min(outbox.run_at) from public.outbox where outbox.status = 'pending' and outbox.run_at <= now()
        ),
        'by_channel', coalesce((
            select jsonb_agg(to_jsonb(counts) order by counts.channel nulls first, counts.status) from counts
        ), '[]')
    )
    into jobs;

    with totals as materialized (
        select webhook_counters.source, webhook_counters.outcome, sum(webhook_counters.count) as count
        from pathfinder.webhook_counters
        where webhook_counters.day >= first_day
            and webhook_counters.outcome not in ('ignored_fields', 'unreadable_times')
        group by webhook_counters.source, webhook_counters.outcome
    )
    select jsonb_build_object(
        'ignored', (
            select jsonb_build_object(
                'fields', coalesce(sum(ignored.count) filter (where ignored.outcome = 'ignored_fields'), 0),
                'times', coalesce(sum(ignored.count) filter (where ignored.outcome = 'unreadable_times'), 0)
            )
            from pathfinder.webhook_counters as ignored
            where ignored.day >= first_day
        ),
        'last_30_days', coalesce((
            select jsonb_object_agg(outcomes.outcome, outcomes.count)
            from (select totals.outcome, sum(totals.count) as count from totals group by totals.outcome) as outcomes
        ), '{}'),
        'by_source', coalesce((
            select jsonb_agg(to_jsonb(totals) order by totals.source, totals.outcome) from totals
        ), '[]')
    )
    into webhooks;

    return jsonb_build_object(
        'executives', (
            select none_found || coalesce(jsonb_object_agg(levels.level, coalesce((
                select sum(counters.count) from pathfinder.counters
                where counters.subject = 'executives' and counters.day = '-infinity'
                    and counters.label[1] = levels.level
            ), 0)), '{}')
            from public.levels
            where levels.is_on
        ),
        'detections', people,
        'digests', jsonb_build_object(
            'pending', (select count(*) from public.digests where not digests.sent),
            'sent_last_30_days', (
                select count(*) from public.digests
                where digests.sent and digests.sent_at > now() - interval '30 days'
            )
        ),
        'reports', jsonb_build_object(
            'total', (select count(*) from public.reports),
            'latest', (
                select jsonb_build_object(
                    'month_label', reports.month_label, 'revision', reports.revision,
                    'published_at', reports.published_at
                )
                from public.reports
                order by reports.month_label desc, reports.revision desc
                limit 1
            )
        ),
        'events', (
            select jsonb_build_object(
                'pending', count(events_raw.received_at),
                'parked', (select count(*) from public.events_raw as parked where parked.state = 'parked'),
                'oldest_pending_at', min(events_raw.received_at)
            )
            from public.events_raw
            where events_raw.state = 'waiting'
        ),
        'outbox', jobs,
        'deliveries', attempts,
        'webhooks', webhooks
    );
end
$$;

revoke all on function pathfinder.stats() from public, anon, authenticated, service_role;
grant execute on function pathfinder.stats() to service_role;

comment on function pathfinder.stats() is 'The numbers of the whole system.';

create or replace function public.stats()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.stats()
$$;

revoke all on function public.stats() from public, anon, authenticated, service_role;
grant execute on function public.stats() to service_role;

comment on function public.stats() is
    'The numbers of the whole system: executives, detections, digests, reports, queue, deliveries, webhooks.';

-- source: admin/switch_rule.sql
-- Switches a rule on or off; with anyway also where examples that were right become wrong, which
-- settings.protect_examples refuses otherwise.
-- Returns: whether there is such a rule.
-- Raises: what an edit of classification_rules raises.
-- Example: select public.switch_rule(7, false);
create or replace function public.switch_rule(rule_id bigint, is_active boolean, anyway boolean default false)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select set_config('pathfinder.examples_may_break', case when switch_rule.anyway then 'yes' else '' end, true);
    with switched as (
        update public.classification_rules
        set is_active = switch_rule.is_active
        where classification_rules.id = switch_rule.rule_id
        returning classification_rules.id
    )
    select exists (select from switched)
$$;

revoke all on function public.switch_rule(bigint, boolean, boolean) from public, anon, authenticated, service_role;
grant execute on function public.switch_rule(bigint, boolean, boolean) to service_role;

comment on function public.switch_rule(bigint, boolean, boolean) is 'Switches a rule on or off; says whether there is one.';

-- source: admin/watch.sql
-- Looks for incidents that begin or end, and tells each active channel that gets them: once when it begins, once when
-- it ends. Without such a channel nothing is looked at.
-- Returns: how many began or ended.
-- Example: select pathfinder.watch(now());
create or replace function pathfinder.watch(moment timestamptz)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    changed bigint[];
begin
    if not exists (select from public.channels where channels.is_active and 'incident' = any (channels.sends))
        or not pg_try_advisory_xact_lock(hashtextextended('pathfinder.watch', 0)) then
        return 0;
    end if;

    with trouble as materialized (
        select * from pathfinder.current_troubles(moment)
    ),
    begun as (
        insert into pathfinder.incidents (key, kind, title, details, advice, began_at)
        select trouble.key, trouble.kind, trouble.title, trouble.details, trouble.advice, moment
        from trouble
        on conflict (key) where ended_at is null do nothing
        returning incidents.id
    ),
    ended as (
        update pathfinder.incidents
        set ended_at = moment
        where incidents.ended_at is null and incidents.key not in (select trouble.key from trouble)
        returning incidents.id
    )
    select array_agg(news.id) into changed
    from (select begun.id from begun union all select ended.id from ended) as news;

    perform pathfinder.enqueue(
        'incident',
        channels.name,
        jsonb_build_object(
            'key', incidents.key,
            'state', case when incidents.ended_at is null then 'begun' else 'ended' end,
            'kind', incidents.kind,
            'title', incidents.title,
            'details', incidents.details,
            'advice', incidents.advice,
            'began_at', incidents.began_at,
            'ended_at', incidents.ended_at,
            'time_zone', settings.time_zone
        ),
        format(
            'incident:%s:%s:%s', incidents.id, case when incidents.ended_at is null then 'begun' else 'ended' end,
            channels.name
        ),
        5
    )
    from pathfinder.incidents
    cross join public.settings
    join public.channels on channels.is_active and 'incident' = any (channels.sends)
    where incidents.id = any (changed);
    return coalesce(cardinality(changed), 0);
end
$$;

revoke all on function pathfinder.watch(timestamptz) from public, anon, authenticated, service_role;

comment on function pathfinder.watch(timestamptz) is
    'Looks for incidents that begin or end, and tells who wants to know.';

reset check_function_bodies;

notify pgrst, 'reload schema';
