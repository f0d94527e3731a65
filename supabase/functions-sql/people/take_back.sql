-- Takes back what was recorded of a member who is not to be shown: from digests, alerts, reports and jobs. A report
-- that told of them is counted and made anew at the next tick.
-- Returns: how many changes are gone.
-- Example: select pathfinder.take_back('main', '2000');
create or replace function pathfinder.take_back(community text, user_id text)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    removed integer;
begin
    if not exists (
        select from public.detections
        where detections.community = take_back.community and detections.user_id = take_back.user_id
    ) then
        return 0;
    end if;
    perform pathfinder.erase_from_digests(take_back.community, take_back.user_id);
    update public.reports
    set is_outdated = true
    from public.detections
    join public.reports as first_report on first_report.id = detections.report_id
    where detections.community = take_back.community
        and detections.user_id = take_back.user_id
        and reports.month_label = first_report.month_label
        and reports.revision >= first_report.revision;
    delete from public.outbox
    where outbox.kind = 'enrichment'
        and outbox.status <> 'running'
        and outbox.payload @> jsonb_build_object('community', take_back.community, 'user_id', take_back.user_id);
    delete from public.detections
    where detections.community = take_back.community and detections.user_id = take_back.user_id;
    get diagnostics removed = row_count;
    return removed;
end
$$;

revoke all on function pathfinder.take_back(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.take_back(text, text) is 'Takes back what was recorded of a member who is not to be shown.';
