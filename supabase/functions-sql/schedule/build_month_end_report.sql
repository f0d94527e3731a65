-- Build and queue the report of the current month so far.
--
-- Called by the owner, in SQL; the schedule builds the month-end one itself, and what is found after it and before
-- the month's end leads to one later revision. Returns {"status": "built" | "unchanged", "report_id", …}.
-- Example: select public.build_month_end_report();
create or replace function public.build_month_end_report(now timestamptz default now())
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.report_by_hand(null, build_month_end_report.now);
$$;
revoke all on function public.build_month_end_report(timestamptz) from public, anon, authenticated, service_role;
comment on function public.build_month_end_report(timestamptz) is
    'Builds and queues the report of the current month so far.';
