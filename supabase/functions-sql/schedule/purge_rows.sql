-- Delete the old rows of one table in batches of 5,000, until none is left or the time is up. Each batch begins
-- after the ids of the one before, because rows just deleted are still in the way of whoever starts from the
-- beginning.
-- Returns: how many rows are gone, and whether that was all.
-- Example: select * from pathfinder.purge_rows('public.events_raw', 'processed and received_at < $1',
--   now() - interval '14 days', clock_timestamp() + interval '10 seconds');
create or replace function pathfinder.purge_rows(
    relation regclass,
    condition text,
    cut_off timestamptz,
    stop_at timestamptz,
    out deleted bigint,
    out complete boolean
)
language plpgsql
set search_path = ''
as $$
declare
    batch_size constant integer := 5000;
    last_id bigint := 0;
    -- The condition alone, so that its own index finds the few old rows rather than the order of ids all rows.
    highest_id bigint;
    affected bigint;
begin
    deleted := 0;
    complete := true;
    execute format('select max(id) from (select id from %s where %s offset 0) as old', relation, condition)
    into highest_id
    using cut_off;
    while last_id < highest_id loop
        execute format(
            'with old as (select id from %1$s where id > $2 and id <= $3 and %2$s order by id limit $4),'
            ' gone as (delete from %1$s where id in (select id from old) returning id)'
            ' select count(*), coalesce(max(id), $3) from gone',
            relation,
            condition
        )
        into affected, last_id
        using cut_off, last_id, highest_id, batch_size;
        deleted := deleted + affected;
        complete := last_id >= highest_id;
        exit when clock_timestamp() >= stop_at;
    end loop;
end
$$;
revoke all on function pathfinder.purge_rows(regclass, text, timestamptz, timestamptz)
    from public, anon, authenticated, service_role;
comment on function pathfinder.purge_rows(regclass, text, timestamptz, timestamptz) is
    'Deletes the old rows of one table in batches, until none is left or the time is up.';
