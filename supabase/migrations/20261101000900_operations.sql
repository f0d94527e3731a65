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

-- What the Table Editor and docs/reference.md show beside each column whose name does not say it all.

comment on column public.webhook_sources.auth_kind is
    'basic: user name and secret; secret_header: the secret in a header; standard_webhooks and hmac: a signature.';
comment on column public.webhook_sources.tolerance is 'How old a signed timestamp may be.';

comment on column public.channels.transport is
    'aa_bot and aa_http: Automation Anywhere; teams_workflow, slack_webhook, email_smtp; webhook: any signed HTTP endpoint.';

comment on column public.rule_examples.expected is 'The level that the title must get: csuite, vp or none.';
comment on column public.rule_versions.created_by is 'The database role that made the edit.';
comment on column public.rule_versions.change is 'What was added, removed and changed against the version before.';
comment on column public.rule_versions.counts is 'How many rules it has, by category.';

comment on column public.events_raw.idempotency_key is
    'What a repeated webhook is known by: source and event id, or else a digest of the change.';
comment on column public.events_raw.source is 'The webhook_sources row that posted it.';
comment on column public.events_raw.kind is 'profile_update, or registration: a new member, whose joining date is kept.';
comment on column public.events_raw.profile_field is 'The field as the platform calls it.';
comment on column public.events_raw.attribute is 'What field_registry says that the field holds.';
comment on column public.events_raw.value is 'The new value, kept while it is needed.';
comment on column public.events_raw.old_value is 'The value before, where the platform sends it.';
comment on column public.events_raw.received_at is 'When the webhook was stored.';
comment on column public.events_raw.processed is 'Whether nothing remains to be done with it.';
comment on column public.events_raw.processed_at is 'When it was decided what it is.';

comment on column public.user_state.seniority_level is 'csuite or vp.';
comment on column public.user_state.first_detected_at is 'When they first became an executive here.';
comment on column public.user_state.last_seen_at is 'When something was last heard of them.';
comment on column public.user_state.rules_version is 'The rules that decided it.';
comment on column public.user_state.matched_rule is 'Why: the rule, in its own description or pattern.';
comment on column public.user_state.email_domain is 'The part of the e-mail address after @, from the community''s API.';
comment on column public.user_state.profile_url is 'The member''s page, from the community''s API.';

comment on column public.detections.seniority_level is 'csuite or vp.';
comment on column public.detections.detected_at is 'When the change was applied.';
comment on column public.detections.kind is 'new, or promotion: a vice president who joined the C-suite.';
comment on column public.detections.rules_version is 'The rules that decided it.';
comment on column public.detections.email_domain is 'The part of the e-mail address after @, from the community''s API.';
comment on column public.detections.profile_url is 'The member''s page, from the community''s API.';

comment on column public.digests.week_start is 'Inclusive: where the digest before ended.';
comment on column public.digests.part is 'A digest of more people than settings.digest_size comes in parts.';
comment on column public.digests.parts is 'How many parts it has.';
comment on column public.digests.payload is 'The people and the counts, as they are rendered.';
comment on column public.digests.sent_at is 'When the channel''s bot had finished with it.';

comment on column public.reports.revision is '1 at month end; later ones add people found after that.';
comment on column public.reports.generated_at is 'When it was counted.';
comment on column public.reports.period_start is 'Inclusive: midnight in time_zone.';
comment on column public.reports.time_zone is 'The zone whose month it is: settings.time_zone at the time.';
comment on column public.reports.rules_version is 'The rules in force when it was made.';
comment on column public.reports.summary is 'All its figures, as they are rendered.';
comment on column public.reports.csv_uri is 'Bucket and key of the CSV file.';
comment on column public.reports.html_uri is 'Bucket and key of the HTML file.';
comment on column public.reports.pdf_uri is 'Bucket and key of the PDF file.';
comment on column public.reports.links_expire_at is 'When its links stop working; they are renewed before.';
comment on column public.reports.published_at is 'When its files lay in Storage.';

comment on column public.outbox.kind is 'What is to be done.';
comment on column public.outbox.status is 'pending: waits; running: leased by a worker; done; dead: given up, can be redriven.';
comment on column public.outbox.max_attempts is 'After so many failures it is dead.';
comment on column public.outbox.lease_expires_at is 'Until when locked_by has it; afterwards anyone may take it.';
comment on column public.outbox.locked_by is 'The worker that has it.';
comment on column public.outbox.result is 'What came of it, and while it runs what must not be repeated.';
comment on column public.outbox.finished_at is 'When it was done, or died.';
comment on column public.outbox_attempts.outbox_id is 'The job.';
comment on column public.outbox_attempts.attempt is 'The number of the attempt, counted from 1.';
comment on column public.outbox_attempts.started_at is 'When the worker took it.';
comment on column public.outbox_attempts.finished_at is 'When it ended; empty while it runs.';
comment on column public.outbox_attempts.outcome is
    'done; retry: again later; dead: given up; released: given back at a shutdown; lease_expired: the worker vanished.';

comment on column public.worker_heartbeats.started_at is 'When the worker was first heard of.';
comment on column public.worker_heartbeats.seen_at is 'When it was last heard of; every half minute while it lives.';
comment on column public.worker_heartbeats.concurrency is 'How many jobs it does at a time.';
comment on column public.worker_heartbeats.in_flight is 'How many it was doing.';
comment on column public.worker_heartbeats.realtime_state is 'off, connecting, joined, listening or lost; only listening hears of new jobs.';
comment on column public.worker_heartbeats.realtime_message_at is 'When it last heard something from Realtime.';
comment on column public.worker_heartbeats.details is 'What else it says of itself: jobs done and failed, the state of the control room, ….';

comment on column public.job_runs.job is 'digest, report, report_revision, housekeeping, or what every tick does.';
comment on column public.job_runs.period is 'The week (2026-W47), month (2026-11) or day that it was done for.';
comment on column public.job_runs.period_start is 'Inclusive.';
comment on column public.job_runs.period_end is 'Exclusive.';
comment on column public.job_runs.started_at is 'When the last attempt began.';
comment on column public.job_runs.finished_at is 'When it ended.';
comment on column public.job_runs.outcome is 'running, done, or failed: it is tried again.';
comment on column public.job_runs.next_attempt_at is 'When a failed one is tried again.';
comment on column public.job_runs.result is 'What it made.';
