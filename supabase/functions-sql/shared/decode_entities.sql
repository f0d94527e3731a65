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
            select
                split.position,
                split.written,
                split.position > 1 and left(split.written, 1) ~ '[#A-Za-z]' as may_be_one
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
