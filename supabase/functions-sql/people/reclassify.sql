-- What reclassify() does, with its owner's rights.
create or replace function pathfinder.reclassify_members(
    dry_run boolean,
    announce boolean,
    batch_size integer,
    after_user text,
    community text
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    home constant text := pathfinder.the_community(reclassify_members.community);
    started timestamptz := clock_timestamp();
    member text;
    change jsonb;
    changes jsonb := '[]';
    counts jsonb;
    examined integer := 0;
    last_member text;
    answer jsonb;
begin
    for member in
        select known.user_id
        from (
            select state.user_id
            from public.user_state as state
            where state.community = home and state.user_id > after_user
            union
            select event.user_id
            from public.events_raw as event
            where event.community = home
                and event.attribute = 'title'
                and event.state = 'processed'
                and event.user_id > after_user
        ) as known
        order by known.user_id
        limit greatest(batch_size, 1)
    loop
        if not dry_run then
            perform pathfinder.lock_member(home, member);
        end if;
        change := pathfinder.reclassify_member(home, member, dry_run, announce);
        if change is not null then
            changes := changes || change;
        end if;
        examined := examined + 1;
        last_member := member;
    end loop;

    select jsonb_build_object(
        'found', count(*) filter (where entry.value ->> 'before' = 'none'),
        'removed', count(*) filter (where entry.value ->> 'after' = 'none'),
        'raised', count(*) filter (where entry.value ->> 'before' = 'vp' and entry.value ->> 'after' = 'csuite'),
        'lowered', count(*) filter (where entry.value ->> 'before' = 'csuite' and entry.value ->> 'after' = 'vp')
    )
    into counts
    from jsonb_array_elements(changes) as entry;

    answer := jsonb_build_object(
        'dry_run', dry_run,
        'announced', announce and not dry_run,
        'rules_version', (select max(rule_versions.version) from public.rule_versions),
        'examined', examined,
        'changes', counts,
        'people', changes,
        'next_user', case when examined = greatest(batch_size, 1) then last_member end
    );
    if not dry_run then
        -- Members' titles are left out: the ledger outlives them.
        insert into public.job_runs (job, period, started_at, finished_at, outcome, result)
        values (
            'reclassify',
            to_char(started at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || coalesce(' from ' || nullif(after_user, ''), ''),
            started, clock_timestamp(), 'done',
            answer - 'people'
        );
    end if;
    return answer;
end
$$;

revoke all on function pathfinder.reclassify_members(boolean, boolean, integer, text, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.reclassify_members(boolean, boolean, integer, text, text) to service_role;

comment on function pathfinder.reclassify_members(boolean, boolean, integer, text, text) is 'What reclassify() does.';

create or replace function public.reclassify(
    dry_run boolean default true,
    announce boolean default false,
    batch_size integer default 1000,
    after_user text default '',
    community text default null
)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.reclassify_members(
        coalesce(reclassify.dry_run, true), coalesce(reclassify.announce, false),
        coalesce(reclassify.batch_size, 1000), coalesce(reclassify.after_user, ''),
        reclassify.community
    )
$$;

revoke all on function public.reclassify(boolean, boolean, integer, text, text) from public, anon, authenticated, service_role;
grant execute on function public.reclassify(boolean, boolean, integer, text, text) to service_role;

comment on function public.reclassify(boolean, boolean, integer, text, text) is
    'Re-applies the rules to retained titles, in batches; a dry run by default.';
