-- Deletes what was corrected of members who are no executives, and are suppressed for good by what their webhooks say,
-- with what was recorded of them. They are looked for here, as a suppression finds executives only, and a corrected
-- title had let these go.
-- Returns: nothing.
-- Example: select pathfinder.release_corrections();
create or replace function pathfinder.release_corrections()
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    member record;
begin
    for member in
        select distinct corrections.community, corrections.user_id
        from pathfinder.corrections
        where not exists (
            select from public.user_state
            where user_state.community = corrections.community and user_state.user_id = corrections.user_id
        )
    loop
        -- Whom a webhook may just be making an executive is left for the next time.
        continue when not pg_try_advisory_xact_lock(pathfinder.member_lock_key(member.community, member.user_id));
        perform
            pathfinder.keep_away(member.community, member.user_id),
            pathfinder.take_back(member.community, member.user_id)
        from pathfinder.retained_values(member.community, member.user_id) as said
        where not exists (
                select from public.user_state
                where user_state.community = member.community and user_state.user_id = member.user_id
            )
            and not exists (
                select from pathfinder.set_aside
                where set_aside.community = member.community and set_aside.user_id = member.user_id
            )
            and pathfinder.suppressed_until(
                member.community,
                member.user_id,
                pathfinder.domain_key(said ->> 'email'),
                said ->> 'company'
            ) = 'infinity';
    end loop;
end
$$;

revoke all on function pathfinder.release_corrections() from public, anon, authenticated, service_role;

comment on function pathfinder.release_corrections() is
    'Deletes what was corrected of members who are no executives and suppressed for good.';
