-- Puts one job into the outbox, once.
-- Returns: the job's id, or null when a job with this dedupe_key is known already (pending, running, done or dead).
-- Example: select pathfinder.enqueue('digest', 'email', '{"digest_id": 7}', 'digest:7');
create or replace function pathfinder.enqueue(
    kind text,
    channel text,
    payload jsonb,
    dedupe_key text,
    priority integer default 50,
    run_at timestamptz default now()
)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_column
declare
    job_id bigint;
begin
    insert into public.outbox (kind, channel, payload, dedupe_key, priority, run_at)
    values (enqueue.kind, enqueue.channel, enqueue.payload, enqueue.dedupe_key, enqueue.priority, enqueue.run_at)
    on conflict (dedupe_key) do nothing
    returning id into job_id;
    return job_id;
end
$$;

revoke all on function pathfinder.enqueue(text, text, jsonb, text, integer, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.enqueue(text, text, jsonb, text, integer, timestamptz) is
    'Puts one job into the outbox; null when its dedupe_key is known already.';
