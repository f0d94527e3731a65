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
