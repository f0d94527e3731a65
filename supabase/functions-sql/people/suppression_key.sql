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
