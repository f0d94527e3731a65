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
