-- Trigger on accounts: whom an account that goes away held belongs to another one from now on, or to none.
-- Returns: the row.
-- Example: delete from public.accounts where name = 'Acme';
create or replace function pathfinder.release_account()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    delete from pathfinder.account_keys where account_keys.account_id = old.id;
    -- A list of accounts matches everybody once, at its end.
    if current_setting('pathfinder.importing', true) is distinct from 'yes' then
        perform pathfinder.match_executives(old.id);
    end if;
    return old;
end
$$;

revoke all on function pathfinder.release_account() from public, anon, authenticated, service_role;

comment on function pathfinder.release_account() is 'Trigger: finds anew to whom the people of a deleted account belong.';
