-- A proposal that waits for a decision, held until the transaction ends.
-- Returns: the row.
-- Raises: 22023 where there is none of that number, or it was decided.
-- Example: select * from pathfinder.open_proposal(7);
create or replace function pathfinder.open_proposal(id bigint)
returns public.feedback_proposals
language plpgsql
volatile
set search_path = ''
as $$
declare
    proposal public.feedback_proposals;
begin
    -- In the tick's order, as forgetting and suppressing take it.
    perform pg_advisory_xact_lock(pathfinder.schedule_lock());
    select * into proposal
    from public.feedback_proposals
    where feedback_proposals.id = open_proposal.id
    for update;
    if proposal.id is null then
        raise exception 'there is no proposal %', open_proposal.id
            using errcode = '22023', hint = 'Its reader took it back, or its person was forgotten.';
    elsif proposal.status <> 'open' then
        raise exception 'proposal % is % already', proposal.id, proposal.status
            using errcode = '22023', hint = 'Reopen it first, to decide anew.';
    end if;
    return proposal;
end
$$;

revoke all on function pathfinder.open_proposal(bigint) from public, anon, authenticated, service_role;

comment on function pathfinder.open_proposal(bigint) is 'A proposal that waits for a decision.';
