-- The rules: what is derived from them, the triggers that check and compile every edit, and the default rules.

alter table public.classification_rules add column matcher text[] not null default '{}';
comment on column public.classification_rules.matcher is
    'What Postgres matches with: made from kind, pattern and scope, filled in by itself.';

alter table public.rule_versions add column origins jsonb not null default '{}';
comment on column public.rule_versions.origins is 'The same with a group for each rule, to say which one matched.';

-- Read with every title: plain on disk costs less than decompressing it each time.
alter table public.rule_versions alter column compiled set storage external;

create table pathfinder.rule_edits (
    id boolean primary key default true check (id),
    edited_at timestamptz not null default now()
);
comment on table pathfinder.rule_edits is 'One row, updated by every edit of the rules: edits wait for each other here.';
alter table pathfinder.rule_edits enable row level security;
revoke all on table pathfinder.rule_edits from public, anon, authenticated, service_role;
insert into pathfinder.rule_edits default values;

create trigger check_rule_row
    before insert or update on public.classification_rules
    for each row execute function pathfinder.check_rule_row();

create trigger begin_rule_edit
    before insert or update or delete or truncate on public.classification_rules
    for each statement execute function pathfinder.begin_rule_edit();

create trigger record_rule_version
    after insert or update or delete or truncate on public.classification_rules
    for each statement execute function pathfinder.record_rule_version();

-- At the end of the transaction, so that a bulk replacement may take several statements.
create constraint trigger protect_examples
    after insert on public.rule_versions
    deferrable initially deferred
    for each row execute function pathfinder.protect_examples();

insert into public.classification_rules (category, kind, scope, pattern, description)
select category, kind, scope, pattern, description
from pathfinder.default_rules()
where not exists (select from public.classification_rules);

insert into public.rule_examples (title, expected, note)
select title, expected, note
from pathfinder.default_rule_examples()
on conflict (title) do nothing;
