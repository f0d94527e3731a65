-- Takes a person out of all digests, sent or not, and out of their counts, which are those of all parts together. An
-- unsent digest of nobody else is deleted, and its job ends silently.
-- Returns: how many digests held the person.
-- Example: select pathfinder.erase_from_digests('main', '2000');
create or replace function pathfinder.erase_from_digests(community text, user_id text)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
    member constant jsonb := jsonb_build_object(
        'community', erase_from_digests.community, 'user_id', erase_from_digests.user_id
    );
    part record;
    touched integer := 0;
begin
    for part in
        select digests.*, entry.person
        from public.digests
        cross join lateral jsonb_array_elements(digests.payload -> 'people') as entry (person)
        where digests.payload -> 'people' @> jsonb_build_array(member)
            and entry.person @> member
        order by digests.id
    loop
        touched := touched + 1;
        update public.digests
        set payload = jsonb_set(
            digests.payload,
            '{people}',
            coalesce(
                (
                    select jsonb_agg(entry.person order by entry.place)
                    from jsonb_array_elements(digests.payload -> 'people') with ordinality as entry (person, place)
                    where not entry.person @> member
                ),
                '[]'
            )
        )
        where digests.id = part.id;

        update public.digests
        set payload = jsonb_set(
            digests.payload,
            '{counts}',
            (
                select jsonb_object_agg(
                    count.key,
                    case
                        when count.key in ('total', part.person ->> 'seniority_level', part.person ->> 'kind')
                            then greatest(0, count.value::bigint - 1)
                        else count.value::bigint
                    end
                )
                from jsonb_each_text(digests.payload -> 'counts') as count
            )
        )
        where digests.channel = part.channel
            and digests.week_start = part.week_start
            and digests.week_end = part.week_end
            and digests.created_at = part.created_at;

        delete from public.digests
        where digests.id = part.id
            and not digests.sent
            and digests.parts = 1
            and digests.payload -> 'people' = '[]';
    end loop;
    return touched;
end
$$;

revoke all on function pathfinder.erase_from_digests(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.erase_from_digests(text, text) is 'Takes a person out of all digests.';
