-- The people that a digest tells of, all of them, page by page, the most important first: those of its messages and
-- those behind its link. The id is that of any of its messages. A page is at most 1000 people, as the API cuts there.
-- Returns: people as people_json() makes them, each with its "place"; go on with after_place = the last one until a
--   page is empty.
-- Example: select public.digest_people(7);
create or replace function pathfinder.digest_people(digest_id bigint, after_place integer, max_rows integer)
returns setof jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select page.person || jsonb_build_object('place', page.place)
    from public.digests
    cross join lateral pathfinder.digest_page(
        (digests.payload ->> 'digest_id')::bigint,
        array(
            select digest_ledger.detection_id
            from pathfinder.digest_ledger
            where digest_ledger.digest_id = (digests.payload ->> 'digest_id')::bigint
                and digest_ledger.outcome = 'told'
                and digest_ledger.place > digest_people.after_place
            order by digest_ledger.place
            limit least(greatest(digest_people.max_rows, 1), 1000)
        )
    ) as page
    where digests.id = digest_people.digest_id
    order by page.place
$$;

revoke all on function pathfinder.digest_people(bigint, integer, integer)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.digest_people(bigint, integer, integer) to service_role;

comment on function pathfinder.digest_people(bigint, integer, integer) is
    'The people that a digest tells of, page by page.';

create or replace function public.digest_people(
    digest_id bigint, after_place integer default 0, max_rows integer default 1000
)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.digest_people(digest_id, after_place, max_rows)
$$;

revoke all on function public.digest_people(bigint, integer, integer) from public, anon, authenticated, service_role;
grant execute on function public.digest_people(bigint, integer, integer) to service_role;

comment on function public.digest_people(bigint, integer, integer) is
    'For the worker: everybody that a digest tells of, page by page.';
