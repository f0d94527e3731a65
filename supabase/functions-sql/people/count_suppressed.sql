-- How many changes are of those whom a suppression's key covers.
-- Returns: how many there are, and how many of them no digest has covered yet.
-- Example: select * from pathfinder.count_suppressed('company', 'acme', null);
create or replace function pathfinder.count_suppressed(
    kind text,
    key text,
    community text,
    out changes bigint,
    out untold bigint
)
language sql
stable
set search_path = ''
as $$
    select count(*), count(*) filter (where not detections.included_in_digest)
    from public.detections
    where (count_suppressed.community is null or detections.community = count_suppressed.community)
        and case count_suppressed.kind
            when 'member' then detections.user_id = count_suppressed.key
            when 'domain' then count_suppressed.key = any (pathfinder.domain_suffixes(detections.email_domain))
            else coalesce(detections.company, detections.previous_company) in (
                -- Each company's key is made once.
                select written.company
                from (
                    select distinct coalesce(others.company, others.previous_company) as company
                    from public.detections as others
                ) as written
                where pathfinder.company_key(written.company) = count_suppressed.key
            )
        end
$$;

revoke all on function pathfinder.count_suppressed(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.count_suppressed(text, text, text) is 'How many changes a suppression''s key covers.';
