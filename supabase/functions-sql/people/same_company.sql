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
declare
    one_key text;
    other_key text;
begin
    if one = other then
        return true;
    end if;
    one_key := pathfinder.company_key(one);
    other_key := pathfinder.company_key(other);
    return one_key = other_key or exists (
        select
        from pathfinder.account_keys as of_one
        join pathfinder.account_keys as of_other on of_other.account_id = of_one.account_id
        where of_one.kind = 'company'
            and of_one.key = one_key
            and of_other.kind = 'company'
            and of_other.key = other_key
    );
end
$$;

revoke all on function pathfinder.same_company(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.same_company(text, text) is 'Whether two names are of one company.';
