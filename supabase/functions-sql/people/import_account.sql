-- Adds an account, or changes the one of that name; what is not given stays.
-- Returns: a JSON object with what (new, changed, unchanged), the id, the name, and changes: pairs of before and after.
-- Raises: 23514 and 23505 as an edit of the table does.
-- Example: select pathfinder.import_account('{"name": "Acme", "domains": ["acme.com"], "is_watched": true}');
create or replace function pathfinder.import_account(given jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    before public.accounts;
    after public.accounts;
    changes jsonb;
begin
    select accounts.* into before
    from public.accounts
    where pathfinder.company_key(accounts.name) = pathfinder.company_key(import_account.given ->> 'name');

    after := jsonb_populate_record(
        before,
        import_account.given - '{id,created_at}'::text[]
    );
    if before.id is null then
        insert into public.accounts (name, aliases, domains, tier, owner, region, is_watched)
        values (
            after.name, after.aliases, after.domains, after.tier, after.owner, after.region, after.is_watched
        )
        returning accounts.* into after;
    else
        update public.accounts
        set name = after.name,
            aliases = after.aliases,
            domains = after.domains,
            tier = after.tier,
            owner = after.owner,
            region = after.region,
            is_watched = after.is_watched
        where accounts.id = before.id
        returning accounts.* into after;
    end if;

    select coalesce(jsonb_object_agg(new.key, jsonb_build_array(old.value, new.value)), '{}') into changes
    from jsonb_each(to_jsonb(before)) as old
    join jsonb_each(to_jsonb(after)) as new on new.key = old.key
    where new.value is distinct from old.value;
    return jsonb_build_object(
        'what', case when before.id is null then 'new' when changes = '{}' then 'unchanged' else 'changed' end,
        'id', after.id,
        'name', after.name,
        'changes', case when before.id is null then '{}' else changes end
    );
end
$$;

revoke all on function pathfinder.import_account(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.import_account(jsonb) is 'Adds an account, or changes the one of that name.';
