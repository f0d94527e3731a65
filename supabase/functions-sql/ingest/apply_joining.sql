-- Takes from a registration that came after other news of the member the one thing that nothing else tells: when they
-- joined.
-- Returns: nothing.
-- Raises: whatever applying raises.
-- Example: select pathfinder.apply_joining('main', '2000', '2019-10-10T16:07:21+02:00');
create or replace function pathfinder.apply_joining(community text, user_id text, joined_at text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    change pathfinder.profile_change;
begin
    change.community := apply_joining.community;
    change.user_id := apply_joining.user_id;
    change.details := jsonb_build_object('joined_at', apply_joining.joined_at);
    perform pathfinder.apply_change(change);
end
$$;

revoke all on function pathfinder.apply_joining(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.apply_joining(text, text, text) is
    'Takes from a registration that came late when the member joined.';
