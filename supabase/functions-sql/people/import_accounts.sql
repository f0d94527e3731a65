-- Takes accounts over from a list, all of them or, when one cannot be, none. An account is known by its name; what an
-- entry does not mention stays. Those that the list leaves out stay, unless remove_missing says otherwise.
-- Returns: a JSON object with is_applied, what is new, changed and unchanged, missing (names not in the list), removed,
--   and errors with the number of the entry, or its own "row".
-- Raises: 22023 when the list is none.
-- Example: select public.import_accounts('[{"name": "Acme", "domains": ["acme.com"]}]', dry_run => true);
create or replace function pathfinder.import_accounts(list jsonb, dry_run boolean, remove_missing boolean)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    entry record;
    outcomes jsonb[] := '{}';
    errors jsonb := '[]';
    told jsonb;
    missing jsonb;
    problem text;
    advice text;
begin
    if jsonb_typeof(import_accounts.list) is distinct from 'array' then
        raise exception 'a list of accounts is needed' using
            errcode = '22023', hint = 'Such as [{"name": "Acme", "domains": ["acme.com"]}].';
    end if;
    -- What fails, or is only tried, is undone as one.
    begin
        lock table public.accounts in share row exclusive mode;
        perform set_config('pathfinder.importing', 'yes', true);
        with listed as (
            select accounts.id
            from jsonb_array_elements(import_accounts.list) as given
            join public.accounts
                on pathfinder.company_key(accounts.name) = pathfinder.company_key(given ->> 'name')
        ),
        -- A name or a domain may go from one account of the list to another, in any order.
        freed as (
            delete from pathfinder.account_keys where account_keys.account_id in (select listed.id from listed)
        )
        select coalesce(jsonb_agg(accounts.name order by accounts.name), '[]') into missing
        from public.accounts
        where accounts.id not in (select listed.id from listed);
        if import_accounts.remove_missing then
            delete from public.accounts where to_jsonb(accounts.name) in (select jsonb_array_elements(missing));
        end if;

        for entry in
            select
                given.value,
                coalesce(given.value -> 'row', to_jsonb(given.number)) as row,
                first_value(coalesce(given.value -> 'row', to_jsonb(given.number))) over same_name as first_row
            from jsonb_array_elements(import_accounts.list) with ordinality as given (value, number)
            window same_name as (
                partition by coalesce(pathfinder.company_key(given.value ->> 'name'), given.number::text)
                order by given.number
            )
            order by given.number
        loop
            begin
                if entry.first_row <> entry.row then
                    raise unique_violation using
                        message = format('this is the account of row %s once more', entry.first_row),
                        hint = 'Make one row of the two, with the other name as an alias.';
                end if;
                outcomes := outcomes || pathfinder.import_account(entry.value);
            exception when integrity_constraint_violation or data_exception then
                get stacked diagnostics problem = message_text, advice = pg_exception_hint;
                errors := errors || jsonb_build_object(
                    'row', entry.row, 'name', entry.value -> 'name', 'message', problem, 'hint', advice
                );
            end;
        end loop;
        if import_accounts.dry_run or errors <> '[]' then
            raise exception using errcode = 'CP001', message = 'undone';
        end if;
        perform pathfinder.match_everybody();
        perform set_config('pathfinder.importing', '', true);
    exception when sqlstate 'CP001' then
        null;
    end;

    told := to_jsonb(outcomes);
    return jsonb_build_object(
        'is_applied', not import_accounts.dry_run and errors = '[]',
        'new', jsonb_path_query_array(told, '$[*] ? (@.what == "new").name'),
        'changed', jsonb_path_query_array(told, '$[*] ? (@.what == "changed")'),
        'unchanged', jsonb_array_length(jsonb_path_query_array(told, '$[*] ? (@.what == "unchanged")')),
        'missing', missing,
        'removed', case when import_accounts.remove_missing then jsonb_array_length(missing) else 0 end,
        'errors', errors
    );
end
$$;

create or replace function public.import_accounts(
    list jsonb,
    dry_run boolean default false,
    remove_missing boolean default false
)
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.import_accounts(
        import_accounts.list, import_accounts.dry_run, import_accounts.remove_missing
    )
$$;

revoke all on function pathfinder.import_accounts(jsonb, boolean, boolean)
from public, anon, authenticated, service_role;
revoke all on function public.import_accounts(jsonb, boolean, boolean) from public, anon, authenticated, service_role;
grant execute on function pathfinder.import_accounts(jsonb, boolean, boolean) to service_role;
grant execute on function public.import_accounts(jsonb, boolean, boolean) to service_role;

comment on function pathfinder.import_accounts(jsonb, boolean, boolean) is 'Takes accounts over from a list, all or none.';
comment on function public.import_accounts(jsonb, boolean, boolean) is
    'Takes accounts over from a list, all of them or, when one cannot be, none; says what is new, changed and wrong.';
