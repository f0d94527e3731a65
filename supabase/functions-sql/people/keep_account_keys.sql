-- Trigger on accounts: keeps the keys that executives are matched by, and who belongs to it. A name or a domain
-- belongs to one account.
-- Returns: the row.
-- Raises: 23505 with a sentence that names the other account.
-- Example: update public.accounts set aliases = '{Acme Robotics}' where name = 'Acme';
create or replace function pathfinder.keep_account_keys()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    entry record;
    other text;
begin
    delete from pathfinder.account_keys where account_keys.account_id = new.id;
    for entry in
        select 'company' as kind, pathfinder.company_key(name) as key, min(name) as written
        from unnest(array_prepend(new.name, new.aliases)) as name
        group by pathfinder.company_key(name)
        union all
        select 'domain', domain, domain
        from unnest(new.domains) as domain
    loop
        begin
            insert into pathfinder.account_keys (kind, key, account_id) values (entry.kind, entry.key, new.id);
        exception when unique_violation then
            select accounts.name into other
            from pathfinder.account_keys
            join public.accounts on accounts.id = account_keys.account_id
            where account_keys.kind = entry.kind and account_keys.key = entry.key;
            raise unique_violation using
                message = format(
                    '%s belongs to the account %s already', entry.written, coalesce(other, 'that is being added')
                ),
                hint = 'Take it out there first, or make one account of the two, with the other name as an alias.';
        end;
    end loop;
    -- A list of accounts matches everybody once, at its end.
    if current_setting('pathfinder.importing', true) is distinct from 'yes' then
        perform pathfinder.match_executives(new.id);
    end if;
    return new;
end
$$;

revoke all on function pathfinder.keep_account_keys() from public, anon, authenticated, service_role;

comment on function pathfinder.keep_account_keys() is 'Trigger: keeps the keys that executives are matched by.';
