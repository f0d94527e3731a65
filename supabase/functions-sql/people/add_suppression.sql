-- Suppresses a member, a domain or a company, as a new row of the table does.
-- Returns: the row, as JSON.
-- Raises: 23514 and 23505 with a sentence, and a hint that says what to write.
-- Example: select public.add_suppression('company', 'Acme, Inc.', reason => 'own staff');
create or replace function public.add_suppression(
    kind text,
    value text,
    reason text default null,
    until timestamptz default null,
    community text default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    added public.suppressions;
begin
    if coalesce(add_suppression.kind, '') not in ('member', 'domain', 'company') then
        raise check_violation using
            message = format('%L is no kind of suppression', left(coalesce(add_suppression.kind, ''), 40)),
            hint = 'Write member, domain or company.';
    end if;
    insert into public.suppressions (kind, value, reason, until, community)
    values (
        add_suppression.kind::public.suppression_kind, add_suppression.value, add_suppression.reason,
        add_suppression.until, add_suppression.community
    )
    returning suppressions.* into added;
    return to_jsonb(added);
end
$$;

revoke all on function public.add_suppression(text, text, text, timestamptz, text)
from public, anon, authenticated, service_role;
grant execute on function public.add_suppression(text, text, text, timestamptz, text) to service_role;

comment on function public.add_suppression(text, text, text, timestamptz, text) is
    'Suppresses a member, a domain or a company: neither announced nor counted nor shown.';
