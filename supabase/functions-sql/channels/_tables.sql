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
comment on column public.channels.transport is
    'aa_bot and aa_http: Automation Anywhere; teams_workflow, slack_webhook, email_smtp; webhook: any signed HTTP endpoint.';
comment on column public.channels.sends is 'What the channel gets: digest, report, alert.';
comment on column public.channels.config is 'Recipients, bot and so on. Never a secret: secret_env names a variable of the worker''s environment.';

alter table public.channels enable row level security;
revoke all on table public.channels from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.channels to service_role;
