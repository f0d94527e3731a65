-- What ingestion needs beside its functions.

-- An event waits behind earlier ones of the same member; hardly any event does, so this index is nearly empty.
create index events_raw_waiting_idx on public.events_raw (user_id, id) where not processed;

-- Events that came before the change they build on, and when to stop waiting for it.
create index events_raw_held_idx on public.events_raw (user_id, attribute)
    where outcome = 'stale' and next_attempt_at is not null;
create index events_raw_held_until_idx on public.events_raw (next_attempt_at)
    where outcome = 'stale' and next_attempt_at is not null;

-- "Job Title" and "job_title" name the same field.
create unique index field_registry_field_key on public.field_registry (pathfinder.field_key(field_name));

create trigger check_payload_paths
    before insert or update on public.webhook_sources
    for each row execute function pathfinder.check_payload_paths();
