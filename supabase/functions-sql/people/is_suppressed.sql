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
begin
    -- Most projects suppress nobody, and pay nothing.
    if not exists (select from public.suppressions) then
        return false;
    end if;
    return exists (
        select from public.suppressions
        where (suppressions.kind, suppressions.key) in (
            select 'member'::public.suppression_kind, is_suppressed.user_id
            union all
            select 'company', pathfinder.company_key(is_suppressed.company)
            union all
            select 'domain', suffix from unnest(pathfinder.domain_suffixes(is_suppressed.email_domain)) as suffix
        )
            and (suppressions.community is null or suppressions.community = is_suppressed.community)
            and (suppressions.until is null or suppressions.until > is_suppressed.moment)
    );
end
$$;

revoke all on function pathfinder.is_suppressed(text, text, text, text, timestamptz)
from public, anon, authenticated, service_role;

comment on function pathfinder.is_suppressed(text, text, text, text, timestamptz) is
    'Whether somebody is to be neither announced nor counted nor shown.';
