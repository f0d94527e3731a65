-- Whether a JSON value is an e-mail address, alone or as Name <address>. The worker has the same rule.
-- Returns: true or false, never null.
-- Example: select pathfinder.is_email_address('"Board <board@example.com>"');
create or replace function pathfinder.is_email_address(value jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
    select jsonb_typeof(is_email_address.value) = 'string'
        and length(is_email_address.value #>> '{}') <= 320
        and (is_email_address.value #>> '{}')
            ~ ('^(?:[^]<>@",;:()\\[\x01-\x1f\x7f]*<' || spec.address || '>|' || spec.address || ')$')
    from (
        select '[A-Za-z0-9!#$%&''*+/=?^_{|}~-]+(?:\.[A-Za-z0-9!#$%&''*+/=?^_{|}~-]+)*'
            '@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*'
    ) as spec (address)
$$;

revoke all on function pathfinder.is_email_address(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.is_email_address(jsonb) is 'Whether a JSON value is an e-mail address.';
