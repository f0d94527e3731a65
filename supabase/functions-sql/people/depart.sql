-- Lets go of a member who is no executive any more: what they were is recorded, and nothing of them is kept. Who was of
-- a level that is off now goes without a departure.
-- Returns: nothing.
-- Example: select pathfinder.depart(known, 'webhook', true);
create or replace function pathfinder.depart(known public.user_state, origin text, told boolean)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    delete from public.user_state
    where user_state.community = known.community and user_state.user_id = known.user_id;
    if (select levels.is_on from public.levels where levels.level = known.seniority_level) then
        perform pathfinder.record_change(known, null, depart.origin, depart.told);
    end if;
end
$$;

revoke all on function pathfinder.depart(public.user_state, text, boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.depart(public.user_state, text, boolean) is
    'Lets go of a member who is no executive any more.';
