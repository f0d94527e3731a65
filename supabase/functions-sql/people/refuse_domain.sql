-- Refuses a domain that is none, or that many companies share: public mail providers, and endings such as co.uk.
-- Returns: nothing.
-- Raises: 23514 with a sentence, and a hint that says what to write.
-- Example: select pathfinder.refuse_domain('acme', pathfinder.domain_key('acme'), true);
create or replace function pathfinder.refuse_domain(written text, domain text, providers_too boolean)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
    kind text;
begin
    if refuse_domain.domain is null then
        raise check_violation using
            message = format('%L is no domain', left(refuse_domain.written, 60)),
            hint = 'Write what stands after the @ of e-mail addresses, such as acme.com.';
    end if;
    select shared_domains.kind into kind
    from pathfinder.shared_domains
    where shared_domains.domain = refuse_domain.domain
        or (shared_domains.kind = 'provider' and refuse_domain.domain like '%.' || shared_domains.domain)
    limit 1;
    if kind = 'ending' or (kind = 'provider' and refuse_domain.providers_too) then
        raise check_violation using
            message = case kind
                when 'ending' then format('%s is the ending of many companies'' domains', refuse_domain.domain)
                else format('%s gives e-mail addresses to everybody', refuse_domain.domain)
            end,
            hint = 'Write a domain that only this company uses, such as acme.com.';
    end if;
end
$$;

revoke all on function pathfinder.refuse_domain(text, text, boolean) from public, anon, authenticated, service_role;

comment on function pathfinder.refuse_domain(text, text, boolean) is 'Refuses a domain that is none, or that many share.';
