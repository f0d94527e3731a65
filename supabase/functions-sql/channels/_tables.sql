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
