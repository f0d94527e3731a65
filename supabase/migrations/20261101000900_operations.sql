-- Operations: the counters that stats() reads instead of counting rows, and indexes on what waits.

create table pathfinder.counters (
    subject text not null check (subject in ('executives', 'detections', 'attempts')),
    day date not null,
    label text[] not null,
    shard smallint not null,
    count bigint not null,
    primary key (subject, day, label, shard)
) with (fillfactor = 50);
comment on table pathfinder.counters is
    'How many executives, detections and attempts there are, kept by triggers. Only the sum over shards means something.';
comment on column pathfinder.counters.day is 'In UTC; -infinity where the count is of the present state.';
comment on column pathfinder.counters.label is
    'Of executives and detections the level; of attempts channel (empty: none), kind and outcome.';
comment on column pathfinder.counters.shard is 'Two transactions at a time never use the same one, so neither waits.';
alter table pathfinder.counters enable row level security;
revoke all on table pathfinder.counters from public, anon, authenticated, service_role;

create trigger count_new_executives
    after insert on public.user_state referencing new table as changed
    for each statement execute function pathfinder.count_executives();
create trigger count_former_executives
    after delete on public.user_state referencing old table as changed
    for each statement execute function pathfinder.count_executives();
create trigger count_changed_executives
    after update of seniority_level on public.user_state
    for each row when (old.seniority_level <> new.seniority_level)
    execute function pathfinder.count_executives();
create trigger count_no_executives
    after truncate on public.user_state
    for each statement execute function pathfinder.count_executives();

create trigger count_new_detections
    after insert on public.detections referencing new table as changed
    for each statement execute function pathfinder.count_detections();
create trigger count_former_detections
    after delete on public.detections referencing old table as changed
    for each statement execute function pathfinder.count_detections();
create trigger count_changed_detections
    after update of seniority_level, detected_at on public.detections
    for each row when (old.seniority_level <> new.seniority_level or old.detected_at <> new.detected_at)
    execute function pathfinder.count_detections();
create trigger count_no_detections
    after truncate on public.detections
    for each statement execute function pathfinder.count_detections();

create trigger count_attempt
    after update of outcome on public.outbox_attempts
    for each row when (new.outcome is not null and old.outcome is distinct from new.outcome)
    execute function pathfinder.count_attempt();

-- What is there already. The triggers' locks keep writers out until this is committed.
insert into pathfinder.counters (subject, day, label, shard, count)
select 'executives', '-infinity', array[user_state.seniority_level], 0, count(*)
from public.user_state
group by user_state.seniority_level;
insert into pathfinder.counters (subject, day, label, shard, count)
select 'detections', (detections.detected_at at time zone 'UTC')::date, array[detections.seniority_level], 0, count(*)
from public.detections
group by 2, 3;

-- What waits and what is parked: hardly ever anything, so these are nearly empty and nearly free.
create index events_raw_oldest_pending_idx on public.events_raw (received_at) where not processed and outcome is null;
create index events_raw_parked_idx on public.events_raw (id) where outcome = 'parked';
create index digests_sent_at_idx on public.digests (sent_at) where sent;
create index job_runs_failed_idx on public.job_runs (job) where outcome = 'failed';
-- For recent_detections(): newest first, ties by id.
drop index public.detections_detected_at_idx;
create index detections_detected_at_idx on public.detections (detected_at, id);
