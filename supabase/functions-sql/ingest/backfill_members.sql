-- Takes a batch of the members that a community already has; captpathfinder backfill sends them. Executives among them
-- are kept in user_state as already known: no detection, so that the first digest is not a flood; with announce, those
-- that were not known are detected like any other. The times of joining of all are remembered. A batch that is sent
-- again changes nothing. Backfill only adds: what is known already, and what a retained webhook said about the title,
-- is newer, so that a known executive is only completed where something is missing. Each distinct title is classified
-- once a batch.
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
    people public.user_state[];
    executives public.user_state[];
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

    with read as (
        select
            given.position,
            member.person,
            member.is_undated,
            case
                when member.fault is not null then member.fault
                when row_number() over (partition by (member.person).user_id order by given.position) > 1 then
                    'Another row of the same batch has this user_id.'
            end as fault
        from jsonb_array_elements(members) with ordinality as given (content, position)
        cross join lateral pathfinder.read_member(home, given.content) as member
    )
    select
        coalesce(array_agg(read.person order by (read.person).user_id) filter (where read.fault is null), '{}'),
        coalesce(
            jsonb_agg(jsonb_build_object('row', read.position - 1, 'reason', read.fault) order by read.position)
                filter (where read.fault is not null),
            '[]'
        ),
        count(*) filter (where read.is_undated)
    into people, rejected, undated
    from read;

    executives := pathfinder.executives_among(people);
    -- In one order, and before any row is locked, so that neither a webhook nor another batch can block this one for
    -- good.
    perform pathfinder.lock_member(home, executive.user_id)
    from unnest(executives) as executive
    order by executive.user_id;

    perform pathfinder.remember_registrations(people);
    select
        count(*) filter (where settled.outcome = 'added'),
        count(*) filter (where settled.outcome = 'known'),
        count(*) filter (where settled.outcome = 'newer')
    into added, known, newer
    from unnest(executives) as executive
    cross join lateral pathfinder.add_known_executive(executive, announce) as settled (outcome);

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
    'Takes a batch of the members that a community already has; executives among them are kept, and detected only with announce.';
