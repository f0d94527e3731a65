-- Whom a suppression's key covers: executives as they are now, and of former ones those whom it covers by what they
-- were last.
-- Returns: members, each once.
-- Example: select * from pathfinder.covered_members('company', 'acme', null);
create or replace function pathfinder.covered_members(kind text, key text, community text)
returns table (community text, user_id text)
language sql
stable
set search_path = ''
as $$
    select executive.community, executive.user_id
    from pathfinder.find_executives(covered_members.kind, covered_members.key, covered_members.community) as executive
    union
    select former.community, former.user_id
    from public.detections as former
    where (covered_members.community is null or former.community = covered_members.community)
        and case covered_members.kind
            when 'member' then former.user_id = covered_members.key
            when 'domain' then covered_members.key = any (pathfinder.domain_suffixes(former.email_domain))
            else coalesce(former.company, former.previous_company) in (
                -- Each company's key is made once.
                select written.company
                from (
                    select distinct coalesce(others.company, others.previous_company) as company
                    from public.detections as others
                ) as written
                where pathfinder.company_key(written.company) = covered_members.key
            )
        end
        and not exists (
            select from public.user_state
            where user_state.community = former.community and user_state.user_id = former.user_id
        )
        and not exists (
            select from public.detections as later
            where later.community = former.community and later.user_id = former.user_id and later.id > former.id
        )
$$;

revoke all on function pathfinder.covered_members(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.covered_members(text, text, text) is 'Whom a suppression''s key covers.';
