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
