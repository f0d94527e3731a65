-- Undoes the correction of a company that accepting a proposal made, unless it was corrected once more since, or the
-- member has stated another one: what an editor had corrected before counts again, else what the community says.
-- Returns: nothing.
-- Example: select pathfinder.put_back_company(feedback_proposals) from public.feedback_proposals where id = 7;
create or replace function pathfinder.put_back_company(proposal public.feedback_proposals)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    has_earlier constant boolean := proposal.result ? 'replaced';
    -- Empty where an editor had emptied it.
    earlier constant text := coalesce(proposal.result ->> 'replaced', '');
    correction pathfinder.corrections;
    undone jsonb;
begin
    select * into correction
    from pathfinder.corrections
    where corrections.community = proposal.community
        and corrections.user_id = proposal.user_id
        and corrections.attribute = 'company';
    -- Where the right company was what the community says, no correction was left.
    if correction.user_id is null and not exists (
        select from public.user_state
        where user_state.community = proposal.community
            and user_state.user_id = proposal.user_id
            and pathfinder.same_company(user_state.company, proposal.result ->> 'company')
    ) or correction.corrected_at <> (proposal.result ->> 'corrected_at')::timestamptz then
        return;
    end if;
    if has_earlier and pathfinder.correct_person(
        proposal.user_id, proposal.community, null, earlier, null, false
    ) is not null then
        return;
    end if;
    -- No executive now, or put aside by the company that was corrected.
    undone := pathfinder.undo_correction(proposal.user_id, proposal.community, 'company', false);
    if has_earlier
        and pathfinder.correct_person(proposal.user_id, proposal.community, null, earlier, null, false) is null
        and undone ->> 'status' in ('left', 'waits') then
        insert into pathfinder.corrections (community, user_id, attribute, stated, value)
        values (
            proposal.community, proposal.user_id, 'company', correction.stated, nullif(earlier, '')
        );
    end if;
end
$$;

revoke all on function pathfinder.put_back_company(public.feedback_proposals)
    from public, anon, authenticated, service_role;

comment on function pathfinder.put_back_company(public.feedback_proposals) is
    'Undoes the correction of a company that accepting a proposal made.';
