-- Takes a batch of the members that a community already has; captpathfinder backfill sends them. Executives among them
-- are kept in user_state, and those who were not known recorded as new: told only with announce, so that the first
-- digest is not a flood. The times of joining of all are remembered. A batch that is sent again changes nothing.
-- Backfill only adds: what is known already, and what a retained webhook said about the title, is newer, so that a
-- known executive is only completed where something is missing. Each distinct title is classified once a batch, and
-- whoever nothing is known of is added with all the others.
-- Returns: {"rows", "executives", "added", "known", "newer", "undated", "rejected": [{"row" (from 0), "reason"}]}:
--   added were not known, known were, newer have a title from a webhook; undated were taken without the time of
--   joining, which could not be read.
-- Raises: 22023 when members is not an array of at most 5000.
-- Example: select public.backfill_members('[{"user_id": "7", "username": "Jane", "title": "CEO", "company": "Initech",
--   "country": "UK", "joined_at": "2019-10-10"}]');
create or replace function pathfinder.backfill_members(members jsonb, announce boolean, community text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
set lock_timeout = '10s'
as $$
declare
    home constant text := pathfinder.the_community(backfill_members.community);
    people pathfinder.listed_member[];
    executives public.user_state[];
    unheard_of public.user_state[];
    heard_of public.user_state[];
    added integer;
    known integer;
    newer integer;
    rejected jsonb;
    undated integer;
begin
    -- Supabase Lite hands a JSON argument over as a string that holds it.
    if jsonb_typeof(members) = 'string' then
        members := pathfinder.parse_json(members #>> '{}');
    end if;
    if jsonb_typeof(members) is distinct from 'array' or jsonb_array_length(members) > 5000 then
        raise exception 'members must be an array of at most 5000 rows'
            using errcode = '22023', hint = 'Send [{"user_id": "7", "title": "CEO", …}, …], in batches.';
    end if;

    with judged as (
        select
            read.place,
            read.member,
            read.is_undated,
            coalesce(read.fault, case
                when row_number() over (partition by (read.member).user_id order by read.place) > 1 then
                    'Another row of the same batch has this user_id.'
            end) as fault
        from pathfinder.read_members(home, members) as read
    )
    select
        coalesce(
            array_agg(judged.member order by (judged.member).user_id) filter (where judged.fault is null), '{}'
        ),
        coalesce(
            jsonb_agg(jsonb_build_object('row', judged.place - 1, 'reason', judged.fault) order by judged.place)
                filter (where judged.fault is not null),
            '[]'
        ),
        count(*) filter (where judged.is_undated)
    into people, rejected, undated
    from judged;

    executives := pathfinder.executives_among(people);
    -- In one order, and before any row is locked, so that neither a webhook nor another batch can block this one for
    -- good.
    perform pathfinder.lock_member(home, executive.user_id)
    from unnest(executives) as executive
    order by executive.user_id;
    perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());

    perform pathfinder.remember_registrations(people);
    select
        array_agg(executive) filter (where person.is_unheard_of),
        array_agg(executive) filter (where not person.is_unheard_of)
    into unheard_of, heard_of
    from unnest(executives) as executive
    cross join lateral pathfinder.is_unheard_of(executive) as person (is_unheard_of);
    perform pathfinder.add_new_executives(unheard_of, announce);
    select
        count(*) filter (where settled.outcome = 'added'),
        count(*) filter (where settled.outcome = 'known'),
        count(*) filter (where settled.outcome = 'newer')
    into added, known, newer
    from unnest(heard_of) as executive
    cross join lateral pathfinder.add_known_executive(executive, announce) as settled (outcome);
    added := added + coalesce(cardinality(unheard_of), 0);

    return jsonb_build_object(
        'rows', jsonb_array_length(members),
        'executives', added + known + newer,
        'added', added,
        'known', known,
        'newer', newer,
        'undated', undated,
        'rejected', rejected
    );
end
$$;

revoke all on function pathfinder.backfill_members(jsonb, boolean, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.backfill_members(jsonb, boolean, text) to service_role;

comment on function pathfinder.backfill_members(jsonb, boolean, text) is
    'Takes a batch of the members that a community already has.';

create or replace function public.backfill_members(
    members jsonb,
    announce boolean default false,
    community text default null
)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.backfill_members(members, announce, community)
$$;

revoke all on function public.backfill_members(jsonb, boolean, text) from public, anon, authenticated, service_role;
grant execute on function public.backfill_members(jsonb, boolean, text) to service_role;

comment on function public.backfill_members(jsonb, boolean, text) is
    'Takes a batch of the members that a community already has; executives among them are kept, and told only with announce.';
