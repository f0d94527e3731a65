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
