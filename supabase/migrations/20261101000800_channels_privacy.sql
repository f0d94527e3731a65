-- Channels that are checked when they are saved, alerts that gather, enrichment, and forgetting people.

create trigger validate_channel
    before insert or update of transport, config, is_active on public.channels
    for each row execute function pathfinder.validate_channel();

-- Alerts -------------------------------------------------------------------------------------------------------

-- Whom a channel is to be alerted about. Webhooks only add rows here, so they never wait for each other; the job that
-- is claimed next takes all that wait for its channel.
create table pathfinder.alerts (
    detection_id bigint not null references public.detections (id) on delete cascade,
    channel text not null references public.channels (name) on update cascade on delete cascade,
    job_id bigint references public.outbox (id) on delete cascade,
    queued_at timestamptz not null default now(),
    primary key (detection_id, channel)
);
comment on table pathfinder.alerts is 'Whom each channel is, or was, alerted about; job_id is the job that does it.';
create index alerts_waiting_idx on pathfinder.alerts (channel) where job_id is null;
create index alerts_job_id_idx on pathfinder.alerts (job_id) where job_id is not null;
create index outbox_alerts_idx on public.outbox (channel, id desc) where kind = 'alert';
comment on column public.detections.alerted_at is 'When the first instant alert about it was delivered.';

-- Enrichment ---------------------------------------------------------------------------------------------------

alter table public.settings
    add column enrichment boolean not null default false,
    add column enrichment_wait interval not null default '30 minutes'
        check (enrichment_wait between interval '0' and interval '24 hours');
comment on column public.settings.enrichment is 'Complete each detection from the community''s API (COMMUNITY_API_URL of the worker).';
comment on column public.settings.enrichment_wait is 'How long a digest waits for that, at the most.';

-- Privacy ------------------------------------------------------------------------------------------------------

create table pathfinder.privacy_salt (
    id boolean primary key default true check (id),
    salt bytea not null
);
comment on table pathfinder.privacy_salt is 'One row: what the ids of forgotten people are digested with.';
insert into pathfinder.privacy_salt (salt) values (extensions.gen_random_bytes(32));

create table pathfinder.forgotten (
    digest bytea primary key,
    forgotten_at timestamptz not null default now()
);
comment on table pathfinder.forgotten is 'Who was forgotten, as salted digests of their ids: they are not announced again.';

alter table public.reports add column erased_at timestamptz;
comment on column public.reports.erased_at is 'When a person was last erased from it; its files are made anew afterwards.';

alter table pathfinder.alerts enable row level security;
alter table pathfinder.privacy_salt enable row level security;
alter table pathfinder.forgotten enable row level security;
revoke all on table pathfinder.alerts, pathfinder.privacy_salt, pathfinder.forgotten
    from public, anon, authenticated, service_role;
