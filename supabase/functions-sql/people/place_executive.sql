-- Trigger on user_state: finds the country that is meant, and the account that the executive belongs to.
-- Returns: the row.
-- Example: update public.user_state set company = 'Acme, Inc.' where user_id = '2000';
create or replace function pathfinder.place_executive()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    new.country_code := pathfinder.find_country(new.country);
    new.account_id := pathfinder.find_account(new.email_domain, new.company);
    return new;
end
$$;

revoke all on function pathfinder.place_executive() from public, anon, authenticated, service_role;

comment on function pathfinder.place_executive() is 'Trigger: finds an executive''s country and account.';
