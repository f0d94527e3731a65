-- The people that a digest tells of, all of them, page by page: those of its messages and those behind its link. The
-- id is that of any of its messages. A page is at most 1000 people, as the API cuts there.
-- Returns: people as people_json() makes them, by detection_id; go on with after_id = the last one until a page is
--   empty.
-- Example: select public.digest_people(7);
create or replace function pathfinder.digest_people(digest_id bigint, after_id bigint, max_rows integer)
returns setof jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select page.person
    from public.digests
    cross join lateral pathfinder.digest_page(
        (digests.payload ->> 'digest_id')::bigint,
        array(
            select digest_ledger.detection_id
            from pathfinder.digest_ledger
            where digest_ledger.digest_id = (digests.payload ->> 'digest_id')::bigint
                and digest_ledger.outcome = 'told'
                and digest_ledger.detection_id > digest_people.after_id
            order by digest_ledger.detection_id
            limit least(greatest(digest_people.max_rows, 1), 1000)
        )
    ) as page
    where digests.id = digest_people.digest_id
    order by (page.person ->> 'detection_id')::bigint
$$;

revoke all on function pathfinder.digest_people(bigint, bigint, integer)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.digest_people(bigint, bigint, integer) to service_role;

comment on function pathfinder.digest_people(bigint, bigint, integer) is
    'The people that a digest tells of, page by page.';

create or replace function public.digest_people(
    digest_id bigint, after_id bigint default 0, max_rows integer default 1000
)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.digest_people(digest_id, after_id, max_rows)
$$;

revoke all on function public.digest_people(bigint, bigint, integer) from public, anon, authenticated, service_role;
grant execute on function public.digest_people(bigint, bigint, integer) to service_role;

comment on function public.digest_people(bigint, bigint, integer) is
    'For the worker: everybody that a digest tells of, page by page.';
