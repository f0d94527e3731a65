-- Trigger: counts how an attempt at a job ended, by day (UTC), channel, kind and outcome.
-- Returns: nothing of use.
-- Example: create trigger … after update of outcome on public.outbox_attempts
--   for each row when (…) execute function pathfinder.count_attempt();
create or replace function pathfinder.count_attempt()
returns trigger
language plpgsql
volatile
set search_path = ''
as $$
begin
    perform pathfinder.add_to_counter(
        'attempts',
        (now() at time zone 'UTC')::date,
        array[coalesce(outbox.channel, ''), outbox.kind, new.outcome],
        1
    )
    from public.outbox
    where outbox.id = new.outbox_id;
    return null;
end
$$;

revoke all on function pathfinder.count_attempt() from public, anon, authenticated, service_role;

comment on function pathfinder.count_attempt() is 'Trigger: counts how an attempt at a job ended.';
