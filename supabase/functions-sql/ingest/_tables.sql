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
