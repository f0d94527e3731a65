-- Trigger on suppressions: takes back what a row covers, and brings back whom nothing covers any more.
-- Returns: nothing of use.
-- Example: insert into public.suppressions (kind, value, reason) values ('company', 'Acme', 'partner');
create or replace function pathfinder.apply_suppression()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    member record;
    person public.user_state;
begin
    -- Nobody comes back by being forgotten.
    if current_setting('pathfinder.forgetting', true) = 'yes' then
        return null;
    end if;
    -- In the tick's order: no digest or report is built meanwhile, and nobody becomes an executive.
    perform pg_advisory_xact_lock(pathfinder.schedule_lock());
    perform pg_advisory_xact_lock(pathfinder.suppression_lock());
    if tg_op <> 'DELETE' and (new.until is null or new.until > now()) then
        for member in
            select covered.* from pathfinder.covered_members(new.kind::text, new.key, new.community) as covered
        loop
            select * into person
            from public.user_state
            where user_state.community = member.community and user_state.user_id = member.user_id;
            if found then
                perform pathfinder.suppress_executive(
                    person,
                    pathfinder.suppressed_until(
                        person.community, person.user_id, person.email_domain, person.company
                    )
                );
            else
                perform pathfinder.take_back(member.community, member.user_id);
                if new.until is null then
                    perform pathfinder.keep_away(member.community, member.user_id);
                end if;
            end if;
        end loop;
    end if;

    update pathfinder.set_aside
    set ends_at = coalesce(
        pathfinder.suppressed_until(
            set_aside.community, set_aside.user_id, set_aside.email_domain, set_aside.company
        ),
        now()
    )
    where true;
    for member in
        delete from pathfinder.set_aside
        where set_aside.ends_at = 'infinity'
        returning set_aside.community, set_aside.user_id
    loop
        perform pathfinder.keep_away(member.community, member.user_id);
    end loop;
    perform pathfinder.bring_back(set_aside.community, set_aside.user_id)
    from pathfinder.set_aside
    where set_aside.ends_at <= now();
    perform pathfinder.release_corrections();
    return null;
end
$$;

revoke all on function pathfinder.apply_suppression() from public, anon, authenticated, service_role;

comment on function pathfinder.apply_suppression() is
    'Trigger: takes back what a suppression covers, and brings back whom nothing covers any more.';
