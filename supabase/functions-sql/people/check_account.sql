-- Trigger on accounts: tidies names and domains, and refuses what would match nobody, or half the world. It has its
-- owner's rights, because whoever edits accounts may not read the domains that belong to nobody.
-- Returns: the row.
-- Raises: 23514 with a sentence, and a hint that says what to write.
-- Example: insert into public.accounts (name, domains) values ('Acme', '{acme.com}');
create or replace function pathfinder.check_account()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    entry text;
    domain text;
    domains text[] := '{}';
begin
    new.name := btrim(pathfinder.clean_text(new.name));
    new.aliases := array(
        select btrim(pathfinder.clean_text(each_alias.name))
        from unnest(new.aliases) with ordinality as each_alias (name, number)
        where btrim(each_alias.name) <> ''
        group by btrim(pathfinder.clean_text(each_alias.name))
        order by min(each_alias.number)
    );
    foreach entry in array array_prepend(coalesce(new.name, ''), new.aliases) loop
        if pathfinder.company_key(entry) is null then
            raise check_violation using
                message = format('%L is no name of a company', left(entry, 60)),
                hint = 'Write the name as members write it; legal forms, case and accents do not matter.';
        end if;
    end loop;
    foreach entry in array coalesce(new.domains, '{}') loop
        continue when btrim(coalesce(entry, '')) = '';
        domain := pathfinder.domain_key(entry);
        perform pathfinder.refuse_domain(entry, domain, true);
        domains := domains || case when domain = any (domains) then '{}'::text[] else array[domain] end;
    end loop;
    new.domains := domains;
    new.tier := nullif(btrim(new.tier), '');
    new.owner := nullif(btrim(new.owner), '');
    new.region := nullif(btrim(new.region), '');
    new.is_watched := coalesce(new.is_watched, false);
    return new;
end
$$;

revoke all on function pathfinder.check_account() from public, anon, authenticated, service_role;

comment on function pathfinder.check_account() is 'Trigger: tidies an account, and refuses what would match nobody.';
