-- Whether somebody is to be neither announced nor counted nor shown, at a moment.
-- Returns: true or false, never null.
-- Example: select pathfinder.is_suppressed('main', '2000', 'acme.com', 'Acme, Inc.');
create or replace function pathfinder.is_suppressed(
    community text,
    user_id text,
    email_domain text,
    company text,
    moment timestamptz default now()
)
returns boolean
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
        return false;
    end if;
    company_key := pathfinder.company_key(is_suppressed.company);
    domains := pathfinder.domain_suffixes(is_suppressed.email_domain);
    return exists (
        select from public.suppressions
        where suppressions.key = any (domains || array[is_suppressed.user_id, company_key])
            and case suppressions.kind
                when 'member' then suppressions.key = is_suppressed.user_id
                when 'company' then suppressions.key = company_key
                else suppressions.key = any (domains)
            end
            and (suppressions.community is null or suppressions.community = is_suppressed.community)
            and (suppressions.until is null or suppressions.until > is_suppressed.moment)
    );
end
$$;

revoke all on function pathfinder.is_suppressed(text, text, text, text, timestamptz)
from public, anon, authenticated, service_role;

comment on function pathfinder.is_suppressed(text, text, text, text, timestamptz) is
    'Whether somebody is to be neither announced nor counted nor shown.';
