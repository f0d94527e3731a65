-- Until when somebody is to be neither announced nor counted nor shown, seen from a moment.
-- Returns: the end of what covers them longest, infinity where it has none; null for whoever is not suppressed.
-- Example: select pathfinder.suppressed_until('main', '2000', 'acme.com', 'Acme, Inc.');
create or replace function pathfinder.suppressed_until(
    community text,
    user_id text,
    email_domain text,
    company text,
    moment timestamptz default now()
)
returns timestamptz
language plpgsql
stable
parallel safe
set search_path = ''
as $$
declare
    company_key text;
    domains text[];
begin
    -- Most projects suppress nobody, and pay nothing.
    if not exists (select from public.suppressions) then
        return null;
    end if;
    company_key := pathfinder.company_key(suppressed_until.company);
    domains := pathfinder.domain_suffixes(suppressed_until.email_domain);
    return (
        select max(coalesce(suppressions.until, 'infinity'))
        from public.suppressions
        where suppressions.key = any (domains || array[suppressed_until.user_id, company_key])
            and case suppressions.kind
                when 'member' then suppressions.key = suppressed_until.user_id
                when 'company' then suppressions.key = company_key
                else suppressions.key = any (domains)
            end
            and (suppressions.community is null or suppressions.community = suppressed_until.community)
            and (suppressions.until is null or suppressions.until > suppressed_until.moment)
    );
end
$$;

revoke all on function pathfinder.suppressed_until(text, text, text, text, timestamptz)
from public, anon, authenticated, service_role;

comment on function pathfinder.suppressed_until(text, text, text, text, timestamptz) is
    'Until when somebody is to be neither announced nor counted nor shown; null for whoever is not suppressed.';
