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
