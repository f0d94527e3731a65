-- Accepts what a reader said is not right, and with it what other channels' readers said of the same person alike.
-- As an example: the title must find nobody from now on; with a pattern, an exclusion of these words is added that
-- makes it so (preview_rules says beforehand who else would change), without one the rules are yours to edit, and
-- check_rules() lists the title until then. As a suppression: of the member, up to a moment or for good. As a
-- correction: of the company. Unless said otherwise, what the button meant: an example for not_executive, a suppression
-- for already_known, a correction for wrong_company.
-- Returns: what it made, {"as", "example_id", "rule_id", "suppression_id", "corrected_at", "company" that is right now,
--   "replaced": what an editor had corrected it to before, where one had}.
-- Raises: 22023 with a sentence for what cannot be done, among it a proposal that was decided or is gone.
-- Example: select public.accept_proposal(7, pattern => 'chief happiness officer');
create or replace function pathfinder.accept_proposal(
    id bigint, decision text, pattern text, company text, until timestamptz
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    proposal public.feedback_proposals;
    chosen text;
    made jsonb;
    earlier jsonb;
    moment constant timestamptz := clock_timestamp();
begin
    proposal := pathfinder.open_proposal(accept_proposal.id);
    chosen := coalesce(
        accept_proposal.decision,
        case proposal.verdict
            when 'not_executive' then 'example' when 'already_known' then 'suppression' else 'correction'
        end
    );
    case chosen
        when 'example' then
            made := pathfinder.accept_as_example(proposal.title, accept_proposal.pattern);
        when 'suppression' then
            made := jsonb_build_object('suppression_id', public.add_suppression(
                'member', proposal.user_id, 'feedback: ' || replace(proposal.verdict, '_', ' '),
                accept_proposal.until, proposal.community
            ) -> 'id');
        when 'correction' then
            if coalesce(btrim(pathfinder.decode_text(accept_proposal.company)), '') = '' then
                raise exception 'the right company is missing'
                    using errcode = '22023', hint = 'Give it as company.';
            end if;
            select jsonb_build_object('replaced', corrections.value) into earlier
            from pathfinder.corrections
            where corrections.community = proposal.community
                and corrections.user_id = proposal.user_id
                and corrections.attribute = 'company';
            select jsonb_build_object('replaced', corrections.value) into earlier
            from pathfinder.corrections
            where corrections.community = proposal.community
                and corrections.user_id = proposal.user_id
                and corrections.attribute = 'company';
            made := pathfinder.correct_person(
                proposal.user_id, proposal.community, null, accept_proposal.company, null, false
            );
            if made is null then
                raise exception 'the person is no executive any more'
                    using errcode = '22023', hint = 'There is nothing to correct: dismiss the proposal.';
            end if;
            made := case
                when made ->> 'status' = 'unchanged' then '{}'
                else jsonb_build_object('corrected_at', now(), 'company', accept_proposal.company)
                    || coalesce(earlier, '{}')
            end;
        else
            raise exception '"%" is no way to accept a proposal', left(chosen, 40)
                using errcode = '22023', hint = 'Say example, suppression or correction.';
    end case;
    made := jsonb_build_object('as', chosen) || made;
    update public.feedback_proposals
    set
        status = 'accepted', decided_at = moment, decided_by = pathfinder.acting_name(), result = made
    where feedback_proposals.community = proposal.community
        and feedback_proposals.user_id = proposal.user_id
        and feedback_proposals.verdict = proposal.verdict
        and feedback_proposals.status = 'open';
    perform pathfinder.write_audit(
        'feedback',
        'accept',
        -- Nothing of the person stands in the audit.
        made - array['company', 'replaced'] || jsonb_build_object('proposal', proposal.id, 'verdict', proposal.verdict)
    );
    return made;
end
$$;

create or replace function public.accept_proposal(
    id bigint,
    decision text default null,
    pattern text default null,
    company text default null,
    until timestamptz default null
)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.accept_proposal(
        accept_proposal.id, accept_proposal.decision, accept_proposal.pattern, accept_proposal.company,
        accept_proposal.until
    )
$$;

revoke all on function pathfinder.accept_proposal(bigint, text, text, text, timestamptz)
    from public, anon, authenticated, service_role;
revoke all on function public.accept_proposal(bigint, text, text, text, timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.accept_proposal(bigint, text, text, text, timestamptz) to service_role;
grant execute on function public.accept_proposal(bigint, text, text, text, timestamptz) to service_role;

comment on function pathfinder.accept_proposal(bigint, text, text, text, timestamptz) is
    'Accepts what a reader said is not right.';
comment on function public.accept_proposal(bigint, text, text, text, timestamptz) is
    'Accepts what a reader said is not right: as an example of the rules, a suppression, or a correction.';
