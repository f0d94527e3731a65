-- Build and queue the report of a month, past or current; by default the current one so far.
--
-- Called with the secret key (rpc/generate_reports) or in SQL. The first call for a month builds revision 1; later
-- ones build the next revision if people were found since, and otherwise render the newest one again.
-- Returns {"status": "built" | "unchanged", "report_id", "month", "revision", "total", …}; raises 22023 for a
-- month that is not one, has not begun, or whose detections have been deleted.
-- Example: select public.generate_reports('2026-10');
create or replace function public.generate_reports(month text default null)
returns jsonb
language sql
set search_path = ''
as $$
    select pathfinder.report_by_hand(month, now());
$$;
revoke all on function public.generate_reports(text) from public, anon, authenticated, service_role;
grant execute on function public.generate_reports(text) to service_role;
comment on function public.generate_reports(text) is
    'Builds and queues the report of a month, such as 2026-10; by default the current one so far.';
