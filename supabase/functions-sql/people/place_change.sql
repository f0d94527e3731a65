-- Trigger on detections: finds the country that is meant, and the account that the member belongs to after the change,
-- or belonged to before they left.
-- Returns: the row.
-- Example: update public.detections set email_domain = 'acme.com' where id = 7;
create or replace function pathfinder.place_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    new.country_code := pathfinder.find_country(new.country);
    new.account_id := pathfinder.find_account(
        new.email_domain, case when new.kind = 'left' then new.previous_company else new.company end
    );
    return new;
end
$$;

revoke all on function pathfinder.place_change() from public, anon, authenticated, service_role;

comment on function pathfinder.place_change() is 'Trigger: finds the country and the account of a change.';
