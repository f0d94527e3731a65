-- Reduces what was written for a domain to the domain: an address, a link and "www." are taken for theirs.
-- Returns: text in lower case; null for null and for what is no domain.
-- Example: select pathfinder.domain_key('https://www.Acme.com/about');  -- acme.com
create or replace function pathfinder.domain_key(written text)
returns text
language sql
immutable
strict
parallel safe
set search_path = ''
as $$
    select case
        -- What is a domain as it stands needs no regular expression: of those a backend keeps few.
        when length(domain_key.written) <= 60
            and translate(domain_key.written, 'abcdefghijklmnopqrstuvwxyz0123456789.', '') = ''
            and '.' || domain_key.written || '.' not like '%..%'
            and domain_key.written not like 'www.%'
            and rtrim(domain_key.written, 'abcdefghijklmnopqrstuvwxyz') like '%.'
            and domain_key.written not like '%._'
            then domain_key.written
        else substring(
            normalize(lower(left(domain_key.written, 400)), nfkc)
            from '^\s*(?:[a-z][a-z0-9+.-]*:/{0,2})?(?:.*@)?(?:www\.)?((?:[[:alnum:]_](?:[[:alnum:]_-]{0,61}[[:alnum:]])?\.)+'
            '[[:alpha:]](?:[[:alnum:]-]{0,61}[[:alnum:]]))\.?(?::\d+)?(?:[/?#].*)?\s*$'
        )
    end
$$;

revoke all on function pathfinder.domain_key(text) from public, anon, authenticated, service_role;

comment on function pathfinder.domain_key(text) is 'The domain in what was written, an address or a link; null for none.';
