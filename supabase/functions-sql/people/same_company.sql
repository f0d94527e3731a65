-- Whether two names are of one company: the same but for spelling and legal forms, or names of one account.
-- Returns: true or false; null where one is not known.
-- Example: select pathfinder.same_company('Acme, Inc.', 'ACME');  -- true
create or replace function pathfinder.same_company(one text, other text)
returns boolean
language plpgsql
stable
strict
set search_path = ''
as $$
begin
    return one = other
        or pathfinder.company_key(one) = pathfinder.company_key(other)
        or coalesce(pathfinder.find_account(null, one) = pathfinder.find_account(null, other), false);
end
$$;

revoke all on function pathfinder.same_company(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.same_company(text, text) is 'Whether two names are of one company.';
