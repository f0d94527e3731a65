-- Replaces the entities of HTML, by name and by number, once. A name without its semicolon counts where no letter
-- follows.
-- Returns: text; what is no entity stays. Half characters and numbers that stand for none become U+FFFD.
-- Example: select pathfinder.decode_entities('R&amp;D &#8211; Caf&eacute;');  -- R&D – Café
create or replace function pathfinder.decode_entities(content text)
returns text
language sql
stable
strict
parallel safe
set search_path = ''
as $$
    with pieces as (
        select split.position, split.written, found.groups
        from regexp_split_to_table(
            -- Two halves of one character.
            regexp_replace(
                decode_entities.content,
                '(&#(?:x[dD][89abAB][0-9a-fA-F]{2}|5[56][0-9]{3});)(?=&#(?:x[dD][c-fC-F]|5[67]))',
                '\1' || E'\x01', 'g'
            ),
            '(?=&[#A-Za-z])'
        ) with ordinality as split (written, position)
        cross join lateral (
            select regexp_match(
                split.written,
                '^&(?:#([0-9]{1,8})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}))(;|(?![A-Za-z0-9=]))'
            ) as groups
        ) as found
    ),
    numbered as (
        select
            pieces.position,
            pieces.written,
            pieces.groups,
            coalesce(pieces.groups[1]::integer, ('x' || lpad(pieces.groups[2], 8, '0'))::bit(32)::integer) as code,
            length('&')
                + length(coalesce('#' || pieces.groups[1], '#x' || pieces.groups[2], pieces.groups[3]))
                + length(pieces.groups[4]) as length
        from pieces
    ),
    halves as (
        select
            numbered.*,
            lag(numbered.code) over (order by numbered.position) as previous_code,
            lag(numbered.written) over (order by numbered.position) like '%' || E'\x01' as is_second
        from numbered
    )
    select translate(string_agg(
        case
            when halves.groups is null then halves.written
            when halves.code is null
                then coalesce(entity.content || substr(halves.written, halves.length + 1), halves.written)
            when halves.is_second
                and halves.code between 56320 and 57343
                and halves.previous_code between 55296 and 56319
                then chr(65536 + (halves.previous_code - 55296) * 1024 + halves.code - 56320)
                    || substr(halves.written, halves.length + 1)
            when halves.written like '%' || E'\x01' and halves.code between 55296 and 56319 then ''
            when halves.code between 128 and 159
                -- What Windows put there.
                then substr('€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ', halves.code - 127, 1)
                    || substr(halves.written, halves.length + 1)
            when halves.code between 1 and 55295 or halves.code between 57344 and 1114111
                then chr(halves.code) || substr(halves.written, halves.length + 1)
            else U&'\FFFD' || substr(halves.written, halves.length + 1)
        end,
        '' order by halves.position), E'\x01', '')
    from halves
    left join pathfinder.html_entities as entity on entity.name = halves.groups[3]
$$;

revoke all on function pathfinder.decode_entities(text) from public, anon, authenticated, service_role;

comment on function pathfinder.decode_entities(text) is 'Replaces the entities of HTML, once.';
