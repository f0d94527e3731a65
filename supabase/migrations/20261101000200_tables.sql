-- The tables, each with its privileges beside it.
--
-- Row level security is on everywhere and there is no policy: `anon` and `authenticated` see nothing, the owner
-- (`postgres`) and `service_role` (which bypasses row level security) see what they are granted.
-- Enumerations are text with a check, so that a later migration can extend them.

-- What people edit -------------------------------------------------------------------------------------------

create table public.settings (
    id boolean primary key default true check (id),
    time_zone text not null default 'America/New_York',
    digest_day text not null default 'friday'
        check (digest_day in ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday')),
    digest_time time not null default '17:00',
    digest_size integer not null default 10 check (digest_size between 1 and 100),
    month_end_time time not null default '23:55',
    housekeeping_time time not null default '02:00',
    event_retention interval not null default '14 days' check (event_retention >= interval '1 day'),
    history_retention interval not null default '90 days' check (history_retention >= interval '7 days'),
    detection_retention interval check (detection_retention >= interval '62 days'),
    link_lifetime interval not null default '7 days'
        check (link_lifetime between interval '1 minute' and interval '365 days'),
    dedup_window interval not null default '24 hours'
        check (dedup_window between interval '0' and interval '30 days'),
    instant_alerts boolean not null default false,
    protect_examples boolean not null default false,
    updated_at timestamptz not null default now()
);
comment on table public.settings is 'One row: how CaptPathfinder behaves. Edits take effect within a minute.';
comment on column public.settings.time_zone is 'IANA name, for example Europe/Berlin; every time below is local to it.';
comment on column public.settings.digest_day is 'Day of the weekly digest.';
comment on column public.settings.digest_time is 'Local time of the weekly digest.';
comment on column public.settings.digest_size is 'People in one digest message; more become part 2, part 3, ….';
comment on column public.settings.month_end_time is 'Local time of the report on the last day of the month.';
comment on column public.settings.housekeeping_time is 'Local time of the nightly clean-up.';
comment on column public.settings.event_retention is 'How long processed webhooks are kept.';
comment on column public.settings.history_retention is 'How long finished jobs, attempts and job runs are kept.';
comment on column public.settings.detection_retention is 'How long detections are kept; empty: for ever.';
comment on column public.settings.link_lifetime is 'How long a link to a report works.';
comment on column public.settings.dedup_window is 'How long a repeated or reordered webhook is recognised.';
comment on column public.settings.instant_alerts is 'Tell channels that send alerts about each detection at once.';
comment on column public.settings.protect_examples is 'Refuse an edit of the rules that makes an example wrong.';

create table public.field_registry (
    field_name text primary key check (btrim(field_name) <> ''),
    attribute text not null default 'title' check (attribute in ('title', 'company', 'country')),
    field_id text unique,
    is_active boolean not null default true,
    updated_at timestamptz not null default now()
);
comment on table public.field_registry is 'Which profile fields matter, by label or by the platform''s id, and what they mean.';
comment on column public.field_registry.field_name is 'The field''s label; case, spaces, dashes and underscores do not matter.';
comment on column public.field_registry.attribute is 'What the field holds: title, company or country.';
comment on column public.field_registry.field_id is 'The platform''s own id of the field; it survives a renamed label.';

create table public.webhook_sources (
    name text primary key check (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    auth_kind text not null check (auth_kind in ('basic', 'secret_header', 'standard_webhooks', 'hmac')),
    username text check (username <> '' and position(':' in username) = 0),
    header_name text check (header_name ~ '^[a-z0-9-]{1,100}$'),
    signature_prefix text not null default '',
    signed_content text not null default '{body}' check (position('{body}' in signed_content) > 0),
    timestamp_header text check (timestamp_header ~ '^[a-z0-9-]{1,100}$'),
    tolerance interval not null default '5 minutes' check (tolerance between interval '1 second' and interval '1 day'),
    event_id_header text check (event_id_header ~ '^[a-z0-9-]{1,100}$'),
    payload_paths jsonb not null default '{}' check (jsonb_typeof(payload_paths) = 'object'),
    description text,
    enabled boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check (auth_kind <> 'basic' or username is not null),
    check (auth_kind not in ('secret_header', 'hmac') or header_name is not null)
);
comment on table public.webhook_sources is
    'Who may post webhooks, and how the post is authenticated and read. Secrets are set with set_webhook_secret().';
comment on column public.webhook_sources.header_name is 'Lower-case header that carries the secret or the HMAC.';
comment on column public.webhook_sources.signature_prefix is 'What stands before the hexadecimal HMAC, such as sha256=.';
comment on column public.webhook_sources.signed_content is 'What an HMAC is computed over: {body}, or for example {timestamp}:{body}.';
comment on column public.webhook_sources.timestamp_header is 'Header with the time of sending (Unix seconds), checked against tolerance.';
comment on column public.webhook_sources.event_id_header is 'Header with the sender''s event id, where it has one.';
comment on column public.webhook_sources.payload_paths is
    'Where the values are in the body, each a path or a list of paths: {"user_id": ["user", "id"], …}. Empty: the usual shapes.';

create table public.classification_rules (
    id bigint generated by default as identity primary key,
    category text not null check (category in ('exclusion', 'csuite', 'vp')),
    kind text not null default 'regex' check (kind in ('phrase', 'regex')),
    pattern text not null,
    scope text not null default 'segment' check (scope in ('title', 'segment')),
    description text,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (category, kind, scope, pattern)
);
comment on table public.classification_rules is 'Which titles are senior. Edit here; every edit is checked and takes effect at once.';
comment on column public.classification_rules.category is 'csuite and vp find people; exclusion keeps people out.';
comment on column public.classification_rules.kind is 'phrase: plain words; regex: a regular expression.';
comment on column public.classification_rules.scope is 'segment: looks at one part of the title ("CEO" of "CEO | Speaker"); title: at all of it.';

create table public.rule_examples (
    id bigint generated by default as identity primary key,
    title text not null unique check (btrim(title) <> ''),
    expected text not null check (expected in ('csuite', 'vp', 'none')),
    note text,
    created_at timestamptz not null default now()
);
comment on table public.rule_examples is 'Titles with the level they must get: the rules'' own tests. check_rules() lists those that fail.';

create table public.rule_versions (
    version bigint generated always as identity primary key,
    created_at timestamptz not null default now(),
    created_by text not null default current_user,
    label text,
    change jsonb not null default '{}',
    rules jsonb not null,
    compiled jsonb not null,
    counts jsonb not null
);
comment on table public.rule_versions is 'Every rule set that was ever in force: who, when, what changed. restore_rules(version) brings one back.';
comment on column public.rule_versions.label is 'The name that an imported rule set brought along.';
comment on column public.rule_versions.rules is 'All rules of this version, active or not, as restore_rules() needs them.';
comment on column public.rule_versions.compiled is 'The alternations that classification matches with.';

create table public.channels (
    name text primary key check (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    transport text not null
        check (transport in ('aa_bot', 'aa_http', 'teams_workflow', 'slack_webhook', 'email_smtp', 'webhook')),
    sends text[] not null default '{digest,report}'
        check (sends <@ array['digest', 'report', 'alert'] and cardinality(sends) > 0),
    config jsonb not null default '{}' check (jsonb_typeof(config) = 'object'),
    description text,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.channels is 'Where messages go. One row is one channel; what a transport needs stands in config.';
comment on column public.channels.sends is 'What the channel gets: digest, report, alert.';
comment on column public.channels.config is 'Recipients, bot and so on. Never a secret: secret_env names a variable of the worker''s environment.';

-- What comes in ----------------------------------------------------------------------------------------------

create table public.events_raw (
    id bigint generated by default as identity primary key,
    event_id text,
    idempotency_key text not null,
    source text not null,
    kind text not null default 'profile_update' check (kind in ('profile_update', 'registration')),
    user_id text not null,
    username text,
    profile_field text,
    attribute text check (attribute in ('title', 'company', 'country')),
    value text,
    old_value text,
    details jsonb,
    occurred_at timestamptz,
    received_at timestamptz not null default now(),
    processed boolean not null default false,
    processed_at timestamptz,
    outcome text check (outcome in ('processed', 'stale', 'skipped', 'parked')),
    error text,
    attempts integer not null default 0,
    next_attempt_at timestamptz
);
comment on table public.events_raw is 'Webhooks of the last days: an audit, and the queue of those that could not be processed at once.';
comment on column public.events_raw.event_id is 'The sender''s own id, where it sends one.';
comment on column public.events_raw.details is 'What else came along: country, company, joined_at, ….';
comment on column public.events_raw.occurred_at is 'The sender''s own time of the change, where it sends one.';
comment on column public.events_raw.outcome is 'What became of it; empty while it waits.';
comment on column public.events_raw.next_attempt_at is
    'When it is looked at again; of a stale one: when it counts after all, unless something newer came.';

-- A sender's event id is unique for that sender. (Without one, the key is a digest of the change, and the
-- same change may rightly happen again.)
create unique index events_raw_event_id_key on public.events_raw (idempotency_key) where event_id is not null;
-- The latest known change of one member's attribute: duplicates and staleness are judged against it.
create index events_raw_latest_idx on public.events_raw (user_id, attribute, processed_at desc, id desc);
create index events_raw_pending_idx on public.events_raw (next_attempt_at, id) where not processed;
-- Rows come in this order, so a block range index is enough for the nightly purge, and nearly free to keep.
create index events_raw_received_at_idx on public.events_raw using brin (received_at) with (pages_per_range = 32);

create table pathfinder.webhook_secrets (
    id bigint generated always as identity primary key,
    source text not null references public.webhook_sources (name) on update cascade on delete cascade,
    salt bytea,
    digest bytea,
    key bytea,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    check ((digest is null) <> (key is null)),
    check ((digest is null) = (salt is null))
);
comment on table pathfinder.webhook_secrets is
    'Secrets of webhook_sources: a salted digest, or the key itself where a signature has to be computed with it.';
create index webhook_secrets_source_idx on pathfinder.webhook_secrets (source);

create table pathfinder.webhook_counters (
    day date not null,
    source text not null,
    outcome text not null,
    shard smallint not null,
    count bigint not null default 0,
    primary key (day, source, outcome, shard)
) with (fillfactor = 50);
comment on table pathfinder.webhook_counters is
    'How many webhooks ended how, by day. Sharded by backend, so that two webhooks never wait for one counter.';

create table pathfinder.registrations (
    user_id text primary key,
    joined_at timestamptz not null,
    recorded_at timestamptz not null default now()
);
comment on table pathfinder.registrations is 'When members joined, so that a later detection can say so. An id and a date, nothing else.';

-- Who was found ----------------------------------------------------------------------------------------------

create table public.user_state (
    user_id text primary key,
    username text,
    title text not null,
    seniority_level text not null check (seniority_level in ('csuite', 'vp')),
    country text,
    company text,
    joined_at timestamptz,
    first_detected_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    title_occurred_at timestamptz,
    rules_version bigint,
    matched_rule text,
    email_domain text,
    profile_url text
);
comment on table public.user_state is 'The senior executives as they are now. Whoever stops being one is removed.';
comment on column public.user_state.title_occurred_at is 'The sender''s time of the title''s change, where it sends one.';
create index user_state_seniority_level_idx on public.user_state (seniority_level);

create table public.reports (
    id bigint generated by default as identity primary key,
    month_label text not null check (month_label ~ '^\d{4}-(0[1-9]|1[0-2])$'),
    revision integer not null default 1 check (revision >= 1),
    generated_at timestamptz not null default now(),
    period_start timestamptz not null,
    period_end timestamptz not null check (period_end > period_start),
    time_zone text not null,
    rules_version bigint,
    summary jsonb not null,
    file_uri text,
    csv_uri text,
    html_uri text,
    pdf_uri text,
    links jsonb not null default '{}',
    links_expire_at timestamptz,
    published_at timestamptz,
    unique (month_label, revision)
);
comment on table public.reports is 'Month-end reports; a month with late detections has later revisions.';
comment on column public.reports.month_label is 'The month, as 2026-11.';
comment on column public.reports.period_end is 'Exclusive.';
comment on column public.reports.file_uri is 'Where the report lies in Storage: bucket and key of what its link opens.';
comment on column public.reports.links is 'Signed links by format; they work until links_expire_at.';

create table public.detections (
    id bigint generated by default as identity primary key,
    user_id text not null,
    username text,
    title text not null,
    seniority_level text not null check (seniority_level in ('csuite', 'vp')),
    country text,
    company text,
    joined_at timestamptz,
    detected_at timestamptz not null default now(),
    kind text not null default 'new' check (kind in ('new', 'promotion')),
    matched_rule text,
    rules_version bigint,
    included_in_digest boolean not null default false,
    alerted_at timestamptz,
    report_id bigint references public.reports (id) on delete set null,
    email_domain text,
    profile_url text
);
comment on table public.detections is 'Each time a member became a senior executive, or a vice president joined the C-suite.';
comment on column public.detections.matched_rule is 'Why: the rule, in its own description or pattern.';
comment on column public.detections.included_in_digest is 'Whether it has been in a weekly digest.';
comment on column public.detections.alerted_at is 'When an instant alert about it was queued.';
comment on column public.detections.report_id is 'The first report, or revision of one, that contains it.';
create index detections_detected_at_idx on public.detections (detected_at);
create index detections_user_id_idx on public.detections (user_id, id desc);
create index detections_undigested_idx on public.detections (detected_at) where not included_in_digest;
create index detections_unreported_idx on public.detections (detected_at) where report_id is null;
create index detections_report_id_idx on public.detections (report_id, id) where report_id is not null;

-- What goes out ----------------------------------------------------------------------------------------------

create table public.digests (
    id bigint generated by default as identity primary key,
    week_start timestamptz not null,
    week_end timestamptz not null check (week_end >= week_start),
    channel text not null,
    part integer not null default 1 check (part >= 1),
    parts integer not null default 1 check (parts >= part),
    payload jsonb not null,
    sent boolean not null default false,
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    check (sent = (sent_at is not null))
);
comment on table public.digests is 'Weekly digests: one row a channel and part.';
comment on column public.digests.week_end is 'Exclusive: the cut-off.';
comment on column public.digests.sent is 'Whether the channel''s bot has finished with it.';
create index digests_unsent_idx on public.digests (created_at) where not sent;
create index digests_channel_idx on public.digests (channel, week_end desc);

create table public.outbox (
    id bigint generated by default as identity primary key,
    kind text not null check (kind in ('digest', 'report', 'report_message', 'report_links', 'alert', 'enrichment', 'channel_test')),
    channel text,
    payload jsonb not null default '{}',
    dedupe_key text not null unique,
    priority smallint not null default 50,
    status text not null default 'pending' check (status in ('pending', 'running', 'done', 'dead')),
    attempts integer not null default 0,
    uncounted_attempts integer not null default 0,
    max_attempts integer not null default 12 check (max_attempts >= 1),
    run_at timestamptz not null default now(),
    lease_expires_at timestamptz,
    locked_by text,
    last_error text,
    result jsonb,
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    check ((status = 'running') = (lease_expires_at is not null)),
    check ((status = 'running') = (locked_by is not null)),
    check ((status in ('done', 'dead')) = (finished_at is not null))
);
comment on table public.outbox is 'Everything the worker does, one row a job.';
comment on column public.outbox.payload is 'Ids of what is to be delivered, not the thing itself.';
comment on column public.outbox.dedupe_key is 'The same thing is never queued twice.';
comment on column public.outbox.priority is 'Smaller goes first: alerts 10, digests 50, reports 70.';
comment on column public.outbox.uncounted_attempts is
    'Attempts that do not count against max_attempts: given back at a shutdown, or made before a redrive.';
comment on column public.outbox.run_at is 'Not before this time.';
comment on column public.outbox.last_error is 'What went wrong at the last attempt; all of them are in outbox_attempts.';
create index outbox_due_idx on public.outbox (coalesce(channel, ''), priority, run_at, id) where status = 'pending';
create index outbox_leased_idx on public.outbox (lease_expires_at) where status = 'running';
create index outbox_dead_idx on public.outbox (finished_at) where status = 'dead';
create index outbox_done_idx on public.outbox (finished_at) where status = 'done';

create table public.outbox_attempts (
    id bigint generated by default as identity primary key,
    outbox_id bigint not null references public.outbox (id) on delete cascade,
    attempt integer not null,
    worker text not null,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    outcome text check (outcome in ('done', 'retry', 'dead', 'released', 'lease_expired')),
    error text,
    unique (outbox_id, attempt)
);
comment on table public.outbox_attempts is 'Each attempt at each job: by whom, when, how it ended.';

create table public.worker_heartbeats (
    worker text primary key,
    version text,
    started_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    concurrency integer,
    in_flight integer,
    realtime_state text,
    realtime_message_at timestamptz,
    details jsonb not null default '{}'
);
comment on table public.worker_heartbeats is 'Which workers are alive, and when they last heard from Realtime.';

create table public.job_runs (
    id bigint generated by default as identity primary key,
    job text not null,
    period text not null,
    period_start timestamptz,
    period_end timestamptz,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    outcome text not null default 'running' check (outcome in ('running', 'done', 'failed')),
    attempts integer not null default 1,
    next_attempt_at timestamptz,
    result jsonb,
    error text,
    unique (job, period)
);
comment on table public.job_runs is 'The schedule''s ledger: each period of each job, once.';

-- Privileges --------------------------------------------------------------------------------------------------

-- Named one by one: other applications may keep tables of their own in `public`.
do $$
declare
    relation regclass;
    serial text;
begin
    foreach relation in array array[
        'public.settings', 'public.field_registry', 'public.webhook_sources', 'public.classification_rules',
        'public.rule_examples', 'public.rule_versions', 'public.channels', 'public.events_raw',
        'public.user_state', 'public.detections', 'public.reports', 'public.digests', 'public.outbox',
        'public.outbox_attempts', 'public.worker_heartbeats', 'public.job_runs',
        'pathfinder.webhook_secrets', 'pathfinder.webhook_counters', 'pathfinder.registrations'
    ]::regclass[]
    loop
        execute format('alter table %s enable row level security', relation);
        execute format('revoke all on table %s from public, anon, authenticated, service_role', relation);
        for serial in
            select pg_catalog.pg_get_serial_sequence(relation::text, pg_attribute.attname)
            from pg_catalog.pg_attribute
            where pg_attribute.attrelid = relation and pg_attribute.attidentity <> ''
        loop
            execute format('revoke all on sequence %s from public, anon, authenticated, service_role', serial);
        end loop;
    end loop;
end
$$;

-- What people edit in the Table Editor: hosted edits as `postgres`, other editors as `service_role`.
grant select, insert, update, delete on
    public.field_registry, public.webhook_sources, public.classification_rules, public.rule_examples, public.channels
    to service_role;
grant select, update on public.settings to service_role;

-- What people and the worker read. Realtime hands over a row of the outbox only to a role that may select it.
grant select on
    public.rule_versions, public.events_raw, public.user_state, public.detections, public.digests, public.reports,
    public.outbox, public.outbox_attempts, public.worker_heartbeats, public.job_runs
    to service_role;

-- The worker's wake-up. Hosted has the publication already.
do $$
begin
    if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
        create publication supabase_realtime;
    end if;
end
$$;
alter publication supabase_realtime add table public.outbox;

insert into public.settings default values;

insert into public.field_registry (field_name, attribute)
values
    ('Job Title', 'title'),
    ('Title', 'title'),
    ('Company', 'company'),
    ('Country', 'country');
