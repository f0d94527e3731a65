-- Re-applies the rules in force to retained titles, those of executives included, a batch of members at a time. What
-- changes is recorded, and told only with announce.
-- Returns: {"dry_run", "announced", "rules_version", "examined", "changes": {"found", "removed", "raised", "lowered"},
--   "people": [{"community", "user_id", "title", "before", "after"}], "next": pass it as `after`; null at the end}.
-- Raises: 22023 for a community that there is none of, or an `after` that no call gave.
-- Example: select public.reclassify(dry_run => false);
create or replace function pathfinder.reclassify(
    dry_run boolean,
    announce boolean,
    batch_size integer,
    after text,
    community text
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    started constant timestamptz := clock_timestamp();
    size constant integer := greatest(batch_size, 1);
    begins constant text[] := coalesce(pathfinder.read_place(reclassify.after), '{"",""}');
    origin constant text := case
        when (select rule_versions.change ->> 'operation' from public.rule_versions order by version desc limit 1) = 'levels'
            then 'level'
        else 'reclassification'
    end;
    member record;
    place text;
    change jsonb;
    changes jsonb := '[]';
    examined integer := 0;
    answer jsonb;
begin
    if reclassify.community is not null then
        perform pathfinder.the_community(reclassify.community);
    end if;
    for member in
        select known.community, known.user_id
        from (
            select state.community, state.user_id
            from public.user_state as state
            where (state.community, state.user_id) > (begins[1], begins[2])
            union
            select event.community, event.user_id
            from public.events_raw as event
            where (event.community, event.user_id) > (begins[1], begins[2])
                and event.attribute = 'title'
                and event.state = 'processed'
        ) as known
        where reclassify.community is null or known.community = reclassify.community
        order by known.community, known.user_id
        limit size
    loop
        -- Most stay what they are, and no lock is taken for them.
        change := pathfinder.reclassify_member(member.community, member.user_id, true, announce, origin);
        if change is not null and not dry_run then
            perform pathfinder.lock_member(member.community, member.user_id);
            change := pathfinder.reclassify_member(member.community, member.user_id, false, announce, origin);
        end if;
        if change ->> 'before' <> change ->> 'after' then
            changes := changes || change;
        end if;
        examined := examined + 1;
        place := json_build_array(member.community, member.user_id);
    end loop;

    answer := jsonb_build_object(
        'dry_run', dry_run,
        'announced', announce and not dry_run,
        'rules_version', (select max(rule_versions.version) from public.rule_versions),
        'examined', examined,
        'changes', (
            select jsonb_build_object(
                'found', count(*) filter (where entry.value ->> 'before' = 'none'),
                'removed', count(*) filter (where entry.value ->> 'after' = 'none'),
                'raised', count(*) filter (where later.rank < earlier.rank),
                'lowered', count(*) filter (where later.rank > earlier.rank)
            )
            from jsonb_array_elements(changes) as entry
            left join public.levels as earlier on earlier.level = entry.value ->> 'before'
            left join public.levels as later on later.level = entry.value ->> 'after'
        ),
        'people', changes,
        'next', case when examined = size then place end
    );
    if not dry_run then
        -- Members' titles are left out: the ledger outlives them.
        insert into public.job_runs (job, period, started_at, finished_at, outcome, result)
        values (
            'reclassify', to_char(started at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), started,
            clock_timestamp(), 'done', answer - '{people,next}'::text[]
        );
    end if;
    return answer;
end
$$;

revoke all on function pathfinder.reclassify(boolean, boolean, integer, text, text)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.reclassify(boolean, boolean, integer, text, text) to service_role;

comment on function pathfinder.reclassify(boolean, boolean, integer, text, text) is
    'Re-applies the rules to retained titles, a batch at a time.';

create or replace function public.reclassify(
    dry_run boolean default true,
    announce boolean default false,
    batch_size integer default 1000,
    after text default null,
    community text default null
)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.reclassify(
        coalesce(reclassify.dry_run, true), coalesce(reclassify.announce, false),
        coalesce(reclassify.batch_size, 1000), reclassify.after, reclassify.community
    )
$$;

revoke all on function public.reclassify(boolean, boolean, integer, text, text)
    from public, anon, authenticated, service_role;
grant execute on function public.reclassify(boolean, boolean, integer, text, text) to service_role;

comment on function public.reclassify(boolean, boolean, integer, text, text) is
    'Re-applies the rules to retained titles, in batches; a dry run by default.';
