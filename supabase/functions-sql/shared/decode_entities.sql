-- Replaces the entities of HTML, by name and by number, once. A name without its semicolon counts where no letter
-- follows. Each distinct piece between two ampersands is looked at once.
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
    with pieces as materialized (
        select split.written, split.position
        from unnest(string_to_array(decode_entities.content, '&')) with ordinality as split (written, position)
    ),
    numbered as materialized (
        select
            distinct_piece.written,
            found.groups,
            coalesce(found.groups[1]::integer, ('x' || lpad(found.groups[2], 8, '0'))::bit(32)::integer) as code,
            substr(
                distinct_piece.written,
                1 + length(coalesce('#' || found.groups[1], '#x' || found.groups[2], found.groups[3]) || found.groups[4])
            ) as rest
        from (select distinct pieces.written from pieces where pieces.position > 1 and pieces.written ~ '^[#A-Za-z]') as distinct_piece
        cross join lateral (
            select regexp_match(
                distinct_piece.written,
                '^(?:#([0-9]{1,8})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}))(;|(?![A-Za-z0-9=]))'
            ) as groups
        ) as found
        where found.groups is not null
    ),
    decoded as (
        select
            pieces.position,
            pieces.written,
            numbered.code,
            numbered.rest,
            numbered.groups[3] as name,
            -- Two halves of one character, with nothing between them.
            lag(numbered.code) over inline as code_before,
            lag(numbered.rest) over inline as rest_before,
            lead(numbered.code) over inline as code_after
        from pieces
        left join numbered on numbered.written = pieces.written and pieces.position > 1
        window inline as (order by pieces.position)
    )
    select string_agg(
        case
            when decoded.position = 1 then decoded.written
            when decoded.rest is null then '&' || decoded.written
            when decoded.code is null then coalesce(entity.content || decoded.rest, '&' || decoded.written)
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
    left join pathfinder.html_entities as entity on entity.name = decoded.name
$$;

revoke all on function pathfinder.decode_entities(text) from public, anon, authenticated, service_role;

comment on function pathfinder.decode_entities(text) is 'Replaces the entities of HTML, once.';
