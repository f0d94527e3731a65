-- A page of the proposals that readers of messages made, newest first. search holds status, verdict, channel and id.
-- Returns: {"rows": the proposals with "username", "level" and "rule" as they are now, and for an open one "said":
--   how many channels said the same; "next": what to pass as after for the page that follows, or null}.
-- Example: select public.list_proposals('{"status": "open"}');
create or replace function pathfinder.list_proposals(search jsonb, after jsonb, page_size integer)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select pathfinder.cut_page(
        coalesce(jsonb_agg(entry.proposal order by entry.id desc), '[]'),
        least(greatest(list_proposals.page_size, 1), 1000), '{id}'
    )
    from (
        select
            proposal.id,
            -- Of whoever is suppressed nothing else is known, and nothing is shown of what the reader was told.
            to_jsonb(proposal) - case
                when state.user_id is not null or exists (
                    select
                    from public.detections as change
                    where change.community = proposal.community and change.user_id = proposal.user_id
                ) then '{}'
                else '{title,company}'::text[]
            end || jsonb_build_object(
                'username', coalesce(
                    state.username,
                    (
                        select change.username
                        from public.detections as change
                        where change.community = proposal.community and change.user_id = proposal.user_id
                        order by change.id desc
                        limit 1
                    )
                ),
                'level', state.seniority_level,
                'rule', state.matched_rule,
                'said', (
                    select count(*)
                    from public.feedback_proposals as same
                    where same.community = proposal.community
                        and same.user_id = proposal.user_id
                        and same.verdict = proposal.verdict
                        and same.status = 'open'
                )
            ) as proposal
        from public.feedback_proposals as proposal
        left join public.user_state as state
            on state.community = proposal.community and state.user_id = proposal.user_id
        where (list_proposals.after is null or proposal.id < (list_proposals.after ->> 'id')::bigint)
            and (search ->> 'status' is null or proposal.status = search ->> 'status')
            and (search ->> 'verdict' is null or proposal.verdict = search ->> 'verdict')
            and (search ->> 'channel' is null or proposal.channel = search ->> 'channel')
            and (search ->> 'id' is null or proposal.id = (search ->> 'id')::bigint)
        order by proposal.id desc
        limit least(greatest(list_proposals.page_size, 1), 1000) + 1
    ) as entry
$$;

create or replace function public.list_proposals(
    search jsonb default '{}', after jsonb default null, page_size integer default 50
)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.list_proposals(list_proposals.search, list_proposals.after, list_proposals.page_size)
$$;

revoke all on function pathfinder.list_proposals(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
revoke all on function public.list_proposals(jsonb, jsonb, integer) from public, anon, authenticated, service_role;
grant execute on function pathfinder.list_proposals(jsonb, jsonb, integer) to service_role;
grant execute on function public.list_proposals(jsonb, jsonb, integer) to service_role;

comment on function pathfinder.list_proposals(jsonb, jsonb, integer) is 'A page of what readers said is not right.';
comment on function public.list_proposals(jsonb, jsonb, integer) is
    'A page of the proposals that readers of messages made, newest first.';
