-- The tables of each stage, with their comments, indexes and privileges. Made from supabase/functions-sql by `make baseline`; edit there.

-- source: shared/_tables.sql
-- Tables stand with their comments, indexes and privileges beside them.
--
-- Row level security is on everywhere and there is no policy: `anon` and `authenticated` see nothing, the owner
-- (`postgres`) and `service_role` (which bypasses row level security) see what they are granted.
-- Enumerations are text with a check, so that a later migration can extend them.

create table public.settings (
    id boolean primary key default true check (id),
    time_zone text not null default 'America/New_York',
    digest_day text not null default 'friday'
        check (digest_day in ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday')),
    digest_time time not null default '17:00',
    digest_size integer not null default 10 check (digest_size between 1 and 100),
    digest_messages integer not null default 3 check (digest_messages between 1 and 20),
    announced_changes jsonb not null
        default '{"digest": ["new", "promotion", "moved", "role", "left"], "alert": ["new", "promotion"]}',
    profile_url_template text,
    month_end_time time not null default '23:55',
    housekeeping_time time not null default '02:00',
    event_retention interval not null default '14 days' check (event_retention >= interval '1 day'),
    history_retention interval not null default '90 days' check (history_retention >= interval '7 days'),
    detection_retention interval check (detection_retention >= interval '62 days'),
    registration_retention interval default '730 days' check (registration_retention >= interval '1 day'),
    link_lifetime interval not null default '7 days'
        check (link_lifetime between interval '1 minute' and interval '365 days'),
    dedup_window interval not null default '24 hours'
        check (dedup_window between interval '0' and interval '30 days'),
    hold_window interval not null default '15 minutes'
        check (hold_window between interval '0' and interval '24 hours'),
    instant_alerts boolean not null default false,
    alert_delay interval not null default '2 minutes'
        check (alert_delay between interval '0' and interval '1 hour'),
    silence_alarm interval default '3 days' check (silence_alarm >= interval '1 hour'),
    protect_examples boolean not null default true,
    enrichment boolean not null default false,
    enrichment_wait interval not null default '30 minutes'
        check (enrichment_wait between interval '0' and interval '24 hours'),
    updated_at timestamptz not null default now()
);
comment on table public.settings is 'One row: how CaptPathfinder behaves. Edits take effect within a minute.';
comment on column public.settings.time_zone is 'IANA name, for example Europe/Berlin; every time below is local to it.';
comment on column public.settings.digest_day is 'Day of the weekly digest.';
comment on column public.settings.digest_time is 'Local time of the weekly digest.';
comment on column public.settings.digest_size is
    'People in one digest message; more become part 2, part 3, …, up to digest_messages messages.';
comment on column public.settings.digest_messages is
    'Messages of one digest that a channel gets at most; everybody else stands behind its link.';
comment on column public.settings.announced_changes is
    'Which kinds of change are told, in digests and in alerts: new, promotion, demotion, role, moved, left.';
comment on column public.settings.profile_url_template is
    'Where a member''s page is, with {user_id} or {username}: https://community.example.com/users/{user_id}';
comment on column public.settings.month_end_time is 'Local time of the report on the last day of the month.';
comment on column public.settings.housekeeping_time is 'Local time of the nightly clean-up.';
comment on column public.settings.event_retention is 'How long processed webhooks are kept.';
comment on column public.settings.history_retention is 'How long finished jobs, attempts and job runs are kept.';
comment on column public.settings.detection_retention is 'How long detections are kept; empty: for ever.';
comment on column public.settings.registration_retention is
    'How long it is remembered when members joined who are no executives; empty: for ever.';
comment on column public.settings.link_lifetime is 'How long a link to a report or a digest works.';
comment on column public.settings.dedup_window is 'How long a repeated or reordered webhook is recognised.';
comment on column public.settings.hold_window is
    'How long a change that contradicts what is known waits for one that explains it.';
comment on column public.settings.alert_delay is
    'How long an alert waits for what else happens to the member: a saved profile comes in several webhooks.';
comment on column public.settings.silence_alarm is
    'After how long without any webhook something is taken to be wrong; empty: never.';
comment on column public.settings.instant_alerts is 'Tell channels that send alerts about each detection at once.';
comment on column public.settings.protect_examples is 'Refuse an edit of the rules that makes an example wrong.';
comment on column public.settings.enrichment is 'Complete each detection from the community''s API (COMMUNITY_API_URL of the worker).';
comment on column public.settings.enrichment_wait is 'How long a digest waits for that, at the most.';

alter table public.settings enable row level security;
revoke all on table public.settings from public, anon, authenticated, service_role;
grant select, update on table public.settings to service_role;

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
    'Of executives and detections level and community; of attempts channel (empty: none), kind and outcome.';
comment on column pathfinder.counters.shard is 'Two transactions at a time never use the same one, so neither waits.';

alter table pathfinder.counters enable row level security;
revoke all on table pathfinder.counters from public, anon, authenticated, service_role;

-- Countries: what they are called, so that "España", "Spain" and "ES" are one.

create table public.countries (
    code text primary key check (code ~ '^[A-Z]{2}$'),
    alpha_3 text not null unique check (alpha_3 ~ '^[A-Z]{3}$'),
    name text not null unique
);
comment on table public.countries is 'The countries of ISO 3166, and Kosovo.';
comment on column public.countries.code is 'The code of two letters, which filters use: ES.';
comment on column public.countries.alpha_3 is 'The code of three letters: ESP.';
comment on column public.countries.name is 'What it is called in English.';

alter table public.countries enable row level security;
revoke all on table public.countries from public, anon, authenticated, service_role;
grant select on table public.countries to service_role;

create table pathfinder.country_names (
    name text collate "C" primary key,
    code text not null references public.countries (code)
);
comment on table pathfinder.country_names is
    'What countries are called in some forty languages, and usual short forms, as name_key() reduces them.';

alter table pathfinder.country_names enable row level security;
revoke all on table pathfinder.country_names from public, anon, authenticated, service_role;

create table pathfinder.html_entities (
    name text primary key,
    content text not null
);
comment on table pathfinder.html_entities is 'The named character references of HTML: eacute is é.';

alter table pathfinder.html_entities enable row level security;
revoke all on table pathfinder.html_entities from public, anon, authenticated, service_role;

-- Who changed what: written by triggers and by the functions that act, read by the dashboard. No name or id of a
-- member stands in it, so that forgetting somebody leaves nothing here.
create table public.audit (
    id bigint generated by default as identity primary key,
    happened_at timestamptz not null default now(),
    actor text not null,
    subject text not null,
    action text not null,
    detail jsonb not null default '{}'
);
comment on table public.audit is 'Who changed what, and when. Nothing of a member stands in it.';
comment on column public.audit.happened_at is 'When it was changed.';
comment on column public.audit.actor is
    'The person, where the door knew one; otherwise the role, as in Table Editor or SQL (postgres).';
comment on column public.audit.subject is 'What was changed: rules, channels, suppressions, settings, accounts, jobs, people, digests, reports, feedback.';
comment on column public.audit.action is 'insert, update, delete, or what was done: retry, cancel, restore, ….';
comment on column public.audit.detail is 'Which one, and what changed. Nothing of a member.';

alter table public.audit enable row level security;
revoke all on table public.audit from public, anon, authenticated, service_role;
revoke all on sequence public.audit_id_seq from public, anon, authenticated, service_role;
grant select on table public.audit to service_role;

create table pathfinder.ended_sessions (
    session text primary key,
    until timestamptz not null
);
comment on table pathfinder.ended_sessions is 'Sessions of the dashboard that were ended before their time; each until it would have ended by itself.';

alter table pathfinder.ended_sessions enable row level security;
revoke all on table pathfinder.ended_sessions from public, anon, authenticated, service_role;

-- source: rules/_tables.sql
create table public.levels (
    level text primary key check (level ~ '^[a-z][a-z0-9_]{0,30}$' and level not in ('exclusion', 'none')),
    rank smallint not null unique check (rank > 0),
    label text not null check (btrim(label) <> ''),
    label_plural text not null check (btrim(label_plural) <> ''),
    is_on boolean not null default true
);
comment on table public.levels is 'The levels of seniority. Who holds one that is on is an executive; of several, the one with the lowest rank counts.';
comment on column public.levels.level is 'Its name in rules, tables and payloads.';
comment on column public.levels.rank is 'The higher the level, the lower its rank: 1 is the highest.';
comment on column public.levels.label is 'What messages and pages call one person of this level.';
comment on column public.levels.label_plural is 'What messages and pages call several.';
comment on column public.levels.is_on is 'Whether its rules count. Every change makes a new version of the rules.';

alter table public.levels enable row level security;
revoke all on table public.levels from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.levels to service_role;

create table public.classification_rules (
    id bigint generated by default as identity primary key,
    category text not null,
    kind text not null default 'phrase' check (kind in ('phrase', 'regex')),
    pattern text not null,
    scope text not null default 'segment' check (scope in ('segment', 'person', 'title')),
    description text,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    matcher text[] not null default '{}',
    clues text[],
    level text generated always as (nullif(category, 'exclusion')) stored references public.levels (level),
    unique (category, kind, scope, pattern),
    check (scope <> 'person' or category = 'exclusion')
);
create index on public.classification_rules (level);
create index on public.classification_rules using gin (clues);
comment on table public.classification_rules is
    'Which titles are senior. Edit here; every edit is checked and takes effect at once. The default rules are for these '
    'languages, their chief offices each checked against at least two public vocabularies and with titles written for this '
    'project: English (O*NET, ESCO), German (code list of XUnternehmen, Austrian list in Faker), French (commercial code '
    'R123-54, lists in Faker), Spanish (commercial register, list in Faker), Portuguese (classifications of Portugal and '
    'of Brazil), Italian (register of companies, list in mimesis), Swedish and Finnish (Nordic registers, lists in '
    'mimesis), Danish (lists in Faker and mimesis), Czech (commercial register, lists in Faker and mimesis), Japanese '
    '(lists in mimesis and of a job site), Chinese (Taiwanese list of company titles, list in Faker) and Korean (ranks in '
    'two HR programs). Of vice presidents, only those of English, Chinese and Korean stand in two vocabularies. Checked '
    'with one vocabulary: Norwegian, Icelandic, Romanian, Russian, Slovak, Bosnian and Turkish; with titles written for '
    'this project only: Dutch, Polish, Hungarian, Croatian, Serbian, Bulgarian, Lithuanian, Greek, Ukrainian, Arabic, '
    'Hebrew, Indonesian and Vietnamese. A few offices of other languages are there, too.';
comment on column public.classification_rules.category is 'A level, such as csuite or vp: the rule finds people who hold it. exclusion: it keeps people out.';
comment on column public.classification_rules.kind is 'phrase: plain words; regex: a regular expression.';
comment on column public.classification_rules.scope is
    'segment: looks at one part of the title ("CEO" of "CEO | Speaker"); title: at all of it; '
    'person (exclusions): at one part, and whoever it speaks of holds nothing that other parts name ("Executive Assistant | CEO").';
comment on column public.classification_rules.matcher is
    'What Postgres matches with: made from kind, pattern and scope, filled in by itself.';
comment on column public.classification_rules.clues is
    'Words of which a title holds at least one if this rule matches it, filled in by itself; empty: not known.';
comment on column public.classification_rules.level is 'The level that the rule finds, filled in by itself; empty for an exclusion.';

alter table public.classification_rules enable row level security;
revoke all on table public.classification_rules from public, anon, authenticated, service_role;
revoke all on sequence public.classification_rules_id_seq from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.classification_rules to service_role;

create table public.rule_examples (
    id bigint generated by default as identity primary key,
    title text not null unique check (btrim(title) <> ''),
    expected text not null,
    note text,
    created_at timestamptz not null default now(),
    level text generated always as (nullif(expected, 'none')) stored references public.levels (level)
);
create index on public.rule_examples (level);
comment on table public.rule_examples is 'Titles with the level they must get: the rules'' own tests. check_rules() lists those that fail.';
comment on column public.rule_examples.expected is 'The level that the title must get, such as csuite or vp, or none.';
comment on column public.rule_examples.level is 'The same as a reference to levels, filled in by itself; empty for none.';

alter table public.rule_examples enable row level security;
revoke all on table public.rule_examples from public, anon, authenticated, service_role;
revoke all on sequence public.rule_examples_id_seq from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.rule_examples to service_role;

create table public.rule_versions (
    version bigint generated always as identity primary key,
    created_at timestamptz not null default now(),
    created_by text not null default current_user,
    label text,
    change jsonb not null default '{}',
    rules jsonb not null,
    levels jsonb not null default '{}',
    counts jsonb not null
);
comment on table public.rule_versions is 'Every rule set that was ever in force: who, when, what changed. restore_rules(version) brings one back.';
comment on column public.rule_versions.created_by is 'Who made the edit: the person whom the dashboard names, or what it was made with.';
comment on column public.rule_versions.label is 'The name that an imported rule set brought along.';
comment on column public.rule_versions.change is 'What was added, removed and changed against the version before.';
comment on column public.rule_versions.rules is 'All rules of this version, active or not, as restore_rules() needs them.';
comment on column public.rule_versions.levels is 'The levels, and which of them were on.';
comment on column public.rule_versions.counts is 'How many rules it has, by category.';

alter table public.rule_versions enable row level security;
revoke all on table public.rule_versions from public, anon, authenticated, service_role;
revoke all on sequence public.rule_versions_version_seq from public, anon, authenticated, service_role;
grant select on table public.rule_versions to service_role;

create table pathfinder.rule_edits (
    id boolean primary key default true check (id),
    edited_at timestamptz not null default now(),
    version bigint
);
comment on table pathfinder.rule_edits is 'One row, updated by every edit of the rules: edits wait for each other here.';
comment on column pathfinder.rule_edits.version is 'The version of the rules that is in force.';

alter table pathfinder.rule_edits enable row level security;
revoke all on table pathfinder.rule_edits from public, anon, authenticated, service_role;

create table pathfinder.rule_expressions (
    number integer primary key,
    category text not null,
    scope text not null,
    rank smallint,
    pattern text not null,
    loose text,
    clues text[]
)
-- What every title reads is not compressed.
with (toast_tuple_target = 8160);
comment on table pathfinder.rule_expressions is 'The rules in force, compiled: joined, or by themselves. Written by each edit.';
comment on column pathfinder.rule_expressions.category is 'The level that it finds; or exclusion.';
comment on column pathfinder.rule_expressions.rank is 'The rank of that level.';
comment on column pathfinder.rule_expressions.loose is 'Of a level: finds the office in "vice chairman" and "product owner" too.';
comment on column pathfinder.rule_expressions.clues is 'Words of which all that it matches hold at least one; empty: not known.';

alter table pathfinder.rule_expressions enable row level security;
revoke all on table pathfinder.rule_expressions from public, anon, authenticated, service_role;

create table pathfinder.rule_clues (
    word text not null,
    number integer not null references pathfinder.rule_expressions (number) on delete cascade,
    finds_people boolean not null,
    rules bigint[] not null,
    primary key (word, number)
);
create index on pathfinder.rule_clues (number);
comment on table pathfinder.rule_clues is 'The clues of the expressions, by word, empty for one without. Most titles have none, and are nobody''s.';
comment on column pathfinder.rule_clues.finds_people is 'Whether its expression finds people, rather than keeping them out.';
comment on column pathfinder.rule_clues.rules is 'Those rules of the expression''s level and scope that have the clue.';

alter table pathfinder.rule_clues enable row level security;
revoke all on table pathfinder.rule_clues from public, anon, authenticated, service_role;

create table public.functions (
    function text primary key check (function ~ '^[a-z][a-z0-9_]{0,30}$'),
    label text not null check (btrim(label) <> ''),
    place smallint not null unique
);
comment on table public.functions is 'What an executive may be in charge of.';
comment on column public.functions.function is 'Its name in rules, tables and payloads.';
comment on column public.functions.label is 'What messages and pages call it.';
comment on column public.functions.place is 'In which order several are named.';

alter table public.functions enable row level security;
revoke all on table public.functions from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.functions to service_role;

create table public.function_rules (
    id bigint generated by default as identity primary key,
    function text not null references public.functions (function),
    kind text not null default 'phrase' check (kind in ('phrase', 'regex')),
    pattern text not null,
    description text,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    matcher text[] not null default '{}',
    clues text[],
    unique (function, kind, pattern)
);
comment on table public.function_rules is
    'By which words a title, or a department, shows what somebody is in charge of. Every edit is checked and takes effect at once.';
comment on column public.function_rules.function is 'What they are in charge of, in one word: finance, technology, ….';
comment on column public.function_rules.kind is 'phrase: plain words; regex: a regular expression.';
comment on column public.function_rules.matcher is 'What Postgres matches with, filled in by itself.';
comment on column public.function_rules.clues is
    'Words of which a text holds at least one if this rule matches it, filled in by itself; empty: not known.';

alter table public.function_rules enable row level security;
revoke all on table public.function_rules from public, anon, authenticated, service_role;
revoke all on sequence public.function_rules_id_seq from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.function_rules to service_role;

create table pathfinder.function_expressions (
    number integer primary key,
    function text not null references public.functions (function) on delete cascade,
    pattern text not null
);
create index on pathfinder.function_expressions (function);
comment on table pathfinder.function_expressions is
    'The active rules of each function, compiled into one expression, and one for other letters. Written by each edit.';

alter table pathfinder.function_expressions enable row level security;
revoke all on table pathfinder.function_expressions from public, anon, authenticated, service_role;

create table pathfinder.function_clues (
    word text not null,
    number integer not null references pathfinder.function_expressions (number) on delete cascade,
    primary key (word, number)
);
create index on pathfinder.function_clues (number);
comment on table pathfinder.function_clues is 'The clues of the functions'' expressions, by word, empty for one without.';

alter table pathfinder.function_clues enable row level security;
revoke all on table pathfinder.function_clues from public, anon, authenticated, service_role;

-- source: outbox/_tables.sql
create table public.outbox (
    id bigint generated by default as identity primary key,
    kind text not null check (kind in ('digest', 'report', 'report_message', 'report_links', 'alert', 'enrichment', 'realtime_test', 'event', 'incident', 'file_removal')),
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
comment on column public.outbox.kind is 'What is to be done.';
comment on column public.outbox.payload is 'Ids of what is to be delivered, not the thing itself.';
comment on column public.outbox.dedupe_key is 'The same thing is never queued twice.';
comment on column public.outbox.priority is 'Smaller goes first: alerts 10, digests 50, reports 70.';
comment on column public.outbox.status is 'pending: waits; running: leased by a worker; done; dead: given up, can be redriven.';
comment on column public.outbox.uncounted_attempts is
    'Attempts that do not count against max_attempts: given back at a shutdown, or made before a redrive.';
comment on column public.outbox.max_attempts is 'After so many failures it is dead.';
comment on column public.outbox.run_at is 'Not before this time.';
comment on column public.outbox.lease_expires_at is 'Until when locked_by has it; afterwards anyone may take it.';
comment on column public.outbox.locked_by is 'The worker that has it.';
comment on column public.outbox.last_error is 'What went wrong at the last attempt; all of them are in outbox_attempts.';
comment on column public.outbox.result is 'What came of it, and while it runs what must not be repeated.';
comment on column public.outbox.finished_at is 'When it was done, or died.';

create index outbox_due_idx on public.outbox (coalesce(channel, ''), priority, run_at, id) where status = 'pending';
create index outbox_leased_idx on public.outbox (lease_expires_at) where status = 'running';
create index outbox_dead_idx on public.outbox (finished_at) where status = 'dead';
create index outbox_done_idx on public.outbox (finished_at) where status = 'done';
create index outbox_alerts_idx on public.outbox (channel, id desc) where kind = 'alert';
-- What the dashboard's list looks for, newest first.
create index outbox_kind_idx on public.outbox (kind, id);
create index outbox_channel_idx on public.outbox (channel, id);

alter table public.outbox enable row level security;
revoke all on table public.outbox from public, anon, authenticated, service_role;
revoke all on sequence public.outbox_id_seq from public, anon, authenticated, service_role;
grant select on table public.outbox to service_role;

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
comment on column public.outbox_attempts.outbox_id is 'The job.';
comment on column public.outbox_attempts.attempt is 'The number of the attempt, counted from 1.';
comment on column public.outbox_attempts.started_at is 'When the worker took it.';
comment on column public.outbox_attempts.finished_at is 'When it ended; empty while it runs.';
comment on column public.outbox_attempts.outcome is
    'done; retry: again later; dead: given up; released: given back at a shutdown; lease_expired: the worker vanished.';

alter table public.outbox_attempts enable row level security;
revoke all on table public.outbox_attempts from public, anon, authenticated, service_role;
revoke all on sequence public.outbox_attempts_id_seq from public, anon, authenticated, service_role;
grant select on table public.outbox_attempts to service_role;

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
comment on column public.worker_heartbeats.started_at is 'When the worker was first heard of.';
comment on column public.worker_heartbeats.seen_at is 'When it was last heard of; every half minute while it lives.';
comment on column public.worker_heartbeats.concurrency is 'How many jobs it does at a time.';
comment on column public.worker_heartbeats.in_flight is 'How many it was doing.';
comment on column public.worker_heartbeats.realtime_state is 'off, connecting, joined, listening or lost; only listening hears of new jobs.';
comment on column public.worker_heartbeats.realtime_message_at is 'When it last heard something from Realtime.';
comment on column public.worker_heartbeats.details is 'What else it says of itself: jobs done and failed, the state of the control room, ….';

alter table public.worker_heartbeats enable row level security;
revoke all on table public.worker_heartbeats from public, anon, authenticated, service_role;
grant select on table public.worker_heartbeats to service_role;

-- The worker's wake-up. Hosted has the publication already.
do $$
begin
    if not exists (select from pg_publication where pubname = 'supabase_realtime') then
        create publication supabase_realtime;
    end if;
end
$$;
alter publication supabase_realtime add table public.outbox;

-- source: channels/_tables.sql
create table public.channels (
    name text primary key check (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    transport text not null
        check (transport in ('aa_bot', 'aa_http', 'teams_workflow', 'slack_webhook', 'email_smtp', 'webhook')),
    sends text[] not null default '{digest,report}'
        check (sends <@ array['digest', 'report', 'alert', 'event', 'incident'] and cardinality(sends) > 0),
    filter jsonb not null default '{}' check (jsonb_typeof(filter) = 'object'),
    schedule jsonb not null default '{}' check (jsonb_typeof(schedule) = 'object'),
    config jsonb not null default '{}' check (jsonb_typeof(config) = 'object'),
    description text,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.channels is 'Where messages go. One row is one subscription; what a transport needs stands in config.';
comment on column public.channels.transport is
    'aa_bot and aa_http: Automation Anywhere; teams_workflow, slack_webhook, email_smtp; webhook: any signed HTTP endpoint.';
comment on column public.channels.sends is
    'What the channel gets: digest, report, alert; event: each change, for machines; incident: what is wrong with the system.';
comment on column public.channels.filter is
    'Whom it is told of: level, function, country, kind, tier, owner, watched, community. {"level": ["csuite"], "country": ["DE"]}';
comment on column public.channels.schedule is
    'When its digest goes, where not as settings say: {"day": "monday", "time": "08:00", "time_zone": "Europe/Berlin"}';
comment on column public.channels.config is 'Recipients, bot and so on. Never a secret: secret_env names a variable of the worker''s environment.';

alter table public.channels enable row level security;
revoke all on table public.channels from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.channels to service_role;

create table public.mutes (
    channel text not null references public.channels (name) on update cascade on delete cascade,
    community text not null default 'main',
    user_id text not null,
    until timestamptz,
    reason text,
    by_feedback boolean not null default false,
    created_at timestamptz not null default now(),
    -- What a link did and what you wrote stand side by side, so that undoing the one leaves the other.
    primary key (channel, community, user_id, by_feedback)
);
comment on table public.mutes is 'Whom a channel does not want to hear of. Looked at when a digest or an alert is made.';
comment on column public.mutes.community is 'A member is community and user_id.';
comment on column public.mutes.until is 'Up to when; empty: for good.';
comment on column public.mutes.reason is 'Why: not an executive, already known, ….';
comment on column public.mutes.by_feedback is 'Whether a link in a message made it, which can undo it as well.';

create index mutes_member_idx on public.mutes (community, user_id);

alter table public.mutes enable row level security;
revoke all on table public.mutes from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.mutes to service_role;

create table public.feedback_proposals (
    id bigint generated always as identity primary key,
    channel text references public.channels (name) on update cascade on delete set null,
    community text not null,
    user_id text not null,
    verdict text not null check (verdict in ('not_executive', 'already_known', 'wrong_company')),
    title text,
    company text,
    status text not null default 'open' check (status in ('open', 'accepted', 'dismissed')),
    created_at timestamptz not null default now(),
    decided_at timestamptz,
    decided_by text,
    result jsonb not null default '{}',
    check ((status = 'open') = (decided_at is null))
);
comment on table public.feedback_proposals is
    'What readers of messages said is not right: each waits for somebody who accepts or dismisses it.';
comment on column public.feedback_proposals.channel is 'Whose reader said it; empty when the channel is gone.';
comment on column public.feedback_proposals.community is 'A member is community and user_id.';
comment on column public.feedback_proposals.verdict is
    'not_executive, already_known (both mute the member for the channel), or wrong_company.';
comment on column public.feedback_proposals.title is 'What the reader was told.';
comment on column public.feedback_proposals.company is 'What the reader was told.';
comment on column public.feedback_proposals.status is 'open: waits for somebody who decides; accepted; dismissed.';
comment on column public.feedback_proposals.decided_at is 'When it was accepted or dismissed.';
comment on column public.feedback_proposals.decided_by is 'Who accepted or dismissed it.';
comment on column public.feedback_proposals.result is
    'What accepting it made: {"as": example, suppression or correction, "example_id", "rule_id", "suppression_id", "corrected_at", "company", and what it "replaced"}.';

-- Pressed again, a button says nothing new while the first waits.
create unique index feedback_proposals_open_idx
    on public.feedback_proposals (community, user_id, channel, verdict) where status = 'open';
create index feedback_proposals_member_idx on public.feedback_proposals (community, user_id);
create index feedback_proposals_channel_idx on public.feedback_proposals (channel);

alter table public.feedback_proposals enable row level security;
revoke all on table public.feedback_proposals from public, anon, authenticated, service_role;
revoke all on sequence public.feedback_proposals_id_seq from public, anon, authenticated, service_role;
grant select on table public.feedback_proposals to service_role;

create table pathfinder.digest_cut_offs (
    channel text not null references public.channels (name) on update cascade on delete cascade,
    cut_off timestamptz not null,
    people integer,
    primary key (channel, cut_off)
);
comment on table pathfinder.digest_cut_offs is
    'Up to when a channel''s digests have told, the newest last. The first is where the channel began.';
comment on column pathfinder.digest_cut_offs.people is 'How many people the digest told of; empty where the channel began.';

alter table pathfinder.digest_cut_offs enable row level security;
revoke all on table pathfinder.digest_cut_offs from public, anon, authenticated, service_role;

-- source: people/_tables.sql
-- What a webhook says about one member, as the front door hands it on. The event is stored already.
create type pathfinder.profile_change as (
    event_id bigint,
    community text,
    user_id text,
    username text,
    attribute text,
    value text,
    details jsonb,
    occurred_at timestamptz,
    profile_field text
);
comment on type pathfinder.profile_change is
    'What a stored webhook says about one member: an attribute and its new value, in which field, and what came along.';

-- What a file that is taken over says about one member.
create type pathfinder.listed_member as (
    community text,
    user_id text,
    username text,
    title text,
    company text,
    country text,
    department text,
    email_domain text,
    joined_at timestamptz
);
comment on type pathfinder.listed_member is 'What a file that is taken over says about one member.';

create type pathfinder.change_verdict as (
    level text
);
comment on type pathfinder.change_verdict is 'What became of a member: the level after a change, empty for no executive.';

create table public.user_state (
    community text not null default 'main',
    user_id text not null,
    username text,
    title text not null,
    seniority_level text not null references public.levels (level),
    functions text[] not null default '{}',
    country text,
    country_code text,
    company text,
    department text,
    account_id bigint,
    joined_at timestamptz,
    first_detected_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    title_occurred_at timestamptz,
    title_field text,
    rules_version bigint,
    matched_rule text,
    email_domain text,
    profile_url text,
    primary key (community, user_id)
);
comment on table public.user_state is 'The executives as they are now. Whoever stops being one is removed.';
comment on column public.user_state.community is 'A member is community and user_id: two communities may use the same ids.';
comment on column public.user_state.seniority_level is 'Their level: csuite, vp, … (table levels).';
comment on column public.user_state.functions is 'What they are responsible for: finance, technology, ….';
comment on column public.user_state.country is 'As it was written.';
comment on column public.user_state.country_code is 'The country''s code of two letters, where it is known: DE.';
comment on column public.user_state.department is 'As it was written, where the community has such a field.';
comment on column public.user_state.account_id is 'The company that matters which they belong to (table accounts).';
comment on column public.user_state.first_detected_at is 'When they first became an executive here.';
comment on column public.user_state.last_seen_at is 'When something was last heard of them.';
comment on column public.user_state.title_occurred_at is 'The sender''s time of the title''s change, where it sends one.';
comment on column public.user_state.title_field is 'The profile field that holds the title, where a community has several for one.';
comment on column public.user_state.rules_version is 'The rules that decided it.';
comment on column public.user_state.matched_rule is 'Why: the rule, in its own description or pattern.';
comment on column public.user_state.email_domain is 'The part of the e-mail address after @; no more of it is kept.';
comment on column public.user_state.profile_url is 'The member''s page, from the community''s API.';

create index user_state_seniority_level_idx on public.user_state (seniority_level);
create index user_state_account_id_idx on public.user_state (account_id);
-- The orders in which the dashboard pages through them.
create index user_state_first_detected_at_idx on public.user_state (first_detected_at, community, user_id);
create index user_state_username_idx on public.user_state (lower(coalesce(username, '')), community, user_id);
create index user_state_company_idx on public.user_state (lower(coalesce(company, '')), community, user_id);

alter table public.user_state enable row level security;
revoke all on table public.user_state from public, anon, authenticated, service_role;
grant select on table public.user_state to service_role;

create table public.detections (
    id bigint generated by default as identity primary key,
    community text not null default 'main',
    user_id text not null,
    username text,
    title text,
    seniority_level text references public.levels (level),
    functions text[] not null default '{}',
    country text,
    country_code text,
    company text,
    account_id bigint,
    joined_at timestamptz,
    detected_at timestamptz not null default clock_timestamp(),
    kind text not null default 'new' check (kind in ('new', 'promotion', 'demotion', 'role', 'moved', 'left')),
    previous_title text,
    previous_level text references public.levels (level),
    previous_functions text[],
    previous_company text,
    origin text not null default 'webhook'
        check (origin in ('webhook', 'backfill', 'reclassification', 'level', 'enrichment', 'suppression', 'correction')),
    is_told boolean not null default true,
    matched_rule text,
    rules_version bigint,
    included_in_digest boolean not null default false,
    alerted_at timestamptz,
    report_id bigint,
    email_domain text,
    profile_url text,
    constraint detections_left_holds_what_they_were check (
        case
            when kind = 'left' then title is null and seniority_level is null and company is null
                and functions = '{}' and previous_title is not null and previous_level is not null
            else title is not null and seniority_level is not null
        end
    ),
    constraint detections_rise_has_a_level_before check (
        case when kind in ('promotion', 'demotion') then previous_level is not null else true end
    )
);
comment on table public.detections is
    'The changes: what happened to an executive. Those of one member stand in the order of their ids.';
comment on column public.detections.community is 'A member is community and user_id.';
comment on column public.detections.title is 'After the change; empty for left.';
comment on column public.detections.seniority_level is 'The level after the change: csuite, vp, … (table levels); empty for left.';
comment on column public.detections.functions is 'After the change: finance, technology, …; none for left.';
comment on column public.detections.country is 'As it was written.';
comment on column public.detections.country_code is 'The country''s code of two letters, where it is known: DE.';
comment on column public.detections.company is 'After the change; empty for left.';
comment on column public.detections.account_id is
    'The company that matters which they belong to after the change (table accounts); for left, belonged to.';
comment on column public.detections.detected_at is 'When the change was applied.';
comment on column public.detections.kind is
    'left: no executive any more; new; promotion: to a higher level; demotion: to a lower one; moved: to another company; role: other functions. Queries for who was found want: kind in (''new'', ''promotion'') and is_told.';
comment on column public.detections.previous_title is 'Before the change, where it changed.';
comment on column public.detections.previous_level is 'Before the change, where it changed.';
comment on column public.detections.previous_functions is 'Before the change, where they changed.';
comment on column public.detections.previous_company is 'Before the change, where it changed. A company that becomes known is no change.';
comment on column public.detections.origin is 'What made the change.';
comment on column public.detections.is_told is 'Whether messages tell it. What backfill, edited rules and the like change is only recorded.';
comment on column public.detections.matched_rule is 'Why: the rule, in its own description or pattern.';
comment on column public.detections.rules_version is 'The rules that decided it.';
comment on column public.detections.included_in_digest is
    'Whether a channel''s digest has covered it: told, undone meanwhile, or behind the link.';
comment on column public.detections.alerted_at is 'When the first instant alert about it was delivered.';
comment on column public.detections.report_id is 'The first report, or revision of one, that contains it.';
comment on column public.detections.email_domain is 'The part of the e-mail address after @; no more of it is kept.';
comment on column public.detections.profile_url is 'The member''s page, from the community''s API.';

create index detections_detected_at_idx on public.detections (detected_at, id);
create index detections_user_id_idx on public.detections (community, user_id, id desc);
create index detections_seniority_level_idx on public.detections (seniority_level);
create index detections_previous_level_idx on public.detections (previous_level);
create index detections_account_id_idx on public.detections (account_id, id);
create index detections_unreported_idx on public.detections (detected_at) where report_id is null and is_told;
create index detections_report_id_idx on public.detections (report_id, id) where report_id is not null;

alter table public.detections enable row level security;
revoke all on table public.detections from public, anon, authenticated, service_role;
revoke all on sequence public.detections_id_seq from public, anon, authenticated, service_role;
grant select on table public.detections to service_role;

-- Whom a channel is to be alerted about. Webhooks only add rows here, so they never wait for each other; the job that
-- is claimed next takes all that wait for its channel.
create table pathfinder.alerts (
    detection_id bigint not null references public.detections (id) on delete cascade,
    channel text not null references public.channels (name) on update cascade on delete cascade,
    job_id bigint references public.outbox (id) on delete cascade,
    queued_at timestamptz not null default clock_timestamp(),
    taken_at timestamptz,
    primary key (detection_id, channel)
);
comment on table pathfinder.alerts is 'Whom each channel is, or was, alerted about; job_id is the job that does it.';
comment on column pathfinder.alerts.taken_at is 'When the job took it: what happened until then is told with it.';

create index alerts_waiting_idx on pathfinder.alerts (channel) where job_id is null;
create index alerts_job_id_idx on pathfinder.alerts (job_id) where job_id is not null;

alter table pathfinder.alerts enable row level security;
revoke all on table pathfinder.alerts from public, anon, authenticated, service_role;

create table pathfinder.digest_ledger (
    channel text not null references public.channels (name) on update cascade on delete cascade,
    detection_id bigint not null references public.detections (id) on delete cascade,
    outcome text not null check (outcome in ('told', 'merged', 'undone', 'unmatched', 'muted')),
    digest_id bigint,
    place integer,
    kind text,
    latest_id bigint,
    primary key (channel, detection_id),
    check ((outcome = 'told') = (place is not null)),
    check ((outcome = 'told') = (latest_id is not null)),
    check ((outcome in ('told', 'merged')) = (digest_id is not null))
);
comment on table pathfinder.digest_ledger is 'What became of each change in each channel''s digests: each change once.';
comment on column pathfinder.digest_ledger.outcome is
    'told; merged: an earlier change of somebody told; undone: came to nothing; unmatched: not what the channel is told of; muted.';
comment on column pathfinder.digest_ledger.digest_id is 'The first message of the digest.';
comment on column pathfinder.digest_ledger.place is 'The place among its people, the most important first, from 1.';
comment on column pathfinder.digest_ledger.kind is 'As what it was told: the kind of the difference.';
comment on column pathfinder.digest_ledger.latest_id is
    'The member''s last change before the cut-off, told or only recorded: what they were then.';

create index digest_ledger_detection_id_idx on pathfinder.digest_ledger (detection_id);
create index digest_ledger_digest_id_idx on pathfinder.digest_ledger (digest_id, place);

alter table pathfinder.digest_ledger enable row level security;
revoke all on table pathfinder.digest_ledger from public, anon, authenticated, service_role;

-- A member's difference over a span of changes: what messages tell. `detection_id` is the last of the changes that are
-- told, `latest_id` the last of all.
create type pathfinder.net_change as (
    detection_id bigint,
    community text,
    user_id text,
    kind text,
    level text,
    previous_level text,
    title text,
    previous_title text,
    company text,
    previous_company text,
    functions text[],
    username text,
    country text,
    country_code text,
    account_id bigint,
    joined_at timestamptz,
    changed_at timestamptz,
    email_domain text,
    profile_url text,
    latest_id bigint
);
comment on type pathfinder.net_change is 'What happened to a member over a span of changes; kind is empty when it came to nothing.';

create table pathfinder.registrations (
    community text not null default 'main',
    user_id text not null,
    joined_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (community, user_id)
);
comment on table pathfinder.registrations is 'When members joined, so that a later detection can say so. An id and a date, nothing else.';

create index registrations_recorded_at_idx on pathfinder.registrations (recorded_at);

alter table pathfinder.registrations enable row level security;
revoke all on table pathfinder.registrations from public, anon, authenticated, service_role;

create table pathfinder.privacy_salt (
    id boolean primary key default true check (id),
    salt bytea not null
);
comment on table pathfinder.privacy_salt is 'One row: what the ids of forgotten people are digested with.';

alter table pathfinder.privacy_salt enable row level security;
revoke all on table pathfinder.privacy_salt from public, anon, authenticated, service_role;

create table pathfinder.forgotten (
    digest bytea primary key,
    forgotten_at timestamptz not null default now()
);
comment on table pathfinder.forgotten is 'Who was forgotten, as salted digests of community and id: they are not announced again.';

alter table pathfinder.forgotten enable row level security;
revoke all on table pathfinder.forgotten from public, anon, authenticated, service_role;

-- Accounts: the companies that matter, and the keys that executives are matched with them by.

create table public.accounts (
    id bigint generated by default as identity primary key,
    name text not null,
    aliases text[] not null default '{}',
    domains text[] not null default '{}',
    tier text,
    owner text,
    region text,
    is_watched boolean not null default false,
    created_at timestamptz not null default now()
);
comment on table public.accounts is
    'Companies that matter. An executive belongs to one by the domain of the e-mail address, else by name or an alias.';
comment on column public.accounts.name is 'As people write it; legal forms, case and accents do not matter.';
comment on column public.accounts.aliases is 'Other names that members write, former ones too.';
comment on column public.accounts.domains is 'What stands after the @ of its people''s e-mail addresses; subdomains count.';
comment on column public.accounts.tier is 'How much it matters, in your own words: 1, strategic, …';
comment on column public.accounts.owner is 'Who looks after it.';
comment on column public.accounts.region is 'Where it belongs, in your own words.';
comment on column public.accounts.is_watched is 'Whether its first executive is said in messages, and its people come first.';

alter table public.accounts enable row level security;
revoke all on table public.accounts from public, anon, authenticated, service_role;
revoke all on sequence public.accounts_id_seq from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.accounts to service_role;

alter table public.user_state
    add constraint user_state_account_id_fkey foreign key (account_id)
    references public.accounts (id) on delete set null;
alter table public.detections
    add constraint detections_account_id_fkey foreign key (account_id)
    references public.accounts (id) on delete set null;

create table pathfinder.account_keys (
    kind text not null check (kind in ('company', 'domain')),
    key text collate "C" not null,
    account_id bigint not null references public.accounts (id) on delete cascade,
    primary key (kind, key)
);
comment on table pathfinder.account_keys is 'What executives are matched with accounts by; kept by a trigger on accounts.';

create index account_keys_account_id_idx on pathfinder.account_keys (account_id);

alter table pathfinder.account_keys enable row level security;
revoke all on table pathfinder.account_keys from public, anon, authenticated, service_role;

create table pathfinder.shared_domains (
    domain text collate "C" primary key,
    kind text not null check (kind in ('provider', 'ending'))
);
comment on table pathfinder.shared_domains is
    'Domains that tell no company: providers of e-mail for everybody, and endings such as co.uk.';

alter table pathfinder.shared_domains enable row level security;
revoke all on table pathfinder.shared_domains from public, anon, authenticated, service_role;

-- Suppressions: who is neither announced nor counted nor shown.

create type public.suppression_kind as enum ('member', 'domain', 'company');
comment on type public.suppression_kind is 'By what somebody is suppressed: the member''s id, the e-mail domain, the company.';

create table public.suppressions (
    id bigint generated by default as identity primary key,
    kind public.suppression_kind not null,
    value text not null,
    reason text,
    until timestamptz,
    community text,
    created_at timestamptz not null default now(),
    key text collate "C" not null,
    constraint suppressions_once unique nulls not distinct (key, kind, community)
);
comment on table public.suppressions is
    'Own staff, partners, competitors, test accounts: who is neither announced nor counted nor shown.';
comment on column public.suppressions.kind is
    'member: one person, by id; domain: whose e-mail address ends with it; company: who works there.';
comment on column public.suppressions.value is 'The id, the domain, or the company''s name.';
comment on column public.suppressions.reason is 'For whoever reads this later.';
comment on column public.suppressions.until is 'When it ends by itself; empty: never.';
comment on column public.suppressions.community is
    'The community it holds in; empty: all, or for a member the one that knows them.';
comment on column public.suppressions.key is 'What is compared, made from value; filled in by itself.';

alter table public.suppressions enable row level security;
revoke all on table public.suppressions from public, anon, authenticated, service_role;
revoke all on sequence public.suppressions_id_seq from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.suppressions to service_role;

-- Who comes back when their suppression ends, and the end of it. Nothing but that reads this.
create table pathfinder.set_aside (
    like public.user_state including defaults,
    ends_at timestamptz not null,
    primary key (community, user_id)
);
comment on table pathfinder.set_aside is 'Executives who are suppressed until a moment, as they were, or have become since.';
comment on column pathfinder.set_aside.ends_at is 'When nothing suppresses them any more.';

create index set_aside_ends_at_idx on pathfinder.set_aside (ends_at);

alter table pathfinder.set_aside enable row level security;
revoke all on table pathfinder.set_aside from public, anon, authenticated, service_role;

-- Which rules the retained titles were judged by last, and how far a run for newer ones has come.
create table pathfinder.reclassification (
    id boolean primary key default true check (id),
    version bigint,
    next_version bigint,
    after text
);
comment on table pathfinder.reclassification is 'One row: for which version of the rules the retained titles were judged anew.';
comment on column pathfinder.reclassification.version is 'The version for which all were.';
comment on column pathfinder.reclassification.next_version is 'The version for which they are being; empty: none.';
comment on column pathfinder.reclassification.after is 'Where that goes on.';

alter table pathfinder.reclassification enable row level security;
revoke all on table pathfinder.reclassification from public, anon, authenticated, service_role;

create table pathfinder.report_people (
    report_id bigint not null,
    digest bytea not null,
    primary key (digest, report_id)
);
comment on table pathfinder.report_people is
    'Whose names a report''s files hold, as salted digests: they are found even when the changes have been deleted.';

create index report_people_report_id_idx on pathfinder.report_people (report_id);

alter table pathfinder.report_people enable row level security;
revoke all on table pathfinder.report_people from public, anon, authenticated, service_role;

-- What editors corrected: it holds while the member goes on stating what was wrong.
create table pathfinder.corrections (
    community text not null,
    user_id text not null,
    attribute text not null check (attribute in ('title', 'company', 'country')),
    stated text,
    value text,
    corrected_at timestamptz not null default now(),
    primary key (community, user_id, attribute)
);
comment on table pathfinder.corrections is 'What editors corrected of executives, against what the community says.';
comment on column pathfinder.corrections.stated is 'What was known before, and counts no more when it is said again.';
comment on column pathfinder.corrections.value is
    'What counts instead; empty: nothing, and of a title that it is no executive''s, whatever it is.';

alter table pathfinder.corrections enable row level security;
revoke all on table pathfinder.corrections from public, anon, authenticated, service_role;

-- source: ingest/_tables.sql
create table public.field_registry (
    field_name text primary key check (btrim(field_name) <> ''),
    attribute text not null default 'title' check (attribute in ('title', 'company', 'country', 'department', 'email')),
    field_id text unique,
    is_active boolean not null default true,
    updated_at timestamptz not null default now()
);
comment on table public.field_registry is 'Which profile fields matter, by label or by the platform''s id, and what they mean.';
comment on column public.field_registry.field_name is 'The field''s label; case, spaces, dashes and underscores do not matter.';
comment on column public.field_registry.attribute is 'What the field holds: title, company, country, department or email (of which only the domain is kept).';
comment on column public.field_registry.field_id is 'The platform''s own id of the field; it survives a renamed label.';


alter table public.field_registry enable row level security;
revoke all on table public.field_registry from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.field_registry to service_role;

create table public.webhook_sources (
    name text primary key check (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    community text not null check (community ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
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
    sends_old_values boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check (auth_kind <> 'basic' or username is not null),
    check (auth_kind not in ('secret_header', 'hmac') or header_name is not null)
);
comment on table public.webhook_sources is
    'Who may post webhooks, and how the post is authenticated and read. Secrets are set with set_webhook_secret().';
comment on column public.webhook_sources.community is
    'The community it feeds; empty for the first source: main. Several sources may feed one.';
comment on column public.webhook_sources.auth_kind is
    'basic: user name and secret; secret_header: the secret in a header; standard_webhooks and hmac: a signature.';
comment on column public.webhook_sources.header_name is 'Lower-case header that carries the secret or the HMAC.';
comment on column public.webhook_sources.signature_prefix is 'What stands before the hexadecimal HMAC, such as sha256=.';
comment on column public.webhook_sources.signed_content is 'What an HMAC is computed over: {body}, or for example {timestamp}:{body}.';
comment on column public.webhook_sources.timestamp_header is 'Header with the time of sending (Unix seconds), checked against tolerance; of hmac it is signed: {timestamp}.';
comment on column public.webhook_sources.tolerance is 'How old a signed timestamp may be.';
comment on column public.webhook_sources.event_id_header is 'Header with the sender''s event id, where it has one; of hmac it is signed: {id}.';
comment on column public.webhook_sources.payload_paths is
    'Where the values are in the body, each a path or a list of paths: {"user_id": ["user", "id"], …}. Empty: the usual shapes.';

comment on column public.webhook_sources.sends_old_values is
    'Whether it ever sent an old value that was not empty. While it did not, an empty one says nothing. Set by itself.';

alter table public.webhook_sources enable row level security;
revoke all on table public.webhook_sources from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.webhook_sources to service_role;

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

alter table pathfinder.webhook_secrets enable row level security;
revoke all on table pathfinder.webhook_secrets from public, anon, authenticated, service_role;
revoke all on sequence pathfinder.webhook_secrets_id_seq from public, anon, authenticated, service_role;

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

alter table pathfinder.webhook_counters enable row level security;
revoke all on table pathfinder.webhook_counters from public, anon, authenticated, service_role;

-- What read_webhook() hands on.
create type pathfinder.reading as (
    source text,
    community text,
    kind text,
    event_id text,
    idempotency_key text,
    user_id text,
    username text,
    profile_field text,
    attribute text,
    value text,
    old_value text,
    details jsonb,
    occurred_at timestamptz,
    sends_old_values boolean,
    skip_reason text,
    ignored_fields integer,
    unreadable_times integer
);
comment on type pathfinder.reading is
    'What a webhook says; why it is of no interest, if so; what of it could not be read.';

create table public.events_raw (
    id bigint generated by default as identity primary key,
    event_id text,
    idempotency_key text not null,
    source text not null,
    community text not null default 'main',
    kind text not null default 'profile_update' check (kind in ('profile_update', 'registration', 'departure')),
    user_id text not null,
    username text,
    profile_field text,
    attribute text check (attribute in ('title', 'company', 'country', 'department', 'email')),
    value text,
    old_value text,
    details jsonb,
    occurred_at timestamptz,
    received_at timestamptz not null default now(),
    state text not null default 'waiting' check (state in ('waiting', 'processed', 'stale', 'held', 'parked')),
    settled_at timestamptz,
    due_at timestamptz,
    error text,
    attempts integer not null default 0,
    processed boolean not null generated always as (state in ('processed', 'stale')) stored,
    processed_at timestamptz generated always as (
        case when state in ('processed', 'stale') then settled_at end
    ) stored
);
comment on table public.events_raw is 'Webhooks of the last days: an audit, and the queue of those that could not be processed at once.';
comment on column public.events_raw.event_id is 'The sender''s own id, where it sends one.';
comment on column public.events_raw.idempotency_key is
    'What a repeated webhook is known by: source and event id, or else a digest of the change.';
comment on column public.events_raw.source is 'The webhook_sources row that posted it.';
comment on column public.events_raw.community is 'The community that the source feeds.';
comment on column public.events_raw.kind is 'profile_update; registration: a new member, whose joining date is kept; departure: a membership that ended.';
comment on column public.events_raw.profile_field is 'The field as the platform calls it.';
comment on column public.events_raw.attribute is 'What field_registry says that the field holds.';
comment on column public.events_raw.value is 'The new value, kept while it is needed; of an e-mail address only the domain.';
comment on column public.events_raw.old_value is 'The value before, where the platform sends it.';
comment on column public.events_raw.details is 'What else came along: country, company, joined_at, ….';
comment on column public.events_raw.occurred_at is 'The sender''s own time of the change, where it sends one.';
comment on column public.events_raw.received_at is 'When the webhook was stored.';
comment on column public.events_raw.state is
    'waiting to be processed; processed; stale: a later change was known; held for the change it builds on;'
    ' parked: it failed too often.';
comment on column public.events_raw.settled_at is 'When it came into its state; empty while it waits.';
comment on column public.events_raw.due_at is
    'When a waiting one is tried; when a held one counts after all, unless something newer came.';
comment on column public.events_raw.processed is 'Whether nothing remains to be done with it; follows from state.';
comment on column public.events_raw.processed_at is 'When that was so; follows from state.';

-- A sender's event id helps to know a repetition. (Without one, the key is a digest of the change, and the same change
-- may rightly happen again; and some senders use one id for several events.)
create index events_raw_event_id_idx on public.events_raw (idempotency_key) where event_id is not null;
-- The latest known change of one member's attribute: duplicates and staleness are judged against it.
create index events_raw_latest_idx on public.events_raw (community, user_id, attribute, settled_at desc, id desc);
create index events_raw_pending_idx on public.events_raw (due_at, id) where state = 'waiting';
-- Rows come in this order, so a block range index is enough for the nightly purge, and nearly free to keep.
create index events_raw_received_at_idx on public.events_raw using brin (received_at) with (pages_per_range = 32);

-- An event waits behind earlier ones of the same member; hardly any event does, so this index is nearly empty.
create index events_raw_waiting_idx on public.events_raw (community, user_id, id) where state = 'waiting';
-- Events that came before the change they build on, and when to stop waiting for it.
create index events_raw_held_idx on public.events_raw (community, user_id, attribute) where state = 'held';
create index events_raw_held_until_idx on public.events_raw (due_at) where state = 'held';
-- What waits and what is parked: hardly ever anything, so these are nearly empty and nearly free.
create index events_raw_oldest_pending_idx on public.events_raw (received_at) where state = 'waiting';
create index events_raw_parked_idx on public.events_raw (id) where state = 'parked';

alter table public.events_raw enable row level security;
revoke all on table public.events_raw from public, anon, authenticated, service_role;
revoke all on sequence public.events_raw_id_seq from public, anon, authenticated, service_role;
grant select on table public.events_raw to service_role;

-- source: schedule/_tables.sql
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
comment on column public.job_runs.job is 'digest, report, report_revision, housekeeping, or what every tick does.';
comment on column public.job_runs.period is 'The week (2026-W47), month (2026-11) or day that it was done for.';
comment on column public.job_runs.period_start is 'Inclusive.';
comment on column public.job_runs.period_end is 'Exclusive.';
comment on column public.job_runs.started_at is 'When the last attempt began.';
comment on column public.job_runs.finished_at is 'When it ended.';
comment on column public.job_runs.outcome is 'running, done, or failed: it is tried again.';
comment on column public.job_runs.next_attempt_at is 'When a failed one is tried again.';
comment on column public.job_runs.result is 'What it made.';

-- The tick asks each minute whether something failed or is unfinished; hardly ever is there any.
create index job_runs_unfinished_idx on public.job_runs (job, next_attempt_at) where outcome <> 'done';
-- Which digest was the last one, so where the next begins.
create index job_runs_period_end_idx on public.job_runs (job, period_end);
create index job_runs_failed_idx on public.job_runs (job) where outcome = 'failed';

alter table public.job_runs enable row level security;
revoke all on table public.job_runs from public, anon, authenticated, service_role;
revoke all on sequence public.job_runs_id_seq from public, anon, authenticated, service_role;
grant select on table public.job_runs to service_role;

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
comment on column public.digests.week_start is 'Inclusive: where the digest before ended.';
comment on column public.digests.week_end is 'Exclusive: the cut-off.';
comment on column public.digests.part is 'A digest of more people than settings.digest_size comes in parts.';
comment on column public.digests.parts is 'How many parts it has.';
comment on column public.digests.payload is 'The people and the counts, as they are rendered.';
comment on column public.digests.sent is 'Whether it was delivered.';
comment on column public.digests.sent_at is 'When it was delivered.';

create index digests_unsent_idx on public.digests (created_at) where not sent;
create index digests_channel_idx on public.digests (channel, week_end desc);
create index digests_sent_at_idx on public.digests (sent_at) where sent;

alter table public.digests enable row level security;
revoke all on table public.digests from public, anon, authenticated, service_role;
revoke all on sequence public.digests_id_seq from public, anon, authenticated, service_role;
grant select on table public.digests to service_role;

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
    erased_at timestamptz,
    is_outdated boolean not null default false,
    is_told boolean not null default true,
    unique (month_label, revision)
);
comment on table public.reports is 'Month-end reports; a month with late detections has later revisions.';
comment on column public.reports.month_label is 'The month, as 2026-11.';
comment on column public.reports.revision is '1 at month end; later ones add people found after that.';
comment on column public.reports.generated_at is 'When it was counted.';
comment on column public.reports.period_start is 'Inclusive: midnight in time_zone.';
comment on column public.reports.period_end is 'Exclusive.';
comment on column public.reports.time_zone is 'The zone whose month it is: settings.time_zone at the time.';
comment on column public.reports.rules_version is 'The rules in force when it was made.';
comment on column public.reports.summary is 'All its figures, as they are rendered.';
comment on column public.reports.file_uri is 'Where the report lies in Storage: bucket and key of what its link opens.';
comment on column public.reports.csv_uri is 'Bucket and key of the CSV file.';
comment on column public.reports.html_uri is 'Bucket and key of the HTML file.';
comment on column public.reports.pdf_uri is 'Bucket and key of the PDF file.';
comment on column public.reports.links is 'Signed links by format; they work until links_expire_at.';
comment on column public.reports.links_expire_at is 'When its links stop working; they are renewed before.';
comment on column public.reports.published_at is 'When its files lay in Storage.';
comment on column public.reports.erased_at is 'When a person was last erased from it; its files are made anew afterwards.';
comment on column public.reports.is_outdated is 'Whether somebody was taken out of it since it was counted.';
comment on column public.reports.is_told is 'Whether channels are told of it once it has its files; not with --no-send.';

create index reports_outdated_idx on public.reports (id) where is_outdated;

alter table public.reports enable row level security;
revoke all on table public.reports from public, anon, authenticated, service_role;
revoke all on sequence public.reports_id_seq from public, anon, authenticated, service_role;
grant select on table public.reports to service_role;

-- Stands here because the changes are older than the reports that tell of them.
alter table public.detections add foreign key (report_id) references public.reports (id) on delete set null;

-- source: admin/_tables.sql
create table pathfinder.incidents (
    id bigint generated by default as identity primary key,
    key text not null,
    kind text not null check (kind in ('health', 'dead_jobs', 'overdue', 'silence')),
    title text not null,
    details jsonb not null default '[]',
    advice text not null default '',
    began_at timestamptz not null,
    ended_at timestamptz
);
comment on table pathfinder.incidents is 'What is, or was, wrong with the system: told once when it begins, and once when it ends.';
comment on column pathfinder.incidents.key is 'The same for the same trouble.';

create unique index incidents_open_idx on pathfinder.incidents (key) where ended_at is null;

alter table pathfinder.incidents enable row level security;
revoke all on table pathfinder.incidents from public, anon, authenticated, service_role;

create table pathfinder.health_token (
    id boolean primary key default true check (id),
    digest bytea not null,
    made_at timestamptz not null default now()
);
comment on table pathfinder.health_token is 'One row: what the token for health_status() comes to, digested. The token itself is stored nowhere.';

alter table pathfinder.health_token enable row level security;
revoke all on table pathfinder.health_token from public, anon, authenticated, service_role;

-- What contains_words() looks through, word for word: without it a search reads every row. Where the extension is, a
-- project may have decided before.
do $$
declare
    home constant text := (
        select pg_namespace.nspname
        from pg_extension
        join pg_namespace on pg_namespace.oid = pg_extension.extnamespace
        where pg_extension.extname = 'pg_trgm'
    );
    searched text;
begin
    if home is not null then
        foreach searched in array array['user_state', 'detections'] loop
            execute format(
                'create index %I on public.%I using gin ((coalesce(username, '''') || '' '' || coalesce(title, '''')'
                ' || '' '' || coalesce(company, '''') || '' '' || user_id) %I.gin_trgm_ops)',
                searched || '_text_idx', searched, home
            );
        end loop;
    end if;
end
$$;

-- What list_job_errors() counts of the jobs that wait: few of many.
create index outbox_failing_idx on public.outbox (id) where status = 'pending' and last_error is not null;
