-- Keeps the links to a report's files that were signed on request. The schedule's renewals come through
-- complete_outbox.
-- Returns: whether they were kept; false when there is no such report, or it has no files.
-- Raises: 22023 for links that are no object.
-- Example: select public.store_report_links(3, '{"pdf": "https://…"}', now() + interval '7 days');
create or replace function pathfinder.store_report_links(
    report_id bigint, links jsonb, links_expire_at timestamptz
)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    signed constant jsonb := pathfinder.json_object(store_report_links.links);
begin
    if jsonb_typeof(signed) is distinct from 'object' then
        raise invalid_parameter_value using message = 'links must be an object such as {"pdf": "https://…"}';
    end if;
    update public.reports
    set links = signed, links_expire_at = store_report_links.links_expire_at
    where reports.id = store_report_links.report_id and reports.file_uri is not null;
    return found;
end
$$;

revoke all on function pathfinder.store_report_links(bigint, jsonb, timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.store_report_links(bigint, jsonb, timestamptz) to service_role;

comment on function pathfinder.store_report_links(bigint, jsonb, timestamptz) is
    'Keeps the links to a report that were signed on request.';

create or replace function public.store_report_links(report_id bigint, links jsonb, links_expire_at timestamptz)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select pathfinder.store_report_links(report_id, links, links_expire_at)
$$;

revoke all on function public.store_report_links(bigint, jsonb, timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function public.store_report_links(bigint, jsonb, timestamptz) to service_role;

comment on function public.store_report_links(bigint, jsonb, timestamptz) is
    'For the command line: keeps the links to a report that were signed on request.';
