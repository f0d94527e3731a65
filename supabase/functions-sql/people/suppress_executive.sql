-- Takes an executive who is suppressed out of everything that is shown. Until an end they are set aside; for good,
-- nothing of them is kept but a corrected company that suppresses them.
-- Returns: nothing.
-- Example: select pathfinder.suppress_executive(person, 'infinity');
create or replace function pathfinder.suppress_executive(person public.user_state, ends_at timestamptz)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
    delete from public.user_state
    where user_state.community = person.community and user_state.user_id = person.user_id;
    delete from pathfinder.set_aside
    where set_aside.community = person.community and set_aside.user_id = person.user_id;
    if isfinite(suppress_executive.ends_at) then
        insert into pathfinder.set_aside values (person.*, suppress_executive.ends_at);
    else
        perform pathfinder.keep_away(person.community, person.user_id);
    end if;
    perform pathfinder.take_back(person.community, person.user_id);
end
$$;

revoke all on function pathfinder.suppress_executive(public.user_state, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.suppress_executive(public.user_state, timestamptz) is
    'Takes an executive who is suppressed out of everything that is shown.';
