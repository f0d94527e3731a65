-- Turns down what a reader said is not right. The mute of the reader's channel stays until it is undone there.
-- Returns: true.
-- Raises: 22023 where there is no such proposal, or it was decided.
-- Example: select public.dismiss_proposal(7);
create or replace function pathfinder.dismiss_proposal(id bigint)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    proposal public.feedback_proposals;
begin
    proposal := pathfinder.open_proposal(dismiss_proposal.id);
    update public.feedback_proposals
    set status = 'dismissed', decided_at = clock_timestamp(), decided_by = pathfinder.acting_name()
    where feedback_proposals.id = proposal.id;
    perform pathfinder.write_audit(
        'feedback', 'dismiss', jsonb_build_object('proposal', proposal.id, 'verdict', proposal.verdict)
    );
    return true;
end
$$;

create or replace function public.dismiss_proposal(id bigint)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select pathfinder.dismiss_proposal(dismiss_proposal.id)
$$;

revoke all on function pathfinder.dismiss_proposal(bigint) from public, anon, authenticated, service_role;
revoke all on function public.dismiss_proposal(bigint) from public, anon, authenticated, service_role;
grant execute on function pathfinder.dismiss_proposal(bigint) to service_role;
grant execute on function public.dismiss_proposal(bigint) to service_role;

comment on function pathfinder.dismiss_proposal(bigint) is 'Turns down what a reader said is not right.';
comment on function public.dismiss_proposal(bigint) is 'Turns down what a reader said is not right; the mute of the channel stays.';
