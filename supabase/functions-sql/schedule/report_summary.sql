-- The summary of a report, counted by people: totals, levels, kinds, places, functions, weeks, watched accounts, six
-- months, and the month before; of a month so far, as much of the month before.
-- Returns: jsonb; docs/reference.md and the worker's render/documents.py say what is in it.
-- Example: select pathfinder.report_summary(reports) from public.reports where id = 1;
create or replace function pathfinder.report_summary(report public.reports)
returns jsonb
language plpgsql
stable
set search_path = ''
set timezone = 'UTC'
set jit = off
as $$
declare
    first_day constant date := to_date(report.month_label, 'YYYY-MM');
    month_before constant date := (first_day - interval '1 month')::date;
    last_day constant date := (first_day + interval '1 month')::date - 1;
    made_at constant timestamp := report.generated_at at time zone report.time_zone;
    people pathfinder.net_change[];
    found pathfinder.net_change[];
    totals jsonb;
    previous jsonb;
begin
    people := array(select change from pathfinder.report_changes(report) as change);
    found := array(select person from unnest(people) as person where person.kind in ('new', 'promotion'));
    totals := pathfinder.people_totals(people);
    if made_at::date < last_day then
        previous := pathfinder.month_totals(
            month_before, pathfinder.local_instant(month_before + (made_at - first_day), report.time_zone)
        ) || jsonb_build_object('days', made_at::date - first_day + 1);
    else
        previous := pathfinder.month_totals(month_before, null);
    end if;

    return totals || jsonb_build_object(
        'month', report.month_label,
        'name', to_char(first_day, 'FMMonth YYYY'),
        'period_start', report.period_start,
        'period_end', report.period_end,
        'time_zone', report.time_zone,
        'revision', report.revision,
        'people_added', case
            when report.revision = 1 then 0
            else (
                select count(distinct (added.community, added.user_id))
                from public.detections as added
                where added.report_id = report.id
            )
        end,
        'levels', pathfinder.levels_json(),
        'by_country', (
            select pathfinder.count_names(
                array_agg(coalesce(countries.name, person.country)), array_agg(countries.code)
            )
            from unnest(found) as person
            left join public.countries on countries.code = person.country_code
        ),
        'by_company', (
            select pathfinder.count_names(
                array_agg(coalesce(accounts.name, person.company)), array_agg('account ' || accounts.id)
            )
            from unnest(found) as person
            left join public.accounts on accounts.id = person.account_id
        ),
        'by_function', (
            select pathfinder.count_names(array_agg(known.function), array_agg(known.function))
            from unnest(found) as person
            left join lateral unnest(person.functions) as known (function) on true
        ),
        'by_week', pathfinder.report_weeks(found, first_day, last_day, report.time_zone),
        'by_month', (
            select jsonb_agg(
                jsonb_build_object(
                    'start', known.month, 'total', known.totals -> 'total', 'by_level', known.totals -> 'by_level'
                )
                order by known.month
            )
            from (
                select
                    (first_day - months * interval '1 month')::date as month,
                    case
                        when months = 0 then totals
                        else pathfinder.month_totals((first_day - months * interval '1 month')::date, null)
                    end as totals
                from generate_series(0, 5) as months
            ) as known
        ),
        'watched', (
            select coalesce(
                jsonb_agg(to_jsonb(account) order by account.found desc, account.left desc, account.name), '[]'
            )
            from (
                select
                    accounts.name,
                    accounts.tier,
                    accounts.owner,
                    count(*) filter (where person.kind in ('new', 'promotion')) as found,
                    count(*) filter (where person.kind = 'left') as left
                from unnest(people) as person
                join public.accounts on accounts.id = person.account_id and accounts.is_watched
                where person.kind in ('new', 'promotion', 'left')
                group by accounts.id
            ) as account
        ),
        'previous', previous,
        'rules_versions', (
            select coalesce(jsonb_agg(distinct detections.rules_version), '[]')
            from unnest(found) as person
            join public.detections on detections.id = person.detection_id
            where detections.rules_version is not null
        )
    );
end
$$;

revoke all on function pathfinder.report_summary(public.reports) from public, anon, authenticated, service_role;

comment on function pathfinder.report_summary(public.reports) is 'The summary of a report, counted by people.';
