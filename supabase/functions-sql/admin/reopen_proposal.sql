-- Undoes a decision about a proposal: it waits again, with all that was accepted at once with it, and what accepting it
-- made goes: the example, rule, suppression or correction, whose place what was corrected before takes again. Whom a
-- suppression covered counts again as when its row is deleted. What was corrected once more since stays.
-- Returns: how many wait again.
-- Raises: 22023 where there is no such proposal, it waits, or the same waits already.
-- Example: select public.reopen_proposal(7);
create or replace function pathfinder.reopen_proposal(id bigint)
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    proposal public.feedback_proposals;
    together bigint[];
    reopened bigint;
begin
    -- In the tick's order, as forgetting and suppressing take it.
    perform pg_advisory_xact_lock(pathfinder.schedule_lock());
    select * into proposal
    from public.feedback_proposals
    where feedback_proposals.id = reopen_proposal.id and feedback_proposals.status <> 'open'
    for update;
    if not found then
        raise exception 'proposal % was not decided', reopen_proposal.id
            using errcode = '22023', hint = 'It waits, its reader took it back, or its person was forgotten.';
    elsif exists (
        select from public.feedback_proposals
        where feedback_proposals.community = proposal.community
            and feedback_proposals.user_id = proposal.user_id
            and feedback_proposals.channel is not distinct from proposal.channel
            and feedback_proposals.verdict = proposal.verdict
            and feedback_proposals.status = 'open'
    ) then
        raise exception 'the same was said again since, and waits'
            using errcode = '22023', hint = 'Decide about that one.';
    end if;
    -- What was accepted at once was one decision.
    together := array(
        select alike.id
        from public.feedback_proposals as alike
        where alike.id = proposal.id
            or proposal.status = 'accepted' and alike.status = 'accepted'
            and alike.community = proposal.community
            and alike.user_id = proposal.user_id
            and alike.verdict = proposal.verdict
            and alike.decided_at = proposal.decided_at
        for update
    );
    delete from public.rule_examples where rule_examples.id = (proposal.result ->> 'example_id')::bigint;
    delete from public.classification_rules
    where classification_rules.id = (proposal.result ->> 'rule_id')::bigint;
    delete from public.suppressions where suppressions.id = (proposal.result ->> 'suppression_id')::bigint;
    if proposal.result ? 'corrected_at' then
        perform pathfinder.put_back_company(proposal);
    end if;

    -- Who has said the same again since says it already.
    delete from public.feedback_proposals as decided
    where decided.id = any (together)
        and exists (
            select from public.feedback_proposals as again
            where again.community = decided.community
                and again.user_id = decided.user_id
                and again.channel is not distinct from decided.channel
                and again.verdict = decided.verdict
                and again.status = 'open'
        );
    update public.feedback_proposals
    set status = 'open', decided_at = null, decided_by = null, result = '{}'
    where feedback_proposals.id = any (together);
    get diagnostics reopened = row_count;
    perform pathfinder.write_audit(
        'feedback', 'reopen', jsonb_build_object('proposal', proposal.id, 'verdict', proposal.verdict, 'proposals', reopened)
    );
    return reopened;
end
$$;

create or replace function public.reopen_proposal(id bigint)
returns bigint
language sql
volatile
set search_path = ''
as $$
    select pathfinder.reopen_proposal(reopen_proposal.id)
$$;

revoke all on function pathfinder.reopen_proposal(bigint) from public, anon, authenticated, service_role;
revoke all on function public.reopen_proposal(bigint) from public, anon, authenticated, service_role;
grant execute on function pathfinder.reopen_proposal(bigint) to service_role;
grant execute on function public.reopen_proposal(bigint) to service_role;

comment on function pathfinder.reopen_proposal(bigint) is 'Undoes a decision about a proposal.';
comment on function public.reopen_proposal(bigint) is 'Undoes a decision about a proposal, and what accepting it made.';
