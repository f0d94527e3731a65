-- Build the later revision of a month's report, if there is still something to add.
-- Returns: what build_report() returns, or {"note": …}.
-- Example: select pathfinder.run_revision('2026-11', now());
create or replace function pathfinder.run_revision(month_label text, moment timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    month constant date := to_date(month_label, 'YYYY-MM');
begin
    if not pathfinder.unreported_in_month(month, moment) then
        return jsonb_build_object('note', 'nothing is left to add');
    end if;
    return pathfinder.build_report(month, moment);
end
$$;
revoke all on function pathfinder.run_revision(text, timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.run_revision(text, timestamptz) is
    'Builds the later revision of a month''s report, if there is still something to add.';
