-- Queue the renewal of signed links that are about to expire, of the reports of the last two months. A link is
-- renewed in the last tenth of its lifetime, a day ahead at most. Each expiry is queued once: a renewal that failed
-- for good waits in the outbox to be redriven.
-- Returns: how many were queued.
-- Example: select pathfinder.renew_report_links(now());
create or replace function pathfinder.renew_report_links(moment timestamptz)
returns integer
language plpgsql
set search_path = ''
as $$
declare
    renewal record;
    queued integer := 0;
begin
    for renewal in
        select reports.id, expiring.dedupe_key
        from public.settings, public.reports
        cross join lateral (
            select format(
                'report_links:%s:%s', reports.id, floor(extract(epoch from reports.links_expire_at))
            ) as dedupe_key
        ) as expiring
        where reports.links_expire_at
                < moment + least(interval '1 day', greatest(settings.link_lifetime / 10, interval '2 minutes'))
            and reports.generated_at > moment - interval '60 days'
            and not exists (select from public.outbox where outbox.dedupe_key = expiring.dedupe_key)
        order by reports.links_expire_at
    loop
        perform pathfinder.enqueue(
            'report_links',
            null,
            jsonb_build_object('report_id', renewal.id),
            renewal.dedupe_key,
            70
        );
        queued := queued + 1;
    end loop;
    return queued;
end
$$;
revoke all on function pathfinder.renew_report_links(timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.renew_report_links(timestamptz) is
    'Queues the renewal of signed links of recent reports that are about to expire.';
