-- Build the weekly digest that was due at a time. The window runs from the end of the last digest to the due time,
-- also when the tick comes later, so the weeks of a long downtime each get their own people. An empty digest that
-- is more than a week late is no news and goes to nobody.
-- Returns: what build_digest() returns, with the window as period_start and period_end.
-- Example: select pathfinder.run_digest('2026-11-20 22:00+00', now());
create or replace function pathfinder.run_digest(due_at timestamptz, moment timestamptz)
returns jsonb
language plpgsql
set search_path = ''
set timezone = 'UTC'
as $$
declare
    window_start constant timestamptz := pathfinder.digest_window_start(due_at);
    -- An edit of the settings may put a due time before the end of the digest before it.
    window_end constant timestamptz := greatest(due_at, window_start);
begin
    return pathfinder.build_digest(window_start, window_end, moment, due_at > moment - interval '7 days')
        || jsonb_build_object('period_start', window_start, 'period_end', window_end);
end
$$;
revoke all on function pathfinder.run_digest(timestamptz, timestamptz) from public, anon, authenticated, service_role;
comment on function pathfinder.run_digest(timestamptz, timestamptz) is
    'Builds the weekly digest that was due at a time.';
