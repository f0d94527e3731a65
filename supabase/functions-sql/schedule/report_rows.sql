-- The people of a report, page by page: what happened to each over the month. Revision r contains whom some revision
-- up to r was the first to tell of, so a report that is rendered again shows what it showed before, whatever has been
-- detected since. A page is at most 1000 people, as the API cuts there.
-- Returns: people as people_json() makes them, by detection_id; go on with after_id = the last one until a page is
--   empty.
-- Example: select public.report_rows(3, 0, 1000);
create or replace function pathfinder.report_rows(report_id bigint, after_id bigint, max_rows integer)
returns setof jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    report public.reports;
    revisions bigint[];
    page bigint[];
begin
    select * into report from public.reports where reports.id = report_rows.report_id;
    revisions := array(
        select reports.id
        from public.reports
        where reports.month_label = report.month_label and reports.revision <= report.revision
    );
    loop
        -- The last change of each member. Each revision is read by its own index.
        page := array(
            select latest.id
            from unnest(revisions) as revision
            cross join lateral (
                select detections.id
                from public.detections
                where detections.report_id = revision
                    and detections.id > after_id
                    and not exists (
                        select
                        from public.detections as later
                        where later.community = detections.community
                            and later.user_id = detections.user_id
                            and later.id > detections.id
                            and later.report_id = any (revisions)
                    )
                order by detections.id
                limit least(greatest(max_rows, 1), 1000)
            ) as latest
            order by latest.id
            limit least(greatest(max_rows, 1), 1000)
        );
        exit when page = '{}';

        return query
        select shown.person
        from pathfinder.people_json(
            array(
                select change
                from pathfinder.net_changes(
                    array(
                        select detections.id
                        from public.detections as latest
                        join public.detections
                            on detections.community = latest.community
                            and detections.user_id = latest.user_id
                            and detections.report_id = any (revisions)
                        where latest.id = any (page)
                    ),
                    least(report.period_end, report.generated_at)
                ) as change
                where change.kind is not null
            )
        ) as shown
        order by shown.detection_id;
        -- An empty page would be taken for the last.
        exit when found;
        after_id := page[cardinality(page)];
    end loop;
end
$$;

revoke all on function pathfinder.report_rows(bigint, bigint, integer)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.report_rows(bigint, bigint, integer) to service_role;

comment on function pathfinder.report_rows(bigint, bigint, integer) is 'The people of a report, page by page.';

create or replace function public.report_rows(
    report_id bigint,
    after_id bigint default 0,
    max_rows integer default 1000
)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.report_rows(report_id, after_id, max_rows)
$$;

revoke all on function public.report_rows(bigint, bigint, integer) from public, anon, authenticated, service_role;
grant execute on function public.report_rows(bigint, bigint, integer) to service_role;

comment on function public.report_rows(bigint, bigint, integer) is
    'For the worker: the people of a report, page by page.';
