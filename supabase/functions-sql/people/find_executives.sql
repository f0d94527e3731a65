-- The executives whom a key finds: a member's id, a domain with what is part of it, or a company's key; in one
-- community, or in all.
-- Returns: their rows, in no order.
-- Example: select * from pathfinder.find_executives('domain', 'acme.com', null);
create or replace function pathfinder.find_executives(kind text, key text, community text)
returns setof public.user_state
language sql
stable
set search_path = ''
as $$
    select found.*
    from (
        select user_state.*
        from public.user_state
        where find_executives.kind = 'member' and user_state.user_id = find_executives.key
        union all
        select user_state.*
        from public.user_state
        where find_executives.kind = 'company' and pathfinder.company_key(user_state.company) = find_executives.key
        union all
        select user_state.*
        from public.user_state
        where find_executives.kind = 'domain'
            and reverse(user_state.email_domain) collate "C" = reverse(find_executives.key)
        union all
        -- Backwards, what is part of a domain begins with it and a dot; a slash is what follows the dot.
        select user_state.*
        from public.user_state
        where find_executives.kind = 'domain'
            and reverse(user_state.email_domain) collate "C" > reverse(find_executives.key) || '.'
            and reverse(user_state.email_domain) collate "C" < reverse(find_executives.key) || '/'
    ) as found
    where find_executives.community is null or found.community = find_executives.community
$$;

revoke all on function pathfinder.find_executives(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.find_executives(text, text, text) is
    'The executives whom an id, a domain or a company''s key finds.';
