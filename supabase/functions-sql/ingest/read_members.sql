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
