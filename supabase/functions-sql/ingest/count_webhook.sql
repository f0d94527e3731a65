-- Counts a webhook by day (UTC), source and outcome, for stats(). Each count is spread over shards, and a transaction
-- takes one that no other is using: two webhooks never wait for each other here. Shards are told apart by advisory
-- locks, which end with the transaction.
-- Returns: nothing.
-- Example: select pathfinder.count_webhook('community', 'processed');
create or replace function pathfinder.count_webhook(source text, outcome text, amount integer default 1)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    -- Not a possible name of a source.
    counted_source constant text := coalesce(source, '(unknown)');
    lock_space constant integer := hashtext('pathfinder.webhook_counters');
    own_shard smallint := pg_backend_pid() % 16;
begin
    while not pg_try_advisory_xact_lock(lock_space, own_shard) loop
        own_shard := own_shard + 1;
    end loop;

    update pathfinder.webhook_counters as counter
    set count = counter.count + count_webhook.amount
    where counter.day = (now() at time zone 'UTC')::date
        and counter.source = counted_source
        and counter.outcome = count_webhook.outcome
        and counter.shard = own_shard;
    if not found then
        insert into pathfinder.webhook_counters (day, source, outcome, shard, count)
        values (
            (now() at time zone 'UTC')::date, counted_source, count_webhook.outcome, own_shard, count_webhook.amount
        );
    end if;
end
$$;

revoke all on function pathfinder.count_webhook(text, text, integer) from public, anon, authenticated, service_role;

comment on function pathfinder.count_webhook(text, text, integer) is 'Counts a webhook by day, source and outcome.';
