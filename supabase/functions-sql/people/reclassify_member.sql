-- Applies the rules in force to one member's retained title.
-- Returns: what changes, or null: {"user_id", "title", "before", "after"}. Without `announce`, somebody found only
--   now is kept as an executive but not detected.
create or replace function pathfinder.reclassify_member(community text, user_id text, dry_run boolean, announce boolean)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
    person public.user_state;
    event public.events_raw;
    title text;
    known_level text;
    judgement record;
begin
    select state.* into person from public.user_state as state where state.community = reclassify_member.community and state.user_id = reclassify_member.user_id;
    -- Ordered as webhooks were applied; events of one member take turns.
    select stored.* into event
    from public.events_raw as stored
    where stored.community = reclassify_member.community
        and stored.user_id = reclassify_member.user_id
        and stored.attribute = 'title'
        and stored.state = 'processed'
    order by stored.settled_at desc, stored.id desc
    limit 1;
    known_level := person.seniority_level;
    title := coalesce(person.title, event.value);
    select * into judgement from pathfinder.classify(title);

    if judgement.level is distinct from known_level and not dry_run then
        if judgement.level is null then
            delete from public.user_state as state where state.community = reclassify_member.community and state.user_id = reclassify_member.user_id;
        else
            if person.user_id is null then
                person := pathfinder.describe_executive(row(
                    event.id, event.community, event.user_id, event.username, event.attribute, event.value,
                    event.details, event.occurred_at, event.received_at
                ));
            end if;
            person.seniority_level := judgement.level;
            person.matched_rule := judgement.matched_rule;
            person.rules_version := judgement.rules_version;
            perform pathfinder.keep_executive(person);
            if announce and known_level is null then
                perform pathfinder.record_detection(person, 'new');
            elsif announce and judgement.level = 'csuite' then
                perform pathfinder.record_detection(person, 'promotion');
            end if;
        end if;
    elsif known_level is not null and not dry_run and person.rules_version is distinct from judgement.rules_version then
        update public.user_state as state
        set rules_version = judgement.rules_version, matched_rule = judgement.matched_rule
        where state.community = reclassify_member.community and state.user_id = reclassify_member.user_id;
    end if;

    return case when judgement.level is distinct from known_level then jsonb_build_object(
        'user_id', reclassify_member.user_id,
        'title', title,
        'before', coalesce(known_level, 'none'),
        'after', coalesce(judgement.level, 'none')
    ) end;
end
$$;

revoke all on function pathfinder.reclassify_member(text, text, boolean, boolean) from public, anon, authenticated, service_role;

comment on function pathfinder.reclassify_member(text, text, boolean, boolean) is
    'Applies the rules in force to one member''s retained title.';
