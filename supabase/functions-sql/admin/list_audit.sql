-- A page of the audit, newest first. search holds subject, and actor: a part of who did it.
-- Returns: {"rows": […], "next": what to pass as after for the page that follows, or null}.
-- Example: select public.list_audit('{"subject": "rules"}');
create or replace function pathfinder.list_audit(search jsonb, after jsonb, page_size integer)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select pathfinder.cut_page(
        coalesce(jsonb_agg(to_jsonb(entry) order by entry.id desc), '[]'),
        least(greatest(list_audit.page_size, 1), 1000), '{id}'
    )
    from (
        select audit.*
        from public.audit
        where (list_audit.after is null or audit.id < (list_audit.after ->> 'id')::bigint)
            and (search ->> 'subject' is null or audit.subject = search ->> 'subject')
            and (
                search ->> 'actor' is null
                or position(lower(search ->> 'actor') in lower(audit.actor)) > 0
            )
        order by audit.id desc
        limit least(greatest(list_audit.page_size, 1), 1000) + 1
    ) as entry
$$;

create or replace function public.list_audit(
    search jsonb default '{}', after jsonb default null, page_size integer default 50
)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_audit(list_audit.search, list_audit.after, list_audit.page_size)
$$;

revoke all on function pathfinder.list_audit(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
revoke all on function public.list_audit(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_audit(jsonb, jsonb, integer) to service_role;
grant execute on function public.list_audit(jsonb, jsonb, integer) to service_role;

comment on function pathfinder.list_audit(jsonb, jsonb, integer) is 'A page of the audit.';
comment on function public.list_audit(jsonb, jsonb, integer) is 'Who changed what, newest first, in pages.';
