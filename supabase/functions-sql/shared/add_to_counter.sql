-- Adds an amount to one of the counters that stats() reads instead of counting rows. Each count is spread over
-- shards, and a transaction takes one that no other is using, with the same advisory lock as count_webhook: no
-- transaction ever waits for another here.
-- Returns: nothing.
-- Example: select pathfinder.add_to_counter('detections', '2026-11-20', '{vp}', 1);
create or replace function pathfinder.add_to_counter(subject text, day date, label text[], amount bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    lock_space constant integer := hashtext('pathfinder.webhook_counters');
    shard smallint := pg_backend_pid() % 16;
begin
    while not pg_try_advisory_xact_lock(lock_space, shard) loop
        shard := shard + 1;
    end loop;

    insert into pathfinder.counters as counter (subject, day, label, shard, count)
    values (add_to_counter.subject, add_to_counter.day, add_to_counter.label, shard, add_to_counter.amount)
    on conflict on constraint counters_pkey do update
    set count = counter.count + excluded.count;
end
$$;

revoke all on function pathfinder.add_to_counter(text, date, text[], bigint)
    from public, anon, authenticated, service_role;

comment on function pathfinder.add_to_counter(text, date, text[], bigint) is
    'Adds an amount to a counter; no transaction waits for another here.';
