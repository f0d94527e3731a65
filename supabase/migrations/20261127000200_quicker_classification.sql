-- Classification looks at a title the closer the more it may hold an office; ingestion asks less of the database for
-- members of whom nothing is retained; new default rules; a worker's calls about a job look at that job alone.

-- Which rule decided is found by its clues now. The column goes first, because that locks the table until the end:
-- webhooks that are under way end before, later ones wait or are queued, and none judges by new rules with an old
-- function.
alter table public.rule_versions drop column origins;

create temporary table previous_defaults on commit drop as select * from pathfinder.default_rules();

set check_function_bodies = off;

drop function pathfinder.store_event(public.events_raw,text);

drop function pathfinder.compile_rules(jsonb);

drop function pathfinder.explain(text,jsonb,jsonb,jsonb);

drop function pathfinder.find_rule(text,jsonb,text);

drop function pathfinder.has_pending_events(text);

drop function pathfinder.join_branches(jsonb,boolean,boolean,boolean);

-- source: ingest/accept_event.sql
-- Stores one event and applies it, or says why not. Whatever fails, the event is stored.
--
-- Events of one member take turns; those of different members do not wait for each other. While earlier events of the
-- member are still queued, this one queues behind them, since applying it first would let them overwrite it.
-- Called by: receive_webhook.
-- Returns: {"status": processed|duplicate|stale|skipped|queued, "user_id", "event_id", …}. Raises: nothing it can help.
-- Example: select pathfinder.accept_event(pathfinder.read_event(…));
create or replace function pathfinder.accept_event(event public.events_raw)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
    state text;
    fault text;
begin
    if event.outcome = 'skipped' then
        return json_build_object('status', 'skipped', 'reason', event.error);
    end if;

    begin
        perform pg_advisory_xact_lock(pathfinder.member_lock_key(event.user_id));
        return pathfinder.settle_event(event);
    exception
        -- The statement timeout is a query_canceled, which `others` leaves out.
        when query_canceled or others then
            get stacked diagnostics
                state = returned_sqlstate,
                fault = message_text;
    end;
    return pathfinder.queue_event(event, format('%s: %s', state, fault));
end
$$;

revoke all on function pathfinder.accept_event(public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.accept_event(public.events_raw) is 'Stores one event and applies it, or says why not.';

-- source: ingest/answer_webhook.sql
-- Counts an accepted webhook and gives the answer.
-- Called by: receive_webhook.
-- Returns: {"status": "accepted", "result": …}; sets the response's status to 202 when the event is queued.
-- Example: select pathfinder.answer_webhook('{"status": "skipped", "reason": "…"}', 'community');
create or replace function pathfinder.answer_webhook(result json, source text)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
    status constant text := result ->> 'status';
begin
    perform pathfinder.count_webhook(source, status);
    if status = 'queued' then
        perform set_config('response.status', '202', true);
    end if;
    return json_build_object('status', 'accepted', 'result', result);
end
$$;

revoke all on function pathfinder.answer_webhook(json, text) from public, anon, authenticated, service_role;

comment on function pathfinder.answer_webhook(json, text) is 'Counts an accepted webhook and gives its answer.';

-- source: ingest/apply_title.sql
-- Applies a member's new title: an executive is kept and, when new or promoted, detected; anybody else is not kept.
--
-- Detected are a member who was no executive before (new), and a vice president who joins the C-suite (promotion).
-- A C-level who becomes a vice president changes level without being detected again.
-- Whoever was forgotten is not detected, and the event keeps nothing about them.
-- Called by: apply_event.
-- Returns: the title's level: csuite, vp or null. Raises: whatever classification raises.
-- Example: select pathfinder.apply_title(events_raw) from public.events_raw where id = 7;
create or replace function pathfinder.apply_title(event public.events_raw)
returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
    judgement record;
    known_level text;
    person public.user_state;
begin
    judgement := pathfinder.classify(event.value);
    known_level := pathfinder.member_level(event.user_id);

    if judgement.level is null then
        if known_level is not null then
            delete from public.user_state where user_state.user_id = event.user_id;
        end if;
        return null;
    end if;

    if known_level is null and pathfinder.is_forgotten(event.user_id) then
        update public.events_raw
        set username = null, value = null, old_value = null, details = null
        where events_raw.id = event.id;
        return null;
    end if;
    person := pathfinder.describe_executive(event);
    person.seniority_level := judgement.level;
    person.matched_rule := judgement.matched_rule;
    person.rules_version := judgement.rules_version;
    perform pathfinder.keep_executive(person);

    if known_level is null then
        perform pathfinder.record_detection(person, 'new');
    elsif known_level = 'vp' and judgement.level = 'csuite' then
        perform pathfinder.record_detection(person, 'promotion');
    else
        perform pathfinder.complete_detections(person);
    end if;
    return judgement.level;
end
$$;

revoke all on function pathfinder.apply_title(public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.apply_title(public.events_raw) is
    'Applies a member''s new title: keeps and detects executives, forgets others.';

-- source: ingest/authenticate_webhook.sql
-- Finds the source whose credentials a webhook carries.
--
-- Whatever is wrong (no source, no header, unknown user name, wrong secret, old timestamp), the refusal is the same
-- to the letter, so that it helps an administrator and tells a stranger nothing. Of secrets that are only compared,
-- salted digests are: the time that takes says nothing that a sender could use, because without the salt it cannot aim
-- at a digest. A slow hash would add nothing: set_webhook_secret wants long secrets.
-- Called by: receive_webhook.
-- Returns: the row of webhook_sources. Raises: PT401.
-- Example: select (pathfinder.authenticate_webhook('{"authorization": "Basic …"}', '{}')).name;
create or replace function pathfinder.authenticate_webhook(headers jsonb, body text)
returns public.webhook_sources
language plpgsql
stable
set search_path = ''
as $$
declare
    basic constant record := pathfinder.basic_credentials(headers ->> 'authorization');
    accepted public.webhook_sources;
begin
    select source.*
    into accepted
    from public.webhook_sources as source
    where source.enabled
        and case source.auth_kind
            when 'standard_webhooks' then pathfinder.accepts_standard_webhook(source, headers, body)
            when 'hmac' then pathfinder.accepts_hmac(source, headers, body)
            else
                (source.auth_kind = 'secret_header' or convert_to(source.username, 'UTF8') = basic.username)
                and exists (
                    select
                    from pathfinder.webhook_secrets as valid
                    where valid.source = source.name
                        and (valid.expires_at is null or valid.expires_at > now())
                        and valid.digest = sha256(valid.salt || case source.auth_kind
                            when 'basic' then basic.secret
                            else convert_to(headers ->> source.header_name, 'UTF8')
                        end)
                )
        end
    order by source.name
    limit 1;

    if not found then
        raise sqlstate 'PT401' using
            message = 'This webhook is not authorised.',
            hint = 'Send the credentials of an enabled row of webhook_sources (for Basic authentication, its user name'
                ' and the secret given to set_webhook_secret; for signatures, a fresh timestamp as well).';
    end if;
    return accepted;
end
$$;

revoke all on function pathfinder.authenticate_webhook(jsonb, text) from public, anon, authenticated, service_role;

comment on function pathfinder.authenticate_webhook(jsonb, text) is 'The source whose credentials a webhook carries.';

-- source: ingest/basic_credentials.sql
-- Reads the user name and the secret from an Authorization header of Basic authentication, as RFC 7617 writes them.
--
-- They stay undecoded bytes, so that nothing in the header can make this fail.
-- Called by: authenticate_webhook.
-- Returns: both, or null for both where the header holds none. Raises: nothing.
-- Example: select convert_from(username, 'UTF8') from pathfinder.basic_credentials('Basic Y29tbXVuaXR5OnNlY3JldA==');
create or replace function pathfinder.basic_credentials(
    authorization_header text,
    out username bytea,
    out secret bytea
)
language plpgsql
immutable
set search_path = ''
as $$
declare
    encoded text;
    credentials bytea;
    colon integer;
begin
    if lower(left(authorization_header, 6)) is distinct from 'basic ' then
        return;
    end if;
    encoded := rtrim(btrim(substring(authorization_header from 7)), '=');
    if encoded !~ '^[A-Za-z0-9+/]+$' or length(encoded) % 4 = 1 then
        return;
    end if;
    credentials := decode(rpad(encoded, (length(encoded) + 3) / 4 * 4, '='), 'base64');
    colon := position('\x3a'::bytea in credentials);
    if colon > 0 then
        username := substring(credentials from 1 for colon - 1);
        secret := substring(credentials from colon + 1);
    end if;
end
$$;

revoke all on function pathfinder.basic_credentials(text) from public, anon, authenticated, service_role;

comment on function pathfinder.basic_credentials(text) is
    'The user name and the secret in an Authorization header of Basic authentication.';

-- source: ingest/count_webhook.sql
-- Counts one webhook by day (UTC), source and outcome, for stats().
--
-- Each count is spread over shards, and a transaction takes one that no other is using: two webhooks never wait for
-- each other here. Shards are told apart by advisory locks, which end with the transaction.
-- Called by: answer_webhook, refuse_webhook.
-- Returns: nothing. Raises: nothing of its own.
-- Example: select pathfinder.count_webhook('community', 'processed');
create or replace function pathfinder.count_webhook(source text, outcome text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
    today constant date := (now() at time zone 'UTC')::date;
    -- Not a possible name of a source.
    counted_source constant text := coalesce(source, '(unknown)');
    lock_space constant integer := hashtext('pathfinder.webhook_counters');
    own_shard smallint := pg_backend_pid() % 16;
begin
    while not pg_try_advisory_xact_lock(lock_space, own_shard) loop
        own_shard := own_shard + 1;
    end loop;

    update pathfinder.webhook_counters as counter
    set count = counter.count + 1
    where counter.day = today
        and counter.source = counted_source
        and counter.outcome = count_webhook.outcome
        and counter.shard = own_shard;
    if not found then
        insert into pathfinder.webhook_counters (day, source, outcome, shard, count)
        values (today, counted_source, count_webhook.outcome, own_shard, 1);
    end if;
end
$$;

revoke all on function pathfinder.count_webhook(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.count_webhook(text, text) is 'Counts one webhook by day, source and outcome.';

-- source: ingest/find_duplicate.sql
-- Finds the stored event that an arriving one repeats.
--
-- With an event id, the id decides. Without one, an event is a repetition when the same change of the same member's
-- attribute is already the latest one known, and not older than the window: the same change with another in between
-- (A to B, B to A, A to B) is news. A registration without a title repeats what is known of the member's joining.
-- `latest` is the event of the member's attribute that was stored last.
-- Called by: settle_event.
-- Returns: the id of the stored event (0 when it is known without one), or null. Raises: nothing.
-- Example: select pathfinder.find_duplicate(event, pathfinder.latest_event(event.user_id, event.attribute, false));
create or replace function pathfinder.find_duplicate(event public.events_raw, latest public.events_raw)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
    if event.event_id is not null then
        return (
            select stored.id
            from public.events_raw as stored
            where stored.idempotency_key = event.idempotency_key
                and stored.event_id is not null
        );
    end if;
    if event.attribute is null then
        return (
            select 0
            from pathfinder.registrations as registration
            where registration.user_id = event.user_id
                and registration.joined_at <= (event.details ->> 'joined_at')::timestamptz
        );
    end if;

    if latest.value is distinct from event.value
        or latest.old_value is distinct from event.old_value
        or latest.occurred_at is distinct from event.occurred_at then
        return null;
    end if;
    return (select latest.id from public.settings where latest.received_at > now() - settings.dedup_window);
end
$$;

revoke all on function pathfinder.find_duplicate(public.events_raw, public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.find_duplicate(public.events_raw, public.events_raw) is 'The stored event that an arriving one repeats.';

-- source: ingest/read_event.sql
-- Reads what a webhook says from its body: who, which field, which value, and whatever else came along.
--
-- The shapes of the body are told apart by what is in it, not by the event's name, which the platform may not send:
--   a profile field is named           → a change of that field
--   a job title, and no field          → a registration with a title, or a whole profile that was saved
--   no title, a registration or a date → a registration
-- Where a source has payload_paths, what they find takes the place of the usual keys.
-- Called by: receive_webhook.
-- Returns: the event, not yet stored; outcome 'skipped' and the reason in error when it is of no interest.
-- Raises: PT400 when something is missing or is not text.
-- Example: select (pathfinder.read_event('{"userId": 1, "profileField": "Title", "value": "CEO"}', source, '{}')).value …;
create or replace function pathfinder.read_event(document jsonb, source public.webhook_sources, headers jsonb)
returns public.events_raw
language plpgsql
stable
set search_path = ''
as $$
declare
    event public.events_raw;
    event_name text;
    field_id text;
    field_label text;
    field public.field_registry;
    title jsonb;
begin
    -- Shapes that nest the member.
    if jsonb_typeof(document -> 'user') = 'object' then
        document := pathfinder.apply_payload_paths(
            document,
            '{
                "user_id": [["user", "id"], ["user", "userId"], ["user", "user_id"]],
                "username": [["user", "username"], ["user", "name"]],
                "title": [["user", "jobTitle"], ["user", "job_title"], ["user", "title"]],
                "company": ["user", "company"],
                "country": ["user", "country"],
                "joined_at": [["user", "joinedAt"], ["user", "joined_at"]]
            }',
            '{}'
        );
    end if;
    if source.payload_paths <> '{}' then
        document := pathfinder.apply_payload_paths(document, source.payload_paths, headers);
    end if;
    event_name := coalesce(document ->> 'event', document ->> 'eventName', document ->> 'event_name');
    field_id := coalesce(
        document ->> 'profileFieldId', document ->> 'profile_field_id', document ->> 'fieldId', document ->> 'field_id'
    );
    field_label := coalesce(
        document ->> 'profileField', document ->> 'profile_field', document ->> 'fieldName', document ->> 'field_name',
        document ->> 'field'
    );
    event.source := source.name;
    event.kind := case when event_name is null then 'profile_update' else pathfinder.event_kind(event_name) end;

    if field_id is not null or field_label is not null then
        field := pathfinder.resolve_field(field_id, field_label);
        event.kind := 'profile_update';
        event.profile_field := field.field_name;
        event.attribute := field.attribute;
        if field.attribute is null then
            event.outcome := 'skipped';
            event.error := format('The field "%s" is not registered.', left(coalesce(field_label, field_id), 100));
            return event;
        end if;
        if not document ? 'value' then
            raise sqlstate 'PT400' using
                message = 'The webhook names a field but holds no "value".',
                hint = 'Send the new value as "value"; null or "" says that the member cleared it.';
        end if;
        event.value := pathfinder.payload_text(document -> 'value', 'value', 4000);
        event.old_value := pathfinder.payload_text(
            coalesce(document -> 'oldValue', document -> 'old_value'), 'oldValue', 4000
        );
        -- Stated to have been empty is something else than not stated.
        if document ? 'oldValue' or document ? 'old_value' then
            event.old_value := coalesce(event.old_value, '');
        end if;
    else
        title := coalesce(document -> 'jobTitle', document -> 'job_title', document -> 'title');
        if event_name is null and title is null and not document ? 'date' then
            raise sqlstate 'PT400' using
                message = 'The webhook names no profile field, no job title and no date of registration.',
                hint = 'Send userId, profileField and value, or name the event.';
        end if;
        if event.kind = 'other' or (event_name is not null and event.kind = 'profile_update' and title is null) then
            event.outcome := 'skipped';
            event.error := case event.kind
                when 'other' then format('Events of the kind "%s" are not used.', left(event_name, 100))
                else 'The profile holds no job title.'
            end;
            return event;
        end if;
        if title is null or (event.kind = 'registration' and title = 'null') then
            event.kind := 'registration';
        else
            event.attribute := 'title';
            event.value := pathfinder.payload_text(title, 'title', 4000);
        end if;
    end if;

    event.user_id := pathfinder.payload_id(coalesce(document -> 'userId', document -> 'user_id'));
    event.username := pathfinder.payload_text(
        coalesce(document -> 'username', document -> 'userName', document -> 'user_name'), 'username', 1000
    );
    if document ?| '{timestamp,occurredAt,occurred_at}' then
        event.occurred_at := pathfinder.payload_time(
            coalesce(document -> 'timestamp', document -> 'occurredAt', document -> 'occurred_at')
        );
        -- A clock that runs ahead must not make every later change look old.
        if event.occurred_at > now() then
            event.occurred_at := now();
        end if;
    end if;
    if event.kind = 'registration' or document ?| '{country,company,joinedAt,joined_at}' then
        event.details := pathfinder.read_details(document, event.kind);
    end if;
    event.event_id := pathfinder.payload_text(
        coalesce(
            to_jsonb(headers ->> case source.auth_kind
                when 'standard_webhooks' then 'webhook-id'
                else source.event_id_header
            end),
            document -> 'eventId',
            document -> 'event_id'
        ),
        'eventId',
        500
    );
    event.idempotency_key := pathfinder.idempotency_key(event);
    return event;
end
$$;

revoke all on function pathfinder.read_event(jsonb, public.webhook_sources, jsonb)
    from public, anon, authenticated, service_role;

comment on function pathfinder.read_event(jsonb, public.webhook_sources, jsonb) is
    'Reads what a webhook says from its body.';

-- source: ingest/resolve_field.sql
-- Finds the registered field that a webhook names, by the platform's id or by the label.
--
-- The id counts before the label, since an administrator may rename the label: a registered field with an id is found
-- by a label only in webhooks without an id. In labels, case, white space, dashes and underscores do not matter.
-- Called by: read_event.
-- Returns: the row of field_registry; all null when no active field matches. Raises: nothing.
-- Example: select (pathfinder.resolve_field('123', 'job_title')).attribute;  -- title
create or replace function pathfinder.resolve_field(field_id text, label text)
returns public.field_registry
language plpgsql
stable
set search_path = ''
as $$
declare
    found_field public.field_registry;
begin
    -- As it is written in the registry, usually.
    select field.*
    into found_field
    from public.field_registry as field
    where field.is_active
        and (
            field.field_id = resolve_field.field_id
            or (field.field_name = label and (field.field_id is null or resolve_field.field_id is null))
        )
    order by (field.field_id = resolve_field.field_id) desc nulls last
    limit 1;

    if not found then
        select field.*
        into found_field
        from public.field_registry as field
        where field.is_active
            and pathfinder.field_key(field.field_name) = pathfinder.field_key(label)
            and (field.field_id is null or resolve_field.field_id is null);
    end if;
    return found_field;
end
$$;

revoke all on function pathfinder.resolve_field(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.resolve_field(text, text) is
    'The registered field that a webhook names, by the platform''s id or by the label.';

-- source: ingest/settle_event.sql
-- Decides what an event of a locked member is (new, duplicate, stale, to be queued), stores it and applies it.
--
-- Of most members nothing else is retained; then there is nothing to compare the event with.
-- Called by: accept_event, within its error boundary.
-- Returns: the answer's result. Raises: whatever classifying or storing raises.
-- Example: select pathfinder.settle_event(event);
create or replace function pathfinder.settle_event(event public.events_raw)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
    has_history constant boolean := exists (
        select from public.events_raw as stored where stored.user_id = event.user_id
    );
    latest public.events_raw;
    known_id bigint;
    is_behind boolean;
    has_held boolean := false;
    verdict text := 'apply';
    level text;
begin
    if has_history then
        latest := pathfinder.latest_event(event.user_id, event.attribute, false);
    end if;
    if has_history or event.event_id is not null or event.attribute is null then
        known_id := pathfinder.find_duplicate(event, latest);
    end if;
    if known_id is not null then
        return json_build_object('status', 'duplicate', 'user_id', event.user_id, 'event_id', known_id);
    end if;

    if has_history then
        select
            exists (
                -- Parked ones no longer wait.
                select
                from public.events_raw as waiting
                where waiting.user_id = event.user_id
                    and not waiting.processed
                    and waiting.outcome is null
            ),
            exists (
                select
                from public.events_raw as held
                where held.user_id = event.user_id
                    and held.attribute = event.attribute
                    and held.outcome = 'stale'
                    and held.next_attempt_at is not null
            )
        into is_behind, has_held;
        if is_behind then
            return pathfinder.queue_event(event, null);
        end if;
        if latest.outcome <> 'processed' then
            latest := pathfinder.latest_event(event.user_id, event.attribute, true);
        end if;
    end if;

    if has_history or event.occurred_at is not null then
        verdict := pathfinder.judge_order(event, latest);
    end if;
    event.id := pathfinder.store_event(event, verdict);
    if verdict <> 'apply' then
        return json_build_object(
            'status', 'stale',
            'user_id', event.user_id,
            'event_id', event.id,
            'reason', 'A later change of this member is already known.'
        );
    end if;

    level := pathfinder.apply_event(event);
    if has_held and pathfinder.apply_held_events(event) > 0 then
        level := pathfinder.member_level(event.user_id);
    end if;
    return json_build_object(
        'status', 'processed',
        'user_id', event.user_id,
        'is_senior', level is not null,
        'seniority_level', level,
        'event_id', event.id
    );
end
$$;

revoke all on function pathfinder.settle_event(public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.settle_event(public.events_raw) is
    'Decides what an event of a locked member is, stores it and applies it.';

-- source: ingest/store_event.sql
-- Stores an event whose fate is decided: one insert, no update later.
-- Called by: settle_event.
-- Returns: its id. Raises: 23505 when another with the same event id, of another member, came at the same time.
-- Example: select pathfinder.store_event(event, 'apply');
create or replace function pathfinder.store_event(event public.events_raw, verdict text)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
    stored_id bigint;
begin
    insert into public.events_raw (
        event_id, idempotency_key, source, kind, user_id, username, profile_field, attribute, value, old_value,
        details, occurred_at, processed, processed_at, outcome, next_attempt_at
    )
    values (
        event.event_id, event.idempotency_key, event.source, event.kind, event.user_id, event.username,
        event.profile_field, event.attribute, event.value, event.old_value, event.details, event.occurred_at,
        -- The clock, not the transaction's start: a transaction may have waited for another of the same member.
        true, clock_timestamp(),
        case verdict when 'apply' then 'processed' else 'stale' end,
        case verdict when 'held' then now() + (select settings.dedup_window from public.settings) end
    )
    returning id into stored_id;

    return stored_id;
end
$$;

revoke all on function pathfinder.store_event(public.events_raw, text) from public, anon, authenticated, service_role;

comment on function pathfinder.store_event(public.events_raw, text) is 'Stores an event whose fate is decided.';

-- source: outbox/extend_lease.sql
-- Keeps a job with the worker that is still at it.
-- Called by: the worker (service_role), well before the lease ends.
-- Returns: the lease's new end, or null when the lease is lost and the work must be given up.
-- Example: select public.extend_lease(7, 'worker-1', 2, 60);
create or replace function pathfinder.extend_lease(job_id bigint, worker text, attempt integer, lease_seconds numeric)
returns timestamptz
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    job constant public.outbox := pathfinder.holds_lease(extend_lease.job_id, extend_lease.worker, extend_lease.attempt);
    extended timestamptz;
begin
    update public.outbox
    set lease_expires_at = now()
        + make_interval(secs => least(greatest(extend_lease.lease_seconds, 1), 86400)::double precision)
    where outbox.id = job.id
    returning outbox.lease_expires_at into extended;
    return extended;
end
$$;

revoke all on function pathfinder.extend_lease(bigint, text, integer, numeric)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.extend_lease(bigint, text, integer, numeric) to service_role;

comment on function pathfinder.extend_lease(bigint, text, integer, numeric) is
    'Prolongs a live lease; null when it is lost.';

create or replace function public.extend_lease(
    job_id bigint,
    worker text,
    attempt integer,
    lease_seconds numeric default 60
)
returns timestamptz
language sql
volatile
set search_path = ''
as $$
    select pathfinder.extend_lease(job_id, worker, attempt, lease_seconds)
$$;

revoke all on function public.extend_lease(bigint, text, integer, numeric)
    from public, anon, authenticated, service_role;
grant execute on function public.extend_lease(bigint, text, integer, numeric) to service_role;

comment on function public.extend_lease(bigint, text, integer, numeric) is
    'For the worker: prolongs its lease on a job; null when the lease is lost.';

-- source: outbox/record_progress.sql
-- Remembers how far an attempt has come (such as the id of a deployment), for the next attempt to go on from.
-- Called by: the worker (service_role).
-- Returns: whether it was recorded; false when the lease is lost.
-- Example: select public.record_progress(7, 'worker-1', 2, '{"deployment_id": "…"}');
create or replace function pathfinder.record_progress(job_id bigint, worker text, attempt integer, progress jsonb)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    job constant public.outbox := pathfinder.holds_lease(
        record_progress.job_id, record_progress.worker, record_progress.attempt
    );
begin
    update public.outbox
    set result = coalesce(outbox.result, '{}') || pathfinder.json_object(record_progress.progress)
    where outbox.id = job.id;
    return found;
end
$$;

revoke all on function pathfinder.record_progress(bigint, text, integer, jsonb)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.record_progress(bigint, text, integer, jsonb) to service_role;

comment on function pathfinder.record_progress(bigint, text, integer, jsonb) is
    'Remembers how far an attempt has come.';

create or replace function public.record_progress(job_id bigint, worker text, attempt integer, progress jsonb)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select pathfinder.record_progress(job_id, worker, attempt, progress)
$$;

revoke all on function public.record_progress(bigint, text, integer, jsonb)
    from public, anon, authenticated, service_role;
grant execute on function public.record_progress(bigint, text, integer, jsonb) to service_role;

comment on function public.record_progress(bigint, text, integer, jsonb) is
    'For the worker: remembers how far an attempt has come; false when the lease is lost.';

-- source: outbox/release_outbox.sql
-- Gives a job back unfinished, to be claimed again at once; the attempt does not count.
-- Called by: the worker (service_role) that is being stopped.
-- Returns: whether it was given back; false when the lease is lost.
-- Example: select public.release_outbox(7, 'worker-1', 2);
create or replace function pathfinder.release_outbox(job_id bigint, worker text, attempt integer)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    job constant public.outbox := pathfinder.holds_lease(
        release_outbox.job_id, release_outbox.worker, release_outbox.attempt
    );
begin
    update public.outbox
    set status = 'pending', lease_expires_at = null, locked_by = null,
        uncounted_attempts = outbox.uncounted_attempts + 1
    where outbox.id = job.id;
    if not found then
        return false;
    end if;

    update public.outbox_attempts
    set outcome = 'released', finished_at = now()
    where outbox_attempts.outbox_id = release_outbox.job_id
        and outbox_attempts.attempt = release_outbox.attempt;
    return true;
end
$$;

revoke all on function pathfinder.release_outbox(bigint, text, integer)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.release_outbox(bigint, text, integer) to service_role;

comment on function pathfinder.release_outbox(bigint, text, integer) is 'Gives a job back unfinished.';

create or replace function public.release_outbox(job_id bigint, worker text, attempt integer)
returns boolean
language sql
volatile
set search_path = ''
as $$
    select pathfinder.release_outbox(job_id, worker, attempt)
$$;

revoke all on function public.release_outbox(bigint, text, integer) from public, anon, authenticated, service_role;
grant execute on function public.release_outbox(bigint, text, integer) to service_role;

comment on function public.release_outbox(bigint, text, integer) is
    'For the worker: gives a job back unfinished at a shutdown; the attempt does not count.';

-- source: rules/candidate_rules.sql
-- The rule set that a proposed edit would lead to, checked but not stored: an array like rule_versions.rules.
--
-- `candidate` is a whole rule set in the import format, or {"add": [rule, …], "change": [{"id", …}, …], "remove": [id, …]}
-- over the rules as they are, or a list of rules to add; a rule is {"category", "pattern", "kind", "scope",
-- "description", "is_active"}. Called by preview(). Raises 22023 for what would not be accepted.
create or replace function pathfinder.candidate_rules(candidate jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
    edits jsonb := pathfinder.unwrap_document(candidate);
    proposed jsonb;
    problem text;
begin
    if pg_catalog.jsonb_typeof(edits) = 'array' then
        edits := pg_catalog.jsonb_build_object('add', edits);
    end if;
    if edits ?| '{exclusion_patterns,csuite_patterns,vp_patterns}' then
        select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(listed) || pg_catalog.jsonb_build_object('id', coalesce(known.id, -listed.place))), '[]')
        into proposed
        from pathfinder.read_rule_config(edits)
            with ordinality as listed (category, kind, scope, pattern, description, is_active, place)
        left join public.classification_rules as known using (category, kind, scope, pattern);
    else
        if pg_catalog.jsonb_typeof(edits) is distinct from 'object' or edits - '{add,change,remove}'::text[] <> '{}' or edits = '{}' then
            problem := 'it is neither a rule set nor a list of edits.';
        elsif exists (select from pg_catalog.jsonb_each(edits) as part where pg_catalog.jsonb_typeof(part.value) <> 'array') then
            problem := '"add", "change" and "remove" are lists.';
        else
            select pg_catalog.format('there is no rule %s.', wanted.id)
            into problem
            from (
                select entry.value ->> 'id' as id from pg_catalog.jsonb_array_elements(edits -> 'change') as entry
                union all
                select entry.value from pg_catalog.jsonb_array_elements_text(edits -> 'remove') as entry
            ) as wanted
            where not exists (select from public.classification_rules as rule where rule.id::text = wanted.id)
            limit 1;
        end if;
        if problem is not null then
            raise exception using
                errcode = '22023',
                message = 'The preview cannot be made: ' || problem,
                hint = 'Write {"add": [{"category": "vp", "kind": "phrase", "pattern": "vice president"}], '
                    '"change": [{"id": 7, "is_active": false}], "remove": [8]}, or a whole rule set as export_rules() gives it.';
        end if;
        select coalesce(pg_catalog.jsonb_agg(listed.rule), '[]')
        into proposed
        from (
            select pg_catalog.to_jsonb(rule) - '{created_at,updated_at,matcher,clues}'::text[] || coalesce(change.value, '{}') as rule
            from public.classification_rules as rule
            left join pg_catalog.jsonb_array_elements(edits -> 'change') as change on change.value ->> 'id' = rule.id::text
            where not coalesce(edits -> 'remove', '[]') @> pg_catalog.to_jsonb(rule.id)
            union all
            select
                '{"kind": "regex", "scope": "segment", "description": null, "is_active": true}'::jsonb || added.value
                || pg_catalog.jsonb_build_object('id', -added.position)
            from pg_catalog.jsonb_array_elements(edits -> 'add') with ordinality as added (value, position)
        ) as listed;
        select pg_catalog.format('the rule %s is not complete.', entry.value - 'id')
        into problem
        from pg_catalog.jsonb_array_elements(proposed) as entry
        where (entry.value ->> 'category' in ('exclusion', 'csuite', 'vp')
            and entry.value ->> 'kind' in ('phrase', 'regex')
            and entry.value ->> 'scope' in ('title', 'segment')
            and pg_catalog.jsonb_typeof(entry.value -> 'pattern') = 'string'
            and pg_catalog.jsonb_typeof(entry.value -> 'is_active') = 'boolean') is not true
        limit 1;
        if problem is not null then
            raise exception using
                errcode = '22023',
                message = 'The preview cannot be made: ' || problem,
                hint = 'A rule has a category (exclusion, csuite, vp), a pattern, and perhaps a kind (phrase, regex) and a scope (segment, title).';
        end if;
    end if;

    -- A rule that is in force already has been checked.
    return (
        select coalesce(pg_catalog.jsonb_agg(
            entry.value || pg_catalog.jsonb_build_object(
                'matcher', checked.matcher,
                'clues', case when known.id is null then pathfinder.clue_words(checked.matcher) else known.clues end
            )
            order by entry.position), '[]')
        from pg_catalog.jsonb_array_elements(proposed) with ordinality as entry (value, position)
        left join public.classification_rules as known
            on known.kind = entry.value ->> 'kind'
            and known.pattern = entry.value ->> 'pattern'
            and known.scope = entry.value ->> 'scope'
            and known.category = entry.value ->> 'category'
        cross join lateral (
            select coalesce(
                known.matcher,
                pathfinder.check_pattern(entry.value ->> 'kind', entry.value ->> 'pattern', entry.value ->> 'scope')
            )
        ) as checked (matcher)
    );
end
$$;

revoke all on function pathfinder.candidate_rules(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.candidate_rules(jsonb) is 'The rule set that a proposed edit would lead to.';

-- source: rules/check_examples.sql
-- What check_rules() answers, with its owner's rights.
create or replace function pathfinder.check_examples()
returns table (title text, expected text, actual text, rule_id bigint, rule text, reason text, note text)
language sql
stable
security definer
set search_path = ''
as $$
    with newest as (
        select rule_versions.rules, rule_versions.compiled || '{}' as compiled, rule_versions.counts
        from public.rule_versions
        order by rule_versions.version desc
        limit 1
    )
    select
        failing.title, failing.expected, failing.actual,
        (explained.answer -> 'decided_by' ->> 'id')::bigint,
        explained.answer -> 'decided_by' ->> 'pattern',
        explained.answer ->> 'reason',
        failing.note
    from newest
    cross join lateral pathfinder.failing_examples(newest.compiled) as failing
    cross join lateral (select pathfinder.explain(failing.title, newest.rules, newest.compiled) as answer) as explained
    union all
    select
        null, level.name, 'none', null, null,
        pg_catalog.format('No active rule finds %s.', level.meaning),
        null
    from newest
    cross join (values ('csuite', 'the C-suite'), ('vp', 'vice presidents')) as level (name, meaning)
    where (newest.counts ->> level.name)::integer = 0
$$;

revoke all on function pathfinder.check_examples() from public, anon, authenticated, service_role;
grant execute on function pathfinder.check_examples() to service_role;

comment on function pathfinder.check_examples() is 'What check_rules() answers.';

-- source: rules/check_rule_row.sql
-- Trigger, before each row of classification_rules is written: checks the pattern and fills in what Postgres
-- matches with, and the rule's clues. Raises what check_pattern() raises.
create or replace function pathfinder.check_rule_row()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    if new.pattern is null or new.kind is null or new.scope is null then
        return new;  -- the table's own constraints say it
    end if;
    if tg_op = 'UPDATE' then
        new.updated_at := pg_catalog.now();
        if row(new.pattern, new.kind, new.scope) is not distinct from row(old.pattern, old.kind, old.scope) then
            new.matcher := old.matcher;
            new.clues := old.clues;
            return new;
        end if;
    end if;
    new.matcher := pathfinder.check_pattern(new.kind, new.pattern, new.scope);
    new.clues := pathfinder.clue_words(new.matcher);
    return new;
end
$$;

revoke all on function pathfinder.check_rule_row() from public, anon, authenticated, service_role;

comment on function pathfinder.check_rule_row() is 'Trigger: checks a rule before it is written.';

-- source: rules/classify.sql
-- Classifies a title by the rules in force.
--
-- Called by the webhook, the schedule and the public functions of this stage. Returns the level (csuite, vp, or
-- null), the rule that decided (its description, or else its pattern; null without a level) and the version of the
-- rules (null if there are none yet). A null or blank title has no level.
--
--     select * from pathfinder.classify('Former CFO, now CEO');   -- csuite | Chief executive | 1
create or replace function pathfinder.classify(
    title text,
    out level text,
    out matched_rule text,
    out rules_version bigint
)
language plpgsql
stable
set search_path = ''
as $$
declare
    segments text[];
    words text[];
    has_clue boolean;
    compiled jsonb;
    verdict record;
begin
    -- Plain words need no normalising to be compared with clues. (segment_title() cuts off what is longer.)
    if pg_catalog.length(title) <= 1000 and title ~ '^[A-Za-z0-9 ]*$' then
        words := pg_catalog.string_to_array(pg_catalog.lower(title), ' ');
    else
        segments := pathfinder.segment_title(title);
        words := pathfinder.title_words(pg_catalog.array_to_string(segments, ' '));
    end if;

    -- Most titles have none of the words that an office needs, and are done with here.
    select rule_versions.version, coalesce(rule_versions.clues ?| words, true)
    into rules_version, has_clue
    from public.rule_versions
    order by rule_versions.version desc
    limit 1;
    if has_clue is not true then
        return;
    end if;

    -- Appending nothing fetches the value from its out-of-line storage once, not at each use.
    select rule_versions.compiled || '{}'
    into compiled
    from public.rule_versions
    where rule_versions.version = classify.rules_version;

    verdict := pathfinder.match_title(coalesce(segments, pathfinder.segment_title(title)), compiled);
    level := verdict.level;
    if level is not null then
        matched_rule := pathfinder.find_rule(verdict.decisive, verdict.level, verdict.scope);
    end if;
end
$$;

revoke all on function pathfinder.classify(text) from public, anon, authenticated, service_role;

comment on function pathfinder.classify(text) is 'Classifies a title by the rules in force: level, the rule that decided, version.';

-- source: rules/clue_words.sql
-- Finds the clues of a rule: a few words, of which every title that the rule matches holds at least one. A title without
-- any clue of any rule needs no closer look: see match_title().
--
-- Where the rule's wording has no whole word, since it begins or ends inside of one, a letter of it that is not ASCII is
-- the clue: 社 of 社長. Of several possible clues, the one that stands for the most wordings is taken ("chief" of
-- "chief exec(utive)?"), and one that many titles hold only where there is no other ("club" of "president of the club").
-- Called by check_rule_row() and candidate_rules(), with the expressions of translate_pattern(). Returns null where there
-- are no such words, as for "\w+ officer", or very many: then every title has to be looked at.
--
--     select pathfinder.clue_words('{"\\y(?:chief exec(?:utive)?|ceo)\\y"}');   -- {ceo,chief}
create or replace function pathfinder.clue_words(branches text[])
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
declare
    poor_clues constant text[] := '{
        a,and,at,by,de,del,der,du,for,in,of,the,to,with,
        associate,board,chair,consultant,coordinator,director,executive,group,head,manager,officer,partner,
        president,senior,specialist,vice,vp,ceo,cfo,cio,cmo,coo,cto
    }';
    branch text;
    expansion text[];
    read jsonb;
    wordings jsonb := '[]';         -- for each plain wording, the words that could be its clue
    clue text;
    clues text[] := '{}';
begin
    foreach branch in array branches loop
        expansion := pathfinder.expand_branch(branch);
        if expansion is null then
            return null;
        end if;
        select pg_catalog.jsonb_agg(distinct coalesce(whole.good_words, whole.words, letters.good_letters, letters.letters))
        into read
        from pg_catalog.unnest(expansion) as wording (text)
        -- What touches an end of the wording may go on in the title, and so may what touches "anything".
        cross join lateral (
            select
                pg_catalog.array_agg(inner_word order by inner_word) as words,
                pg_catalog.array_agg(inner_word order by inner_word) filter (where inner_word <> all (poor_clues)) as good_words
            from pg_catalog.regexp_split_to_table(pg_catalog.regexp_replace(wording.text, '^[^ ]*|[^ ]*$', '', 'g'), ' +') as inner_word
            where inner_word <> '' and pg_catalog.strpos(inner_word, E'\x01') = 0
                -- Beside a sign that is no letter to Postgres (vowels and tones of Hindi or Thai) is an edge anywhere.
                and inner_word !~ '[^[:alnum:] -~]'
        ) as whole
        cross join lateral (
            select
                pg_catalog.array_agg(letter order by letter) as letters,
                pg_catalog.array_agg(letter order by letter) filter (where letter !~ '[\u3040-\u30ff]') as good_letters
            from pg_catalog.regexp_split_to_table(pg_catalog.regexp_replace(wording.text, E'[\x01-~]+', '', 'g'), '') as letter
            where letter <> ''
        ) as letters;
        if read @> '[null]' then
            return null;
        end if;
        wordings := wordings || coalesce(read, '[]');
    end loop;

    while wordings <> '[]' loop
        select candidate.word
        into clue
        from pg_catalog.jsonb_array_elements(wordings) as uncovered (words)
        cross join lateral pg_catalog.jsonb_array_elements_text(uncovered.words) as candidate (word)
        group by candidate.word
        order by pg_catalog.count(*) desc, pg_catalog.length(candidate.word) desc, candidate.word
        limit 1;
        clues := clues || clue;
        -- To choose so many would take seconds, and nobody waits that long for a rule to be saved.
        if pg_catalog.cardinality(clues) > 300 then
            return null;
        end if;
        select coalesce(pg_catalog.jsonb_agg(uncovered.words) filter (where not uncovered.words ? clue), '[]')
        into wordings
        from pg_catalog.jsonb_array_elements(wordings) as uncovered (words);
    end loop;
    return array(select clue_word from pg_catalog.unnest(clues) as clue_word order by clue_word);
end
$$;

revoke all on function pathfinder.clue_words(text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.clue_words(text[]) is
    'Words of which every title that a rule matches holds at least one.';

-- source: rules/compare_rules.sql
-- Compares two rule sets by id: {"added": [rule, …], "removed": [rule, …], "changed": [{"id", "before": {…}, "after": {…}}, …],
-- "counts": {"added": n, "removed": n, "changed": n}}, with at most 100 of each listed and, of a changed rule, only what
-- changed.
--
-- Called by record_rule_version() and preview_rules().
create or replace function pathfinder.compare_rules(before jsonb, after jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
    with differences as (
        select
            coalesce((old.value ->> 'id')::bigint, (new.value ->> 'id')::bigint) as id,
            old.value - '{matcher,clues}'::text[] as old_rule,
            new.value - '{matcher,clues}'::text[] as new_rule,
            case when old.value is null then 'added' when new.value is null then 'removed' else 'changed' end as kind
        from pg_catalog.jsonb_array_elements(compare_rules.before) as old
        full join pg_catalog.jsonb_array_elements(compare_rules.after) as new
            on old.value ->> 'id' = new.value ->> 'id'
        where old.value - '{matcher,clues}'::text[] is distinct from new.value - '{matcher,clues}'::text[]
    ),
    listed as (
        select
            differences.kind,
            differences.id,
            case differences.kind
                when 'added' then differences.new_rule
                when 'removed' then differences.old_rule
                else pg_catalog.jsonb_build_object(
                    'id', differences.id,
                    'before', (
                        select pg_catalog.jsonb_object_agg(field.key, field.value)
                        from pg_catalog.jsonb_each(differences.old_rule) as field
                        where field.value is distinct from differences.new_rule -> field.key
                    ),
                    'after', (
                        select pg_catalog.jsonb_object_agg(field.key, field.value)
                        from pg_catalog.jsonb_each(differences.new_rule) as field
                        where field.value is distinct from differences.old_rule -> field.key
                    )
                )
            end as entry,
            pg_catalog.row_number() over (partition by differences.kind order by differences.id) as position
        from differences
    )
    select pg_catalog.jsonb_build_object(
        'added', coalesce(pg_catalog.jsonb_agg(listed.entry order by listed.id)
            filter (where listed.kind = 'added' and listed.position <= 100), '[]'),
        'removed', coalesce(pg_catalog.jsonb_agg(listed.entry order by listed.id)
            filter (where listed.kind = 'removed' and listed.position <= 100), '[]'),
        'changed', coalesce(pg_catalog.jsonb_agg(listed.entry order by listed.id)
            filter (where listed.kind = 'changed' and listed.position <= 100), '[]'),
        'counts', pg_catalog.jsonb_build_object(
            'added', pg_catalog.count(*) filter (where listed.kind = 'added'),
            'removed', pg_catalog.count(*) filter (where listed.kind = 'removed'),
            'changed', pg_catalog.count(*) filter (where listed.kind = 'changed')
        )
    )
    from listed
$$;

revoke all on function pathfinder.compare_rules(jsonb, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.compare_rules(jsonb, jsonb) is 'What was added, removed and changed between two rule sets.';

-- source: rules/compile_rules.sql
-- Compiles the active ones of the given rules into what classification matches with.
--
-- `rules` is an array of {"id", "category", "scope", "is_active", "matcher", "clues", …}. Returns
--   compiled  the rules of each kind, "exclusion", "csuite", "vp", "title_exclusion", "title_csuite" and "title_vp", joined
--             into a few expressions, "csuite_1", "csuite_2", …, each with the clues of its rules in "clues":
--             {"csuite_1": {"ceo": null, …}}, unless one of them has none. And "offices", csuite and vp together,
--             loosely: it finds the office in "vice chairman" too.
--   clues     the clues of all rules that find people; null if one of them has none
--   counts    active rules by category, and how many are inactive
-- Matching takes the longer the more is joined, and every title is matched only with what it has a clue of: so a
-- language's rules, written one after the other, mostly make one expression. Apart are those that would make the others
-- slow: patterns that do not begin at a word's edge, letters other than ASCII, rules without clues.
-- Called by record_rule_version() and preview().
create or replace function pathfinder.compile_rules(
    rules jsonb,
    out compiled jsonb,
    out clues jsonb,
    out counts jsonb
)
language sql
immutable
set search_path = ''
as $$
    with listed as (
        select
            (element.value ->> 'id')::bigint as id,
            element.value ->> 'category' as category,
            element.value ->> 'scope' as scope,
            (element.value ->> 'is_active')::boolean as is_active,
            element.value -> 'matcher' as matcher,
            nullif(element.value -> 'clues', 'null') as clues
        from pg_catalog.jsonb_array_elements(compile_rules.rules) as element
    ),
    -- A rule's branches of one manner, at the end of which so many signs have been written.
    parts as (
        select
            listed.id,
            case listed.scope when 'title' then 'title_' else '' end || listed.category as kind,
            listed.clues,
            manner.is_quick,
            pg_catalog.jsonb_agg(branch.value) as matcher,
            pg_catalog.sum(pg_catalog.sum(pg_catalog.length(branch.value))) over (
                partition by listed.scope, listed.category, manner.is_quick
                order by listed.id
            ) as signs
        from listed
        cross join lateral pg_catalog.jsonb_array_elements_text(listed.matcher) as branch
        cross join lateral (
            select branch.value ~ '^\\[ym]' and listed.clues is not null and listed.clues::text !~ '[^ -~]'
        ) as manner (is_quick)
        where listed.is_active
        group by listed.id, listed.scope, listed.category, listed.clues, manner.is_quick
    ),
    numbered as (
        select
            parts.*,
            parts.kind || '_' || pg_catalog.dense_rank() over (
                partition by parts.kind
                order by parts.is_quick desc, pg_catalog.floor(parts.signs / 2500)
            ) as name
        from parts
    ),
    expressions as (
        select
            numbered.name,
            pathfinder.join_branches(pg_catalog.jsonb_agg(numbered.matcher order by numbered.id)) as expression,
            case when pg_catalog.bool_and(numbered.clues is not null) then (
                select pg_catalog.jsonb_object_agg(clue.word, null)
                from pg_catalog.jsonb_array_elements(pg_catalog.jsonb_agg(numbered.clues)) as rule_clues (words)
                cross join lateral pg_catalog.jsonb_array_elements_text(rule_clues.words) as clue (word)
            ) end as clues
        from numbered
        group by numbered.name
    )
    select
        coalesce((select pg_catalog.jsonb_object_agg(expressions.name, expressions.expression) from expressions), '{}')
            || pg_catalog.jsonb_build_object(
                'clues', coalesce(
                    (
                        select pg_catalog.jsonb_object_agg(expressions.name, expressions.clues)
                        from expressions
                        where expressions.clues is not null
                    ),
                    '{}'
                ),
                'offices', (
                    select pathfinder.join_branches(pg_catalog.jsonb_agg(parts.matcher order by parts.id), loosely => true)
                    from parts
                    where parts.kind in ('csuite', 'vp')
                )
            ),
        (
            select case when pg_catalog.bool_and(finding.clues is not null) then
                pg_catalog.jsonb_object_agg(clue.word, null) filter (where clue.word is not null)
            end
            from listed as finding
            left join lateral pg_catalog.jsonb_array_elements_text(finding.clues) as clue (word) on true
            where finding.is_active and finding.category <> 'exclusion'
        ),
        pg_catalog.jsonb_build_object(
            'exclusion', pg_catalog.count(*) filter (where listed.is_active and listed.category = 'exclusion'),
            'csuite', pg_catalog.count(*) filter (where listed.is_active and listed.category = 'csuite'),
            'vp', pg_catalog.count(*) filter (where listed.is_active and listed.category = 'vp'),
            'inactive', pg_catalog.count(*) filter (where not listed.is_active)
        )
    from listed
$$;

revoke all on function pathfinder.compile_rules(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.compile_rules(jsonb) is
    'Compiles a rule set into the alternations that classification matches with.';

-- source: rules/default_rules.sql
-- The default rules, as the first migration puts them into classification_rules. Edit the table, not this list: it is
-- read once. (`select * from pathfinder.default_rules()` shows it again; the tests judge it.)
--
-- They are written as a person would write them; how titles and rules are normalised is told in segment_title() and
-- translate_pattern(): no accents, small letters, "&" and "/" are "and", hyphens and dots are gone, parts end at
-- commas, bars, brackets and the like, and employers after "at" or "@" are cut away.
--
-- How they divide the work: a rule finds an office by its name and looks back for the words that make it another one
-- ("vice", "deputy", "product" owner); `(?<!…)` stands behind the name because that is quicker than before it.
-- Exclusions judge the rest of the part: whoever was, will be, assists, advises or sells to one.
create or replace function pathfinder.default_rules()
returns table (category text, kind text, scope text, pattern text, description text)
language sql
immutable
set search_path = ''
as $$
    values
    -- English: the C-suite ----------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment',
        '\b(chief|cheif) (?!of\b|officer)(\w+ ){1,7}officers?\b(?<!\b(?:deputy|vice|assistant|associate|asst|dep|under|sub) chief (?:\w+ ){1,7}officers?)',
        'Chief … officer'),
    ('csuite', 'regex', 'segment',
        '\b(chief|cheif) exec(utive)?\b(?! (assistant|chef|producer))(?<!\b(?:deputy|vice|assistant|associate|asst|dep) chief exec(utive)?)',
        'Chief executive'),
    ('csuite', 'regex', 'segment',
        '\b(ceo|cfo|coo|cto|cio|cmo|cro|cpo|cso|cco|cdo|clo|cao|cgo|cno|cko|cbo|cqo|cvo|cxo)\b(?<!\b(?:deputy|vice|assistant|associate|asst|dep|junior|sub) (?:group |global )?c\wo)(?<!\bcap cao)(?! cap\b)',
        'CEO, CFO, COO, CTO and the other three-letter offices'),
    ('csuite', 'regex', 'segment',
        '\b(v?ciso|chro|cpto|cdao|cdio|cdto|caio|cmio|ccro|ctio|ccio|cnio|cmto|ceco|csco|ccmo|chco|vcio|vcto|vcfo|coceo|cmd)\b(?<!\b(?:deputy|vice|assistant|associate|asst|dep|junior|sub) (?:group |global )?c\w{2,3}o)',
        'CISO, CHRO and other longer offices'),
    ('csuite', 'regex', 'segment',
        '\bpresident\b(?<!\b(?:vice|v|vp|deputy|assistant|associate|asst) ?president)', 'President'),
    ('csuite', 'regex', 'segment',
        '\b(chairman|chairwoman|chairperson|chairlady)\b(?! of the (\w+ ){1,3}committee)(?<!\b(?:vice|deputy|assistant|associate|department|dept|committee|program|conference|session|track|faculty|division) chair\w+)',
        'Chairman, chairwoman, chairperson'),
    ('csuite', 'regex', 'segment',
        '\b(chair of the (\w+ )?board|chair of (\w+ )?board|board chair|(executive|non executive|nonexecutive) chair|chair and (ceo|president|founder))\b(?<!(?:vice|deputy) (?:board )?chair)(?<!(?:vice|deputy) chair of the (?:\w+ )?board)',
        'Chair of the board'),
    ('csuite', 'regex', 'segment', '^chair$', 'Chair'),
    ('csuite', 'regex', 'segment',
        '\b(co ?)?founder\b(?<!\b(?:iron|brass|bell|type|metal|steel|bronze|aluminium|gold) founder)', 'Founder, co-founder'),
    ('csuite', 'regex', 'segment', '\b(foundress|cofundador|proprietor|proprietress)\b', 'Proprietor'),
    ('csuite', 'regex', 'segment',
        '\b(co ?)?owner\b(?! (relations|success|engagement|services|support|representative|rep|advocate|experience|care|occupied))(?<!\b(?:product|products|process|processes|data|budget|service|services|system|systems|application|app|risk|control|requirements?|test|backlog|feature|solution|solutions|domain|platform|portfolio|epic|program|programme|project|stream|content|asset|home|house|dog|cat|pet|car|horse|line|capability|journey|knowledge|value|action) owner)',
        'Owner (of a business; not product owner)'),
    ('csuite', 'regex', 'segment',
        '\bmanaging dir(ector)?\b(?<!\b(?:deputy|assistant|associate|vice|sub|asst) managing dir(?:ector)?)', 'Managing director'),
    ('csuite', 'regex', 'segment', '\b(group|joint) md\b', 'Managing director, abbreviated'),
    ('csuite', 'regex', 'segment',
        '\bgeneral director\b(?<!\b(?:deputy|assistant|associate|vice|sub) general director)',
        'General director'),

    -- English: vice presidents ------------------------------------------------------------------------------------
    ('vp', 'regex', 'segment', '\b(vice|v) ?(presidents?|pres|prez|prs|prsdt|presient|presidant|presidnt|presdient|presidet|presedent|presidenta|presidnet|presdent|persident|pesident|presidente|presiden)\b|\bv p\b', 'Vice president'),
    ('vp', 'regex', 'segment', '\b(sr|snr|ex|exec|asst|assoc|s|e|a|r|g|c|d|j|f|sa|se|sf|ss|gs|ge|fs)?vp\b|\bvpo[ep]\b', 'VP, SVP, EVP, AVP, RVP, GVP'),

    -- English: who is not one ---------------------------------------------------------------------------------------
    ('exclusion', 'regex', 'segment', '\b(former|formerly|fmr|frmr|fmly|previously|previous|erstwhile|onetime|retired|ret|late)\b', 'Former, retired'),
    ('exclusion', 'regex', 'segment', '\bex\b', 'Ex-'),
    ('exclusion', 'regex', 'segment', '\b(past|prior) (\w+ ){0,2}(president|chair\w*|ceo|c\wo|vp|vice|founder|owner|chief|managing)\b', 'Past president'),
    ('exclusion', 'regex', 'title', '\b(president|chairman|chairwoman|chairperson|chair|ceo|founder|owner|officer|director)( and \w+)? (emeritus|emerita|emeriti)(?! and)\b', 'Emeritus'),
    ('exclusion', 'regex', 'segment', '\b(emeritus|emerita|emeriti|emerito|emerite)\b', 'Emeritus'),
    ('exclusion', 'regex', 'title', '^(now |currently |happily |semi |recently )?(retired|ret|retiree|emeritus|former|formerly|ex|in retirement|im ruhestand|retraitee?|jubilad[oa]|pensionist(a|in)?|aposentad[oa]|in pensione|gepensioneerd|pensionerad|pensioneret|pensjonert|elakkeella|emerytowany|emekli|i r|a d)$', 'Retired, said in a part of its own'),
    ('exclusion', 'regex', 'segment', '\b(aspiring|wannabe|aspire|aspires|aspirant|incoming|would be|wanna be|in training|in the making|to be|in waiting|hopeful|trainee|apprentice|nominee|designate|elect)\b', 'Aspiring, incoming, elect'),
    ('exclusion', 'regex', 'segment', '\b(future|next|tomorrow s|tomorrow''s|potential|prospective|upcoming|soon) (\w+ ){0,2}(ceo|c\wo|vp|vice|president|founder|owner|chief|chair\w*|managing|entrepreneur)\b', 'Future'),
    ('exclusion', 'regex', 'segment', '\b(interns?|co op student|work placement|job seeker)\b|\binternship$', 'Intern'),
    ('exclusion', 'regex', 'segment', '\b(student|students|student''s|students'') ((\w+ )?(body|council|government|union|association|senate|society|organi[sz]ation|club|chapter|federation|parliament|ambassador|board|assembly)|president|vice|vp|founder|entrepreneur|ceo|at|leader)\b', 'Student bodies'),
    ('exclusion', 'regex', 'segment', '^student\b(?! (affairs|services|success|life|engagement|experience|housing|loan|loans|financial|accounts|enrollment|development|recruitment|health|learning|programs))|\b(mba|phd|law|medical|college|university|graduate|undergraduate|engineering|business|school|year) students?\b|\bstudent$', 'Student'),
    ('exclusion', 'regex', 'segment', '^volunteer\b(?! (services|engagement|management|operations|relations|experience|programs|coordination))|\bvolunteer (president|vp|vice|ceo|chief|chair\w*|c\wo)\b|\bvolunteer$', 'Volunteer'),
    ('exclusion', 'regex', 'segment', '\b(president|vp|chair\w*|treasurer) (of |for )?(the )?([\w'']+ ){0,5}(club|fraternity|sorority|pta|pto|hoa|homeowners|toastmasters|students?''? (\w+ )?(body|council|government|union|senate|association|society|chapter|federation)|alumni (association|club|council|chapter|society)|class of|debate team|booster|boosters|scouts|dorm|hall council|honor society|rotary|kiwanis)\b(?<!\b(?:country|golf|health|fitness|sam''s|night|jockey|yacht) club)', 'Presidents of clubs and students'),
    ('exclusion', 'regex', 'title', '\b(president|vp|chair\w*)\n(the )?([\w'']+ ){0,5}((society|association|union|council|chapter|guild|federation|team)\nstudent|club|fraternity|sorority|pta|pto|hoa|homeowners|toastmasters|students?''? (\w+ )?(body|council|government|union|senate|association|society|chapter|federation)|alumni (association|club|council|chapter|society)|class of|boosters?|scouts)\b(?<!\b(?:country|golf|health|fitness|sam''s|night|jockey|yacht) club)', 'Presidents of clubs and students, after a comma'),
    ('exclusion', 'regex', 'segment', '\b(club|class|student body|fraternity|sorority|pta|pto|hoa|toastmasters|rotary|lions|kiwanis|dorm|chess|debate|senior class|junior class) (\w+ ){0,2}(president|vp)\b', 'Club presidents'),
    ('exclusion', 'regex', 'segment', '\b(assistant|asst|assistants|assisting|aide)\b(?! (general|vice|vp|v|secretary|treasurer|controller|professor|corporate|dean))', 'Assistants'),
    ('exclusion', 'regex', 'segment', '\b(secretary|sec|receptionist|pa|ea|chauffeur|driver|valet|bodyguard|nanny|right hand|stand in|speech ?writer|ghost ?writer|scribe|understudy|delegate|liaison|office) (to|of|for) (the |our |its |a )?', 'Who works for one'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|vp|president|chairman|chair|chief executive|executive|founder|owner|director) ((pa|ea)(?= and | or |$)|secretary|secretariat|aide|advisers?|advisors?|advisory|office|support specialist|liaison|chauffeur|driver)\b', 'Secretaries, advisers and offices of one'),
    ('exclusion', 'regex', 'segment', '\b(president|founder|owner|ceo|cfo|coo|cto|cio|cmo|cro|cpo|cso|cco|cdo|cxo|officer|chairman|chair|executive|vp)(''s\b|s''(?= |$))', 'Somebody''s: the president''s club, the CEO''s office'),
    ('exclusion', 'regex', 'segment', '\b(?<!promoted )(to|for|with|behind|supporting|serving|helping|assisting|advising|coaching|empowering|enabling|mentoring|connecting|recruiting|under|interviewing|training) ((the|our|my|its|a|an|all|busy|group|global|company|deputy|several|startup|tech|new|senior|local|regional|small|various|two|three) ){0,3}(ceo|c\wo|ciso|chro|svp|evp|vp|vice president|president|founder|owner|chief|chairman|chair|managing director|general manager)s?\b', 'To, for or with one'),
    ('exclusion', 'regex', 'segment', '\bvp (\w+ )?(coordinator|administrator|intern|secretary|candidate|searches)\b|\b(c\wo|ciso|chro)s? (support|searches)\b', 'Staff of vice presidents, support and searches for one'),
    ('exclusion', 'regex', 'segment', '\b(office|bureau|staff|team|director|manager|head|lead|coordinator|specialist|analyst|associate|wife|husband|son|daughter|friend|advisor|adviser|coach|mentor|consultant|chief of staff) of (the |our |a |an )?(ceo|c\wo|ciso|president|founder|chairman|vp|vice president|chief \w+ officer)', 'Office of one'),
    ('exclusion', 'regex', 'segment', '\b(c\wo|ciso|chro|cxo|founder) (\w+ )?(coach|coaching|mentor|mentoring|consulting|services|communications?|comms|recruiter|recruitment|recruiting|search|engagement|success|ghost ?writer|whisperer|advisory|relations|specialist|analyst|manager|coordinator|business partner|programs?|associate|staff|intern|trainee|representative|rep|administrator|insights|organi[sz]ation|practice|candidate|roles?|positions?|opportunities)\b', 'Coaches, services and staff for them'),
    ('exclusion', 'regex', 'segment', '\b(c\wo|ciso|chro|founders?|presidents?|chairman) (\w+ )?(club|circle|community|council|roundtable|summit|forum|magazine|podcast|award|award winner|network|academy|institute|hotels?|inc|llc|ltd|gmbh|brewing|bank|university|college|school|street)\b', 'Clubs, events and firms named after them'),
    ('exclusion', 'regex', 'segment', '\b(chief of|associate to|founders? (associate|office|in residence)|entrepreneur in residence|c suite|c level|(ceo|cfo|cxo|vp|svp|evp|director)s? (and|or|to) (c|the c) (suite|level))\b', 'Chief of staff and the like'),
    ('exclusion', 'regex', 'segment', '\bchief (\w+ )?(petty|warrant|fire|firefighting|police|prison|detention|correctional|corrections|probation|parole|customs|ship|deck|rescue|flight|border|immigration|patrol|radio|mate|constable)\b', 'Chief petty, fire and police officers'),
    ('exclusion', 'regex', 'title', '\b(assistant|ea|pa|secretary|support|adviser|advisor|coach|office) (to|for|of) [^\n]*\n(the )?(c\wo|ciso|chro|president|chairman|chair|founder|vp)( and (the )?(c\wo|ciso|chro|president|chairman|founder|vp))?(\n|$)|(^|\n)((sr|senior) )?(ea|pa|recruiter|headhunter)\n[^\n]*\b(support|searches)(\n|$)', 'Assistant to the CEO, CFO and COO'),
    ('exclusion', 'regex', 'title', '^chair\n(the )?(\w+ )?(department|dept|faculty|division|committee|program|programme|conference|school)\b', 'Chair, Department of …'),
    ('exclusion', 'regex', 'segment', '\b(navy|naval|usn|uscg|coast guard|senior|master) cpo\b', 'Navy CPO'),
    ('exclusion', 'regex', 'segment', '\b(until|till|through) (19|20)\d\d\b', 'Until …'),
    ('exclusion', 'regex', 'segment', '\b(seeking|looking for|open to|searching for|pursuing|interested in|applying for) (\w+ ){0,3}(ceo|c\wo|vp|vice|president|chief|founder|owner)\b', 'Looking for a position'),
    ('exclusion', 'regex', 'segment', '\b(ceo|c\wo|vp|president|founder|chairman|banker|executive) turned\b', 'CEO turned something else'),

    -- German ------------------------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(allein|mit|co|haupt)?gesch(ä|ae)ftsf(ü|ue)h(rer(in)?|rende[rsn]?|rung)\b(?<!\b(?:stellvertretende[rns]?|stv|stellv|vize|assistenz|assistent|assistentin|referentin?|sekretarin|leiter|buro|der|zur|an) (?:der )?gesch(?:ä|ae)ftsf(?:ü|ue)h(?:rer(?:in)?|rende[rsn]?|rung))', 'Geschäftsführer, Geschäftsführerin, geschäftsführender Gesellschafter'),
    ('csuite', 'regex', 'segment', '\bgesch(ä|ae)ftsleiter(in)?\b|\b(sprecher(in)?|vorsitzende[rn]?|vorsitz|mitglied) der gesch(ä|ae)ftsf(ü|ue)hrung\b', 'Geschäftsleiter, Sprecher der Geschäftsführung'),
    ('csuite', 'regex', 'segment', '\b(gf|interims gf|gf gesellschafter(in)?)\b(?<!\b(?:stv|stellv|assistenz|assistentin|referentin?|sekretarin|der|zur) gf)(?! (assistenz|assistentin|b(ü|ue)ro)\b)', 'GF (Geschäftsführer)'),
    ('exclusion', 'regex', 'segment', '\b(gesch(ä|ae)ftsf(ü|ue)hrer(in)?|vorstand|vorstandsvorsitzende[rn]?|pr(ä|ae)sident(in)?|direktor(in)?|inhaber(in)?|ceo|cfo|coo|cto|cio|cmo) (\w+ ){0,2}(a ?d|i ?r)\b', 'a. D., i. R.'),
    ('csuite', 'regex', 'segment', '\b(vorstand|vorst(ä|ae)ndin|vorstandsvorsitzende[rn]?|vorstandsmitglied|vorstandssprecher(in)?|vorstandschef(in)?|vorsitzende[rn]? (des|der) (vorstands?|geschäftsführung)|sprecher(in)? des vorstands?|generaldirektor(in)?|(allein|finanz|technik|vertriebs|personal)vorstand|mitglied des vorstands?)\b(?<!\b(?:stellvertretende[rns]?|stv|stellv|vize|ehren|leiter|buro|der|zur|an|des|beim|vom) (?:vorstand|vorstandsvorsitzende[rn]?|generaldirektor))', 'Vorstand, Vorstandsvorsitzender'),
    ('csuite', 'regex', 'segment', '\b(aufsichtsratsvorsitzende[rn]?|aufsichtsratsvorsitz|aufsichtsratschef(in)?|vorsitzende[rn]? des (aufsichtsrat(e)?s|verwaltungsrat(e)?s|stiftungsrat(e)?s)|delegierte[rn]? des verwaltungsrat(e)?s|(firmen|unternehmens|konzern)chef(in)?)\b(?<!\b(?:stellvertretende[rns]?|stv|stellv|vize) (?:aufsichtsratsvorsitzende[rn]?|vorsitzende[rn]? des \w+))', 'Aufsichtsratsvorsitzende, Firmenchef'),
    ('csuite', 'regex', 'segment', '\b(allein|mit)?(gr(ü|ue)nder|inhaber|eigent(ü|ue)mer|firmengr(ü|ue)nder|unternehmensgr(ü|ue)nder|firmeninhaber|betriebsinhaber|praxisinhaber|gesch(ä|ae)ftsinhaber|salon ?inhaber)(in)?\b(?<!\b(?:prozess|daten|produkt|budget) ?eigent(?:ü|ue)mer(?:in)?)(?<!\b(?:stellen|lehrstuhl) ?inhaber(?:in)?)', 'Gründer, Inhaber, Eigentümer'),
    ('csuite', 'regex', 'segment', '\b(pr(ä|ae)sident|pr(ä|ae)sidentin|verwaltungsratspr(ä|ae)sident(in)?|vr pr(ä|ae)sident(in)?)\b(?<!\b(?:vize|stellvertretende[rn]?|vice) (?:pr(?:ä|ae)sident(?:in)?))', 'Präsident'),
    ('vp', 'regex', 'segment', '\b(vize|vice|senior vize) ?pr(ä|ae)sident(in|en)?\b|\bbereichsvorstand\b', 'Vizepräsident'),
    ('exclusion', 'regex', 'segment', '\b(ehemalige?[rns]?|ehem|ehmalige[rns]?|fr(ü|ue)here?[rns]?|vormals|vormalige?[rns]?|alt|ausgeschieden(e[rn]?)?|angehende[rn]?|zuk(ü|ue)nftige[rn]?|k(ü|ue)nftige[rn]?|designierte[rn]?|werdende[rn]?|emeritierte[rn]?|pensionierte[rn]?)\b', 'Ehemalig, angehend'),
    ('exclusion', 'regex', 'segment', '\b(assistent(in)?|assistenz|sekret(ä|ae)r(in)?|sekretariat|referent(in)?|b(ü|ue)ro|stabsstelle|chefsekret(ä|ae)rin|teamassistenz|(vorstands|direktions)assist(enz|ent|entin)|mitarbeiter(in)?|fahrer|berater(in)? (f(ü|ue)r|von|der)|praktikant(in)?|werkstudent(in)?|(master|bachelor)student(in)?|azubi|auszubildende[rn]?|studentin|trainee|coach f(ü|ue)r|ehrenamtlich(e[rs]?)?)\b', 'Assistenz, Referent, Praktikant'),
    ('exclusion', 'regex', 'segment', '\bverein\b|\b(schützen|sch(ü|ue)tzen|sport|karnevals|musik|f(ö|oe)rder|turn|fu(ß|ss)ball|kultur|heimat|tennis|gesang)vereins?\b|\bstudierenden(schaft|rat|parlament|vertretung)s?\b|\bsch(ü|ue)ler(in|vertretung|sprecher|zeitung|firma)?\b|\basta\b', 'Vereine und Studierende'),

    -- French ------------------------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(pdg|p dg|president directeur general|presidente directrice generale)\b', 'PDG'),
    ('csuite', 'regex', 'segment', '\b(directeur|directrice|dir) (general|generale|gal|gl)\b(?! (adjoint|adjointe|adjunct|delegue adjoint|des services|des services adjoint))(?<!\b(?:adjoint|adjointe|vice|sous|assistante?|assistant de|du|au|de la|secretaire de) (?:au |du |de la )?(?:directeur|directrice|dir) (?:general|generale))|\b(directeur|directrice) gerante?\b', 'Directeur général'),
    ('csuite', 'regex', 'segment', '\bdg\b(?! (adjoint|adjointe|delegue|a|des services|connect|competition))(?<!\b(?:du|de la|le|la|au|adjoint|assistante?|secretaire|vice|sous) dg)', 'DG (directeur général)'),
    ('csuite', 'regex', 'segment', '\bpresident[ea]\b(?! (adjointe?|d''honneur|honoraire|honorario|onorari[oa]))(?<!\b(?:vice|vize|v|vp|sous|sub) ?president[ea])', 'Président, présidente, presidente'),
    ('csuite', 'regex', 'segment', '\b(co ?)?(fondateur|fondatrice|createur d''entreprise|chef d''entreprise|cheffe d''entreprise|dirigeante?|proprietaire|patron|patronne)\b(?! (de|du|des|d'') ?(processus|produits?|donnees))', 'Fondateur, dirigeant, propriétaire'),
    ('csuite', 'regex', 'segment', '\b(co ?)?gérante?\b(?! (de|des|du|d'') ?(portefeuilles?|fonds|patrimoine|fortune|point|magasin|rayon|station|stocks?|projets?|comptes?|actifs|immeubles?|restaurant|boutique))(?! (obligataire|actions|prive|locati))', 'Gérant'),
    ('csuite', 'regex', 'segment', '\badministrateur (delegue|general)\b|\badministratrice (deleguee|generale)\b', 'Administrateur délégué'),
    ('vp', 'regex', 'segment', '\b(vice|v) ?president[ea]s?\b', 'Vice-présidente, vicepresidente'),
    ('exclusion', 'regex', 'segment', '\b(ancien|ancienne|anciennement|futur|future pdg|ex|retraitee?|honoraire|d''honneur|stagiaire|apprentie?|alternante?|etudiante?|benevole)\b', 'Ancien, futur, stagiaire'),
    ('exclusion', 'regex', 'segment', '\b(assistant|assistante|secretaire|adjoint|adjointe|conseiller|conseillere|charge de mission|chargee de mission|collaborateur|collaboratrice|chauffeur|bras droit|cabinet|attachee?) (de direction |particuliere? |executive |personnelle? )?(du|de la|de l''|de|au|aupres|a la|a l'')', 'Assistante du …'),
    ('exclusion', 'regex', 'segment', '\b(assistante|secretaire) (pdg|dg|ceo|c\wo|s?vp|de direction)\b|\bassistant (pdg|dg|de direction)\b', 'Assistante de direction'),
    ('exclusion', 'regex', 'segment', '\b(bde|bureau des etudiants|association etudiante|club|amicale|junior entreprise)\b(?<!\b(?:country|golf|health|fitness|yacht) club)', 'Associations étudiantes'),

    -- Spanish -----------------------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(director|directora|gerente|gerenta|gte|dtor|dtora|dir) (general|gral|ejecutiv[oa]|gerente)\b(?! (adjunt[oa]|de (ventas|marketing|tienda|sucursal|restaurante|hotel)))(?<!\b(?:deputy|assistant|sub|vice|adjunt[oa]|asistente|asistente de|secretari[oa] de|del?) (?:la |el )?(?:director|directora|gerente|gerenta|dtor|dtora) (?:general|gral|ejecutiv[oa]|gerente))', 'Director general, gerente general, director ejecutivo'),
    ('csuite', 'regex', 'segment', '\b(conseller[oa]|consejer[oa]) delegad[oa]\b|\badministrador(a)? (unic[oa]|general|delegad[oa]|solidari[oa])\b|\bsoci[oa] (director(a)?|gerente|administrador(a)?|fundador(a)?|propietari[oa]|unic[oa])\b|\bprimer ejecutivo\b', 'Consejero delegado, administrador único'),
    ('csuite', 'regex', 'segment', '\b(co ?)?(fundador|fundadora|propietari[oa]|dueñ[oa]|titular de empresa|empresario|empresaria)\b(?<!\b(?:proceso|producto) (?:dueñ[oa]))(?! (de|del) (productos?|procesos?|los datos|datos))', 'Fundador, propietario, dueño'),
    ('exclusion', 'regex', 'segment', '\b(antigu[oa]|anterior|ex|exdirector(a)?|expresident[ea]|exceo|jubilad[oa]|retirad[oa]|futur[oa]|aspirante|becari[oa]|practicante|estudiante|pasante|voluntari[oa]|electo|electa|honorari[oa])\b', 'Antiguo, futuro, becario'),
    ('exclusion', 'regex', 'segment', '\b(asistente|asistenta|ayudante|secretari[oa]|asesor|asesora|adjunt[oa]|auxiliar|apoyo|chofer|consultor|consultora|oficina|equipo|gabinete|despacho) (ejecutiv[oa] |personal |administrativ[oa] )?(de|del|a|al|para)\b', 'Asistente de …'),
    ('exclusion', 'regex', 'segment', '\b(asistente|secretaria) (ejecutiv[oa]|de direccion|de gerencia)\b', 'Asistente ejecutiva'),
    ('exclusion', 'regex', 'segment', '\b(vice)?president[ea] (del|de la|do|da|d[oa]s|de los|dell''|del|du|de l'') ?(el |la )?(club|clube|circolo|circulo|centro (de estudiantes|academico)|gremio( estudantil)?|diretorio academico|consejo estudiantil|asociacion de (estudiantes|padres|vecinos)|associacao (academica|de estudantes|de pais|de moradores)|associazione (studentesca|genitori)|consulta studentesca|comite d''entreprise|comunidad de propietarios|condominio)\b', 'Presidente del club'),
    ('exclusion', 'regex', 'segment', '\bpresident[ea] (municipal|da camara|da junta|de mesa)\b', 'Presidente municipal'),

    -- Portuguese ----------------------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(diretor|diretora|director|directora) (geral|presidente|executiv[oa]|superintendente)\b(?! adjunt[oa])(?<!\b(?:vice|sub|adjunt[oa]|assistente|assistente d[oa]|d[oa]|ao) (?:diretor|diretora|director|directora) (?:geral|presidente|executiv[oa]|superintendente))', 'Diretor geral, diretor-presidente, diretor executivo'),
    ('csuite', 'regex', 'segment', '\b(administrador|administradora) (delegad[oa]|unic[oa])\b|\bsoci[oa] (gerente|administrador(a)?|fundador(a)?|proprietari[oa]|diretor(a)?)\b|(?<!\bvice )\bpresidente executiv[oa]\b|\bproprietari[oa]\b(?! d[oa]s? (produtos?|processos?|dados))', 'Administrador delegado, sócio-gerente, proprietário'),
    ('csuite', 'regex', 'segment', '\bdon[oa] d[aeo] ((meu|minha|um|uma|seu|sua) )?(proprio |propria )?(empresa|negocio|loja|restaurante|padaria|cafe|salao|clinica|escola|agencia|escritorio|consultorio|pousada|hotel|estudio|oficina|farmacia|marca)\b|^don[oa]$', 'Dono da empresa'),
    ('exclusion', 'regex', 'segment', '\b(ex|antig[oa]|aposentad[oa]|reformad[oa]|estagiari[oa]|aprendiz|eleit[oa]|estudante|trainee)\b', 'Antigo, estagiário'),
    ('exclusion', 'regex', 'segment', '\b(assistente|secretari[oa]|assessor|assessora|adjunt[oa]|auxiliar|motorista|consultor|consultora|apoio) (executiv[oa] |pessoal |administrativ[oa] )?(d[aoe]|ao|para|a|de)\b|\b(assistente|secretaria) executiva\b', 'Assistente do …'),

    -- Italian -------------------------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(amministratore|amministratrice) (delegat[oa]|unic[oa]|generale)\b(?<!\b(?:vice|assistente|all|dell|segretaria dell) ?(?:''|)(?:amministratore|amministratrice) (?:delegat[oa]|unic[oa]|generale))|\bsoci[oa] (amministratore|amministratrice)\b|^ad (ad interim|e dg|di gruppo|e direttore generale|e socio)\b', 'Amministratore delegato, amministratore unico'),
    ('csuite', 'regex', 'segment', '\b(direttore|direttrice) generale\b(?<!\b(?:vice|vicedirettore|assistente|del|al|assistente del) (?:direttore|direttrice) generale)', 'Direttore generale'),
    ('csuite', 'regex', 'segment', '\b(co ?)?(fondatore|fondatrice|cofondatore|proprietari[oa]|imprenditore|imprenditrice|socio fondatore|socio unico)\b|\b(con|co ?)?titolare\b(?! di cattedra)(?<!\b(?:professore|docente) titolare)', 'Fondatore, titolare, proprietario'),
    ('csuite', 'regex', 'segment', '\bpresidentessa\b', 'Presidentessa'),
    ('exclusion', 'regex', 'segment', '\b(ex|gia|pensionat[oa]|in pensione|tirocinante|stagista|studente|studentessa|aspirante|onorari[oa]|volontari[oa])\b', 'Ex, tirocinante'),
    ('exclusion', 'regex', 'segment', '\b(assistente|segretari[oa]|collaborat(ore|rice)|consulente|portavoce|staff) (di direzione |personale |esecutiv[oa] )?(del|della|dell''|dell|di|al|alla|all''|all|per)\b|\bsegretaria di direzione\b', 'Assistente del …'),

    -- Dutch, Afrikaans ------------------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(algemeen|statutair|alg|gedelegeerd|afgevaardigd|waarnemend) (directeur|directrice|bestuurder)\b(?<!\b(?:adjunct|plaatsvervangend|vice|assistent|secretaresse|assistente|de|van) (?:algemeen|statutair|alg) (?:directeur|directrice))|\b(directeur|directrice) (en )?(eigenaar|eigenaresse|grootaandeelhouder|bestuurder)\b', 'Algemeen directeur, directeur-eigenaar'),
    ('csuite', 'regex', 'segment', '\b(mede ?)?(oprichter|oprichtster|eigenaar|eigenaresse|mede eigenaar|zaakvoerder|zaakvoerster|ondernemer eigenaar|bestuursvoorzitter|directievoorzitter)\b(?<!\b(?:product|proces|data|budget|vice|plaatsvervangend) ?(?:eigenaar|bestuursvoorzitter))', 'Oprichter, eigenaar, zaakvoerder'),
    ('csuite', 'regex', 'segment', '\b(ceo en )?lid (van )?(de )?(raad van bestuur|rvb|directiecomite|hoofddirectie)\b|\bvoorzitt(er|ster) (van )?(de |het )?(raad van (bestuur|commissarissen|toezicht)|directie(comite)?|bestuur|rvb|rvc|rvt)\b(?<!\b(?:vice|plaatsvervangend|plv|oud) voorzitter (?:van )?(?:de |het )?(?:\w+ ){0,2}\w+)', 'Voorzitter van de raad van bestuur'),
    ('csuite', 'regex', 'segment', '\b(besturende direkteur|hoof ?uitvoerende (beampte|hoof)|uitvoerende hoof|stigter|mede ?stigter|eienaar|mede ?eienaar|hoof (finansiele|bedryfs|tegnologie|inligtings) ?beampte)\b(?<!\b(?:adjunk|visie|produk) ?(?:besturende direkteur|eienaar))', 'Besturende direkteur, stigter, eienaar'),
    ('vp', 'regex', 'segment', '\b(vise|adjunk) ?president\b', 'Visepresident'),
    ('exclusion', 'regex', 'segment', '\b(voormalig|voormalige|oud|gewezen|aankomend|toekomstig|gepensioneerd|stagiair|stagiaire|studente|vrijwilliger|ex|afgetrede|aspirant)\b', 'Voormalig, stagiair'),
    ('exclusion', 'regex', 'segment', '\b(assistent|assistente|secretaresse|sekretaresse|secretaris|medewerker|adviseur|directiesecretaresse|(management|directie)assistent(e)?|adjunct|adjunk|plaatsvervangend|ondersteuning|chauffeur)\b(?! president)', 'Assistent, secretaresse'),

    -- Swedish, Danish, Norwegian, Icelandic, Finnish ------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(verkst(ä|ae)llande direkt(ö|oe)r|vd|koncernchef|generaldirekt(ö|oe)r|(styrelse|bestyrelses|styre)(ordf(ö|oe)rande|formand|formann?|leder|forman|forkvinde|leiar)|styrets leder|styrelsens ordf(ö|oe)rande)\b(?<!\b(?:vice|vic|bitr|bitradande|stf|st(ä|ae)llf(ö|oe)retr(ä|ae)dande|till|at|f d|for|vara|tf vice) (?:verkst(?:ä|ae)llande direkt(?:ö|oe)r|vd|generaldirekt(?:ö|oe)r|styrelseordf(?:ö|oe)rande))', 'Verkställande direktör, vd, styrelseordförande'),
    ('csuite', 'regex', 'segment', '\b(adm(inistrerende)?|admin) dir(ekt(ø|oe|o)r)?\b|\b(konserndirektør|konsernsjef|koncerndirektør|daglig leder|dagleg leiar|generaldirektør|toppsjef|direktør og (ejer|eier|indehaver|medejer)|ordförande i styrelsen|formand for bestyrelsen|leder av styret)\b(?<!\b(?:vice|viceadm|ass|assisterende|til|for) (?:adm|administrerende|daglig|konsernsjef|ordförande i styrelsen) ?(?:direktør|leder)?)', 'Administrerende direktør, daglig leder, konsernsjef'),
    ('csuite', 'regex', 'segment', '\b(grundare|medgrundare|ägare|delägare|företagare|företagsägare|stifter|medstifter|grundl(æ|ae)gger|medgrundl(æ|ae)gger|indehaver|medindehaver|ejer|medejer|ejerleder|eier|medeier|gründer|medgründer|grunnlegger|medgrunnlegger|innehavare|innehaver)\b(?<!\b(?:produkt|process|proces|prosess) ?(?:ägare|agare|ejer|eier))', 'Grundare, ägare, stifter, indehaver, eier'),
    ('csuite', 'regex', 'segment', '\b(forstjóri|framkvæmdastjóri|stjórnarformaður|formaður stjórnar|stofnandi|meðstofnandi|eigandi|meðeigandi)\b(?<!\b(?:aðstoðar|vara|fyrrverandi) ?(?:forstjóri|framkvæmdastjóri))(?! (\w+ )?(sölu|markaðs|fjármála|þróunar|rekstrar|mannauðs)\w*)', 'Forstjóri, framkvæmdastjóri, stofnandi, eigandi'),
    ('csuite', 'regex', 'segment', '\b(toimitusjohtaja(na)?|tj|pääjohtaja|konsernijohtaja|hallituksen (puheenjohtaja|pj)|perustaj(a|ista)|perustajajäsen|perustajaosakas|omistaja|yrittäjä ja omistaja)\b(?<!\b(?:vara|varatoimitusjohtaja|apulais|entinen|ent|vt vara|tuote|prosessi) ?(?:toimitusjohtaja|puheenjohtaja|omistaja))', 'Toimitusjohtaja, perustaja, omistaja'),
    ('vp', 'regex', 'segment', '\b(varapresidentti|vicepresident|visepresident|varaforseti|aðstoðarforseti)\b', 'Vicepresident, varapresidentti, varaforseti'),
    ('exclusion', 'regex', 'segment', '\b(tidigare|före detta|fd|f d|eks|forna|blivande|pensionerad|praktikant|tidligere|tidl|forhenv(æ|ae)rende|fhv|kommende|aspirerende|pensioneret|pensjonert|entinen|ent|tuleva|eläkkeellä|eläköitynyt|harjoittelija|opiskelija|frivillig|studerande|studerende|fyrrverandi|fyrrum|verðandi|nemi|starfsnemi|eldri)\b', 'Tidigare, tidligere, entinen, fyrrverandi'),
    ('exclusion', 'regex', 'segment', '\b(assistent|vd ?assistent|sekreterare|sekret(æ|ae|ä)r|direktionsassistent|direktionssekret(æ|ae)r|johdon assistentti|assistentti|sihteeri|medarbetare|rådgivare|rådgiver|stab|stabschef|aðstoðarmaður|aðstoðarkona|ritari|ráðgjafi)\b', 'Assistent, sekreterare, assistentti, aðstoðarmaður'),

    -- Polish, Czech, Slovak, Hungarian, Romanian ------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(prezes|prezeska|dyrektor (generaln[ya]|naczeln[ya]|zarządzając[ya])|dyrektorka (generalna|naczelna|zarządzająca)|(współ)?właściciel(ka)?|(współ)?założyciel(ka)?|przewodnicząc[ya] (rady|zarządu)|szef(owa)? firmy|człon(ek|kini) zarządu)\b(?<!\b(?:vice|wice|v ce|v|asystent|asystentka|zastępca|z ca|produktu|procesu) (?:prezesa?|prezeska|dyrektor generalny|właściciel))(?! (produktu|procesu))', 'Prezes zarządu, dyrektor generalny, właściciel, założyciel'),
    ('csuite', 'regex', 'segment', '\b(p ?o|pełniąc[ya] obowiązki) (prezesa|prezeski|dyrektora (generalnego|naczelnego|zarządzającego))\b', 'P.o. prezesa'),
    ('exclusion', 'regex', 'segment', '\b(prezes|prezeska|przewodnicząc[ya]|wiceprezes) (\w+ )?(koła|klubu|samorządu|parlamentu studentów|zrzeszenia studentów|ogródków)\b', 'Prezes koła naukowego'),
    ('csuite', 'regex', 'segment', '\b(generální|generáln[aiy]|výkonn[aiyý]|vykonn[aiy]|statutární) (ředitel(ka)?|riaditeľ(ka)?)\b|\b(ředitel(ka)?|riaditeľ(ka)?) (a (jednatel(ka)?|majitel(ka)?|konateľ(ka)?)|firmy|společnosti|spoločnosti|podniku)\b(?<!\b(?:zástupce|zástupca|náměstek|asistentka) (?:generální )?(?:ředitel(?:ka)?|riaditeľ(?:ka)?) ?\w*)', 'Generální ředitel, ředitel společnosti'),
    ('csuite', 'regex', 'segment', '\b(jednatel(ka)?|konateľ(ka)?|(spolu)?majitel(ka)?|(spolu)?majiteľ(ka)?|(spolu)?vlastn[ií]k|(spolu)?vlastníčka|(spolu)?zakladatel(ka)?|(spolu)?zakladateľ(ka)?|předsed(a|kyně) (představenstva|dozorčí rady|správní rady)|predsed(a|níčka) (predstavenstva|dozornej rady)|člen(ka)? (představenstva|predstavenstva)|prezident(ka)?)\b(?<!\b(?:vice|více|čestný) ?prezident(?:ka)?)(?<!\b(?:produktový|procesní|procesný|datový) vlastn[ií]k)(?! (produktu|procesu))', 'Jednatel, konateľ, majitel, zakladatel'),
    ('csuite', 'regex', 'segment', '\b(ügyvezető(nő)?( igazgató)?|vezérigazgató(nő)?|elnök(nő)? vezérigazgató|(cég|társ|üzlet)?tulajdonos(a|nő)?|(társ)?alapító(ja)?|cégvezető|(igazgatóság|igazgatótanács|felügyelőbizottság) elnöke|elnök(nő)?)\b(?! (helyettes|asszisztens|titkár))(?<!\b(?:helyettes|al|tiszteletbeli) ?elnök)(?<!\b(?:termék|folyamat|hallgatói önkormányzat|hök|dök|diák) ?(?:tulajdonos|elnöke?))', 'Ügyvezető, vezérigazgató, tulajdonos, elnök'),
    ('csuite', 'regex', 'segment', '\b(directorul general|director general executiv|directoare generală|(co ?)?fondator(ul)?|(co ?)?fondatoare(a)?|(co ?)?proprietară?|administrator (unic|srl|societate|firmă)|asociat unic|preşedint[eă]|preşedintele|patroană)\b(?! (adjunct|de produs))(?<!\bvice ?preşedint[eă])(?<!\bpreşedintele? de onoare)', 'Director general, fondator, proprietar, președinte'),
    ('vp', 'regex', 'segment', '\b(wice|vice|v ?ce) ?(prezes(ka)?|prezydent)\b|\b(vice|více) ?prezident(ka)?\b|\bv?ice ?președint[eaă]\b|\balelnök(e)?\b', 'Wiceprezes, viceprezident, vicepreședinte, alelnök'),
    ('exclusion', 'regex', 'segment', '\b(był[ya]|emerytowan[ya]|przyszł[ya]|honorow[ya]|stażyst(a|ka)|praktykant(ka)?|studentka|asystent(ka)?|sekretarka|sekretariat|zastępca|zastępczyni|z ca|doradca|kandydat(ka)?|na emeryturze)\b', 'Były, asystentka, zastępca'),
    ('exclusion', 'regex', 'segment', '\b(býval(ý|y|á|a)|bývalí|budoucí|budúc[ia]|čestn[aáýy]|asistent(ka)?|sekretářka|zástup(ce|kyně|ca|kyňa)|náměst(ek|kyně)|stážist(a|ka)|důchodce|dôchodca)\b', 'Bývalý, asistentka, zástupce'),
    ('exclusion', 'regex', 'segment', '\b(volt|korábbi|egykori|leendő|nyugalmazott|nyugdíjas|tiszteletbeli|asszisztens(e)?|titkárnő(je)?|titkár(a)?|helyettes(e)?|gyakornok|tanácsadó(ja)?|diákönkormányzat)\b', 'Volt, asszisztens, helyettes'),
    ('exclusion', 'regex', 'segment', '\b(fost(a|ă|ul)?|clubului|asociaţiei studenţilor|viitor(ul)?|viitoare|onorific|de onoare|asistent[aă]?|secretar[aă]|adjunct[aă]?|consilier[aă]?|stagiar[aă]?|pensionar[aă]?|student[aă])\b', 'Fost, asistentă, adjunct'),

    -- South Slavic in Latin letters -------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(generaln[ai]|izvršn[ai]|glavn[ai] izvršn[ai]) direktor(ica|ka)?\b|\bdirektor(ica|ka)? (doo|d o o|jdoo|poduzeća|podjetja|preduzeća|tvrtke|firme|društva|družbe|kompanije)\b|\bpreds?jedni(k|ca) (uprave|nadzornog odbora|upravnog odbora|kompanije|društva)\b|\bpredsedni(k|ca) (uprave|nadzornega sveta|upravnega odbora|nadzornog odbora|upravnog odbora|kompanije|družbe)\b(?<!\b(?:zamenik|zamjenik|namestnik) predsednika \w+)', 'Generalni direktor, predsjednik uprave'),
    ('csuite', 'regex', 'segment', '\b((su)?vlasni(k|ca)|(so)?lastni(k|ca)|(su)?osnivač(ica)?|(so)?ustanovitelj(ica)?)\b(?<!\b(?:produktni|produktna) (?:vlasnik|lastnik))(?! (proizvoda|produkta|procesa|izdelka))', 'Vlasnik, osnivač, lastnik, ustanovitelj'),
    ('vp', 'regex', 'segment', '\b(potpreds?jedni(k|ca)|potpredsedni(k|ca)|podpredsedni(k|ca))\b(?! (uprave|upravnog|nadzornog|nadzornega|studentsk\w+|kluba|udruge))', 'Potpredsjednik, podpredsednik'),
    ('exclusion', 'regex', 'segment', '\b(bivš[ia]|nekdanj[ia]|budući|bodoč[ia]|počasni|pomoćni(k|ca)|pomočni(k|ca)|asistent(ica|kinja)?|tajni(k|ca)|sekretarica|zamjeni(k|ca)|zameni(k|ca)|namestni(k|ca)|savjetni(k|ca)|pripravni(k|ca)|studentica|studentkinja|umirovljen[ia]|penzionisan[ia]|upokojen[ia])\b', 'Bivši, pomoćnik, zamjenik'),

    -- Baltic, Estonian, Catalan -----------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(generalin(is|ė) direktor(ius|ė)|vykdom(asis|oji) direktor(ius|ė)|direktor(ius|ė)$|valdybos pirminink(as|ė)|(bendra)?įkūrėj(as|a)|(bendra)?steigėj(as|a)|(bendra)?savinink(as|ė)|prezident(as|ė)|įmonės vadov(as|ė))\b(?<!\b(?:produkto|proceso) savinink(?:as|ė))(?<!\b(?:pardavimų|finansų|rinkodaros|komercijos|technikos|mokyklos|personalo|plėtros|gamybos|projektų|it|marketingo) direktor(?:ius|ė))', 'Generalinis direktorius, įkūrėjas, savininkas'),
    ('csuite', 'regex', 'segment', '\b(ģenerāldirektor(s|e)|izpilddirektor(s|e)|valdes priekšsēdētāj(s|a)|padomes priekšsēdētāj(s|a)|(līdz)?dibinātāj(s|a)|(līdz)?īpašnie(ks|ce)|prezident(s|e)|uzņēmuma vadītāj(s|a))\b(?<!\b(?:produkta|procesa) īpašnie(?:ks|ce))(?<!\b(?:studentu|vice) prezident(?:s|e))', 'Ģenerāldirektors, dibinātājs, īpašnieks'),
    ('csuite', 'regex', 'segment', '\b(tegevjuht|tegevdirektor|peadirektor|juhatuse esimees|nõukogu esimees|(kaas)?asutaja|(kaas)?omanik|ettevõtte juht)\b(?<!\b(?:toote|protsessi) ?omanik)|\b(conseller delegat|consellera delegada|conselleira delegada|(co)?fundadora?|propietària)\b(?! d(e|el|els) (producte|procés))(?! del? (producto|proceso))', 'Tegevjuht, asutaja, conseller delegat'),
    ('vp', 'regex', 'segment', '\b(vice ?prezident(as|ė|s|e)|asepresident)\b', 'Viceprezidentas, viceprezidents, asepresident'),
    ('exclusion', 'regex', 'segment', '\b(buv(ęs|usi)|būsim(as|a)|asistent(as|ė)|padėjėj(as|a)|pavaduotoj(as|a)|sekretor(ius|ė)|praktikant(as|ė)|studentas|studentė|bijuš(ais|ā)|topoš(ais|ā)|asistent(s|e)|palī(gs|dze)|vietnie(ks|ce)|sekretār(s|e)|praktikant(s|e)|studente|endine|tulevane|assistent|abi|asetäitja|tudeng|praktikant)\b', 'Buvęs, bijušais, endine; padėjėjas, palīgs, abi'),

    -- Turkish -----------------------------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(genel müdür|yönetim kurulu başkanı|icra kurulu başkanı|başkan|kurucu|kurucu orta(k|ğı)|kurucusu|şirket müdürü|iş(letme|yeri)? sahibi|şirket sahibi|firma sahibi|sahibi|patron|murahhas (üye|aza)|üst yönetici)\b(?! (yardımcısı|yard|asistanı|adayı))(?<!\b(?:ürün|süreç) sahibi)(?<!\b(?:kulübü|kulüp|topluluğu|belediye|öğrenci|onursal) başkan)(?<!başkan)(?! vekili)|\bgenel müdür vekili\b|\b(yönetim kurulu|icra kurulu|yk|ik|şirket|grup|holding) başkanı?\b(?! (yardımcısı|vekili|yard))', 'Genel müdür, yönetim kurulu başkanı, kurucu'),
    ('vp', 'regex', 'segment', '\bbaşkan (yardımcısı|yard)\b(?<!\b(?:kurulu|belediye|kulübü|kulüp|konsey|topluluğu|dernek|parti|il|ilçe) başkan (?:yardımcısı|yard))', 'Başkan yardımcısı'),
    ('exclusion', 'regex', 'segment', '\b(eski|emekli|önceki|müstakbel|geleceğin|onursal|adayı|stajyer(i)?|öğrenci(si)?|asistanı?|sekreter(i)?|danışmanı|şoförü?|müdür yardımcısı|belediye|kulüp|kulübü)\b', 'Eski, asistan, stajyer'),

    -- Japanese, Chinese, Korean: no word edges ----------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '^代表$|代表社員|代表取締役|代表執行役|代表理事|共同代表|代表者$|取締役会議長|(?<!副|前|元|支|次期|秘書)社長|取締役会長|(?<!副|前|元|名誉|町内|自治|保護者|生徒|学生|pta |ob)会長|(?<!副|前|元)理事長|(?<!副|元|前)頭取|創業者|創業社長|創設者|共同創業者|共同創設者|ファウンダー|経営者', '代表取締役, 社長, 会長, 理事長, 創業者'),
    ('csuite', 'regex', 'segment', '(?<!副)最高.{0,12}責任者|チーフ.{1,20}オフィサー|(?<!プロダクト|プロジェクト|プロセス|データ|サービス|システム|バジェット|タスク|ペット)オーナー(?!シップ|様|向け|サポート)', '最高…責任者, チーフ…オフィサー, オーナー'),
    ('csuite', 'regex', 'segment', '(?<!副|前|原|助理)首席.{1,8}官|(?<!副|前|原|助理|分公司)(总经理|總經理|总裁|總裁|行政总裁|行政總裁)(?!助理|秘书|秘書|办公室|辦公室|特助|办)|(?<!副|前|原)(董事长|董事長|理事长|理事長|董事會主席|董事会主席|董事局主席)(?!助理|秘书|秘書|办|辦)|(?<!副|前)執行長(?!特助|助理|秘書|辦)|(?<!副|前)执行长|(?<!副)(財務|資訊|營運|技術|行銷|人資|人力資源|策略|法務|產品|數位|資安|科技|投資|創意|業務)長( |$)|常务董事', '首席执行官, 总经理, 总裁, 董事长'),
    ('csuite', 'regex', 'segment', '(?<!前|原)(创始人|創始人|创办人|創辦人|创始合伙人|創始合夥人|老板|老闆|老板娘|企业主|業主|业主代表|法人代表|店主|东家)|(?<!副|前|原|会|會|党|工会|學生會)主席(?!助理|秘书|秘書|团)', '创始人, 创办人, 老板, 主席'),
    ('csuite', 'regex', 'segment', '대표 ?이사|(?<!영업|판매|학생|직원|근로자|노동자|부|국가|지역)대표(?!님|자? ?비서|팀|번호|적)( |$)|대표자$|최고.{1,8}책임자|최고(경영|재무|기술|운영|정보|마케팅|인사|제품)자|(?<!부|전|전 |지)사장(?! ?비서| ?보좌)|(?<!부|전|전 |학생|학생회|동창|총학생)회장(?! ?비서)|이사회 ?의장|창업자|창업주|창립자|설립자|(?<!프로덕트|프로덕트 |제품 |프로세스|프로세스 |데이터 |서비스 )오너(?!십)', '대표이사, 최고경영자, 사장, 회장, 창업자'),
    ('vp', 'regex', 'segment', '副社長|バイス ?プレジデント|ヴァイス ?プレジデント|바이스 ?프레지던트|副总裁|副總裁|부사장|부총재', '副社長, 副总裁, 부사장'),
    ('exclusion', 'regex', 'segment', '(元|旧|前) ?(?=代表|社長|副社長|会長|取締役|理事長|c[a-z]{1,3}o( |$)|vp|创始|創始)|前(?=总|總|董事|任|首席|执行|執行)|原(?=总|總|董事|副总|首席)|社長室|会長室|社長付|c[a-z]{1,3}o ?(室|付|办|辦|弁公室|직속|실( |$)|オフィス)|(c[a-z]{1,3}o|社長|役員|経営者|経営幹部|エグゼクティブ) ?(採用|サーチ|ヘッドハン)|役員(室|秘書|付)|헤드헌터|董事长办|总裁办|总经办|總經理室|総裁室|秘書|秘书|助理|特助|アシスタント|補佐|비서|前任|退休|退任|退職|引退|離任|卸任|候任|見習い|インターン|实习|實習|学生|學生|大学生|大学\d年|校友会|顧問として', '元・前, 秘書, 助理, 비서'),
    ('exclusion', 'regex', 'segment', '候補|候选|次期|未来|將來|将来|夢は|の夢|目指|志望|希望|梦想|夢想|立志|전 ?(?=대표|사장|부사장|회장|c[a-z]o)|전직|전임|예비|내정자|지망|준비생|꿈|인턴|학생|대학생|보좌|은퇴|퇴직|퇴임|명예|名誉', '候補, 将来, 예비, 인턴'),

    -- Russian, Ukrainian, Bulgarian, Serbian, Greek -----------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(генеральн(ый|ая) директор|исполнительн(ый|ая) директор|управляющий директор|ген ?директор|президент|председатель (правления|совета директоров|наблюдательного совета)|(со)?основатель(ница)?|(со)?владел(ец|ица)|(со)?собственни(к|ца)|(со)?учредитель(ница)?)\b(?<!\b(?:вице|віце|почетный|почесний|заместитель|зам|помощник) (?:президент|генеральн(?:ый|ая) директор))(?! (продукта|процесса|данных))', 'Генеральный директор, президент, основатель, владелец'),
    ('csuite', 'regex', 'segment', '\b(и ?о|врио|исполняющ(ий|ая) обязанности) (генерального директора|исполнительного директора|президента|гендиректора)\b|\bдиректор (ооо|оао|зао|пао|ао|чп|фирмы|компании|предприятия|тов|пп|підприємства|компанії|фірми)\b(?<!\b(?:зам|заместитель|заступник|коммерческий|финансовый|технический) директор \w+)', 'И. о. генерального директора, директор ООО'),
    ('csuite', 'regex', 'segment', '\b(финансовый|технический|операционный) директор\b(?<!\b(?:заместитель|зам|помощник) \w+ директор)', 'Финансовый директор'),
    ('csuite', 'regex', 'segment', '\b(генеральн(ий|а) директор(ка)?|виконавч(ий|а) директор(ка)?|гендиректор(ка)?|президентка|голова (правління|ради|наглядової ради)|(спів)?засновни(к|ця)|(спів)?власни(к|ця)|(в ?о|т ?в ?о|виконув(ач|ачка) обов''язків) (генерального |виконавчого )?директор(а|ки))\b(?<!\b(?:віце|заступник|помічник) (?:президентка|генеральн(?:ий|а) директор))(?! (продукту|процесу))', 'Генеральний директор, засновник, власник'),
    ('csuite', 'regex', 'segment', '\b(генерал(ен|на) директор(ка)?|изпълнител(ен|на) директор(ка)?|управител(ка)?|(съ)?основател(ка)?|(съ)?собствени(к|чка)|председател на (съвета|управителния|надзорния|борда|ус))\b(?<!\bзаместник (?:управител|председател на \w+))(?! на (продукта?|магазина?|обекта?|ресторант|хотел|склад|проекта?))', 'Изпълнителен директор, управител, собственик'),
    ('csuite', 'regex', 'segment', '\b(генерални директор(ка)?|извршни директор(ка)?|директор(ка)? (предузећа|фирме|компаније|друштва)|председни(к|ца) (управе|управног одбора|надзорног одбора|компаније|друштва)|(су)?власни(к|ца)|(су)?оснивач(ица)?)\b(?! (производа|продукта|продукту|процеса|процесу))', 'Генерални директор, власник, оснивач'),
    ('vp', 'regex', 'segment', '\b(вице|віце) ?президент(а|ка)?\b|\b(потпредседни(к|ца)|віцепрезидентк(а|и)|вицепредседател)\b(?! (на )?(управе|управног|съвета|ус))', 'Вице-президент, потпредседник'),
    ('exclusion', 'regex', 'segment', '\b(бывш(ий|ая|его)|экс|екс|ексгендиректор|экспрезидент|будущ(ий|ая)|почетный|помощни(к|ца)|секретарь|референт|ассистент(ка)?|заместитель(ница)?|зам|стаж(е|ё)р(ка)?|студент(ка)?|студенческ(ого|ий|ой)|студсовета|профкома|советни(к|ца)|пенсионер(ка)?|в отставке|на пенсии|кандидат)\b', 'Бывший, помощник, заместитель'),
    ('exclusion', 'regex', 'segment', '\b(колишн(ій|я)|майбутн(ій|я)|помічни(к|ця)|секретар(ка)?|асистент(ка)?|заступни(к|ця)|стажер(ка)?|радни(к|ця)|бивш(а|и|ият|ата)?|бъдещ(а)?|почетен|заместни(к|чка)|помощни(к|чка)|стажант(ка)?|пенсионер|бивш[иа]|помоћни(к|ца)|замени(к|ца)|асистенткиња|студенткиња|приправник)\b', 'Колишній, бивш, помічник, заместник'),
    ('csuite', 'regex', 'segment', '\b(διευθύνων σύμβουλος|διευθύνουσα σύμβουλος|γενικός διευθυντής|γενική διευθύντρια|εκτελεστικός πρόεδρος|πρόεδρος|(συν)?ιδρυτής|(συν)?ιδρύτρια|(συν)?ιδιοκτήτης|(συν)?ιδιοκτήτρια)\b(?<!\b(?:επίτιμος|επίτιμη) πρόεδρος)(?! (προϊόντος|φοιτητικού|συλλόγου φοιτητών))', 'Διευθύνων σύμβουλος, γενικός διευθυντής, ιδρυτής'),
    ('vp', 'regex', 'segment', '\bαντιπρόεδρος\b(?! (του )?(δ ?σ|διοικητικού|συλλόγου))', 'Αντιπρόεδρος'),
    ('exclusion', 'regex', 'segment', '\b(πρώην|τέως|βοηθός|γραμματέας|γραμματεία|αναπληρωτής|αναπληρώτρια|μελλοντικ(ός|ή)|υποψήφι(ος|α)|επίτιμ(ος|η)|συνταξιούχος|φοιτητής|φοιτήτρια|ασκούμεν(ος|η)|σύμβουλος του)\b', 'Πρώην, βοηθός'),

    -- Arabic, Hebrew, Persian, Thai, Hindi -------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '(?<!نائب )(ال)?رئيسة? (ال)?تنفيذية?|(?<!نائب )(ال)?مديرة? (ال)?(تنفيذية?|عامة?)( |$)|(?<!نائب )رئيسة? مجلس (ال)?(ادارة|امناء|مديرين)|(?<!نائب )رئيسة? (ال)?شركة|(^| )و?(ال)?مؤسس( |$)|(^| )مؤسسة (و|مشاركة|شريكة|شركة|مشروع|منصة)|شريكة? مؤسسة?|(ال)?عضو (ال)?منتدب|صاحبة? (ال)?(شركة|عمل|اعمال|مشروع|متجر|محل|مكتب|مؤسسة|مطعم)|(^| )(ال)?مالكة?( |$)(?!(ال)?منتج)', 'الرئيس التنفيذي, المدير العام, مؤسس'),
    ('csuite', 'regex', 'segment', '(?<!ס)(?<!ס )מנכל(ית)?( |$)|מנהלת? כללית?( |$)|(^| )יור( |$)|יושבת? ראש|מייסד(ת|ים|ות)?( |$)|בעלים|בעלת? (ה)?(עסק|חברה|חנות|מסעדה|סטודיו|משרד|קליניקה)|(?<!סגן |סגנית )נשיא(ת|ה)?( |$)', 'מנכ"ל, יו"ר, מייסד, בעלים'),
    ('csuite', 'regex', 'segment', 'مدیر ?عامل|(هم ?)?بنیان ?گذار|موسس( |$)|(?<!نایب|نایب )(رییس|رئیس) (هیئت|هیات) مدیره|صاحب (کسب ?و ?کار|شرکت|فروشگاه|امتیاز)|(^| )مالک( |$)(?!محصول)', 'مدیرعامل, بنیان‌گذار'),
    ('csuite', 'regex', 'segment', '(?<!รอง)ประธานเจ้าหน้าที่|(?<!รอง)ประธานกรรมการ|(?<!รอง)ประธานบริษัท|(?<!รอง)กรรมการผู้จัดการ|ผู้(ร่วม)?ก่อตั้ง|เจ้าของ(กิจการ|ธุรกิจ|บริษัท|ร้าน|แบรนด์)|मुख्य .{2,24} अधिकारी|(?<!उप )प्रबंध निदेशक|(सह ?)?संस्थापक|(^| )अध्यक्ष|(^| )मालिक', 'ประธานเจ้าหน้าที่บริหาร, मुख्य कार्यकारी अधिकारी'),
    ('vp', 'regex', 'segment', 'نائبة? (ال)?رئيسة?(?! (ال)?مجلس)|نایب ?(رییس|رئیس)(?! هی)|(^| )סמנכל(ית)?( |$)|סגנ?(ן|ית) (ה)?נשיאה?|รองประธาน(?!กรรมการ|สภา|นักเรียน|นักศึกษา)|उपाध्यक्ष|वाइस प्रेसिडेंट', 'نائب الرئيس, סמנכ"ל, รองประธาน, उपाध्यक्ष'),
    ('exclusion', 'regex', 'segment', '(^| )(سابقا?ة?|السابقة?|متقاعدة?|مساعدة?|سكرتيرة?|متدربة?|طالبة?|الطلاب|طلبة|اتحاد|مكتب|مستشارة?|مرشحة?|نائب المدير|نائب مدير|مدير منتج|دستیار|منشی|بازنشسته|قایم ?مقام|قائم ?مقام|کارآموز|دانشجو(یی|یان)?|پیشین|اسبق|دفتر)( |$)', 'السابق, مساعد, دستیار'),
    ('exclusion', 'regex', 'segment', '(^| )(לשעבר|בדימוס|מיועדת?|עוזר|עוזרת|מזכיר|מזכירת|מזכירה|סגן מנכל|סגנית מנכל|משנה|לשכת|יועץ|יועצת|סטודנט|סטודנטית|(ה)?סטודנטים|מתמחה|פנסיונר(ית)?|גמלאי|שואף|שואפת|עתידית?)( |$)', 'לשעבר, עוזר, מזכירה'),
    ('exclusion', 'regex', 'segment', 'เลขานุการ|เลขา|ผู้ช่วย|อดีต|ว่าที่|นักศึกษา|นักเรียน|ฝึกงาน|เกษียณ|ที่ปรึกษา|อยากเป็น|สโมสร|(^| )(पूर्व|सहायक|सचिव|सेवानिवृत्त|भावी|प्रशिक्षु|छात्रा?|विद्यार्थी|निजी सचिव|उप)( |$)|के सहायक', 'อดีต, เลขานุการ, पूर्व, सहायक'),

    -- Indonesian, Malay, Vietnamese ---------------------------------------------------------------------------------------
    ('csuite', 'regex', 'segment', '\b(direktur (utama|eksekutif)|presiden (direktur|komisaris)|komisaris utama|ketua (dewan|umum)|presdir|dirut|(co )?pendiri|(co ?)?pemilik|pengusaha|pengarah urusan|ketua pegawai \w+|pengerusi( eksekutif)?|(pengasas bersama|pengasas)|presiden)\b(?<!\b(?:wakil|naib|timbalan|asisten|sekretaris|mantan|pembantu) (?:direktur utama|presiden direktur|presiden|pengerusi|pengarah urusan|ketua pegawai \w+))(?! (produk|mahasiswa|bem|kelab|persatuan))', 'Direktur utama, pendiri, pengarah urusan'),
    ('csuite', 'regex', 'segment', '\b(tổng giám đốc|tổng gđ|tgđ|giám đốc điều hành|gđđh|giám đốc (công ty|cty|doanh nghiệp)|chủ tịch|chủ (doanh nghiệp|công ty|cửa hàng|shop|quán|tiệm|hộ kinh doanh|thương hiệu)|(nhà|người) (đồng )?sáng lập|sáng lập viên|đồng sáng lập)\b(?<!\b(?:phó|phó tổng) (?:tổng giám đốc|giám đốc điều hành|giám đốc công ty|chủ tịch))(?! (câu lạc bộ|clb|hội sinh viên|công đoàn))', 'Tổng giám đốc, chủ tịch, nhà sáng lập'),
    ('vp', 'regex', 'segment', '\b(wakil|naib) presiden\b|\b(phó chủ tịch|phó tổng giám đốc)\b(?! (hđqt|hội đồng|hđtv|ubnd|câu lạc bộ|clb|công đoàn|hội))', 'Wakil presiden, naib presiden, phó chủ tịch'),
    ('exclusion', 'regex', 'segment', '\b(mantan|bekas|calon|bakal|asisten|sekretaris|pembantu|setiausaha|timbalan|pelatih|pelajar|magang|mahasiswa|mahasiswi|pensiun|pensiunan|bersara|wakil direktur|penasihat|staf ahli|cựu|nguyên|trợ lý|thư ký|sinh viên|học sinh|thực tập( sinh)?|ước mơ|mơ ước|mong muốn|nghỉ hưu|về hưu|cố vấn|tư vấn cho|văn phòng)\b', 'Mantan, asisten, cựu, trợ lý')
$$;

revoke all on function pathfinder.default_rules() from public, anon, authenticated, service_role;

comment on function pathfinder.default_rules() is 'The rules that a new project starts with.';

-- source: rules/expand_branch.sql
-- Writes out what an expression matches, as far as that can be written out: one text for each way through its
-- alternatives and optional parts. In it, a blank stands for any edge of a word (a blank, \y, ^, $, an apostrophe), and
-- E'\x01' for what can be anything at all. What looks ahead or back is left out, so the texts say more than the
-- expression matches, never less.
--
-- Of very many texts, those that have a whole word are cut short behind it. Called by clue_words(), with an expression
-- of translate_pattern(). Returns null where there are too many all the same.
--
--     select pathfinder.expand_branch('\yv(?:ice)? president\y');   -- {" v president "," vice president "}
create or replace function pathfinder.expand_branch(branch text)
returns text[]
language plpgsql
immutable
strict
set search_path = ''
as $$
declare
    anything constant text := E'\x01';
    tokens constant text[] := array(
        select piece.groups[1]
        from pg_catalog.regexp_matches(
            pathfinder.loosen_branch(branch),
            '(\\.|\[\^?\]?(?:\\.|\[:[a-z]+:\]|[^]\\])*\]|\(\?:|[()|^$.]|[*+?]\??|\{[0-9,]+\}\??|[[:alnum:] ]+(?![*+?{])|[^\\])',
            'g') as piece (groups)
    );
    whole_word constant text := ' ([[:alnum:]]+) ';
    token text;
    next_token text;
    too_many boolean;
    atom text[];                    -- the texts of what was read last
    texts text[] := '{""}';         -- of the alternative that is being read
    finished text[] := '{}';        -- of the alternatives before it in the same group
    outer_texts jsonb := '[]';      -- the same two of each group around it
begin
    for position in 1..pg_catalog.cardinality(tokens) loop
        token := tokens[position];
        if token ~ '^(?:[*+?]|\{)' then
            continue;               -- taken into account with the atom before it
        elsif token in ('(?:', '(') then
            outer_texts := outer_texts || pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_array(texts, finished));
            texts := '{""}';
            finished := '{}';
            continue;
        elsif token = '|' then
            finished := finished || texts;
            texts := '{""}';
            continue;
        end if;

        if token = ')' then
            atom := finished || texts;
            texts := array(select pg_catalog.jsonb_array_elements_text(outer_texts -> -1 -> 0));
            finished := array(select pg_catalog.jsonb_array_elements_text(outer_texts -> -1 -> 1));
            outer_texts := outer_texts - -1;
        elsif token ~ '^\[[[:alnum:]]{1,9}\]$' then
            atom := pg_catalog.regexp_split_to_array(pg_catalog.btrim(token, '[]'), '');
        else
            atom := array[case
                when token in ('\y', '\m', '\M', '^', '$', '[ \n]', '\n') then ' '
                when token ~ '^[[:alnum:] ]' or pg_catalog.octet_length(token) > pg_catalog.length(token) and token !~ '^\[' then token
                when token ~ '^(?:\\[^[:alnum:]]|[^.\\[])$' then ' '
                else anything
            end];
        end if;

        next_token := tokens[position + 1];
        if next_token ~ '^(?:[*+]|\{)' then
            -- As often as may be: once, or anything between the edges that all have in common.
            atom := atom || (
                select case when pg_catalog.bool_and(pg_catalog.left(once.text, 1) = ' ') then ' ' else '' end
                    || anything
                    || case when pg_catalog.bool_and(pg_catalog.right(once.text, 1) = ' ') then ' ' else '' end
                from pg_catalog.unnest(atom) as once (text)
            );
        end if;
        if next_token ~ '^(?:[?*]|\{0)' then
            atom := atom || ''::text;
        end if;
        too_many := pg_catalog.cardinality(texts) * pg_catalog.cardinality(atom) > 6000;
        if too_many then
            -- Of a text that has a whole word already, nothing more need be known.
            texts := array(
                select distinct coalesce(' ' || pg_catalog.substring(read.text, whole_word) || ' ' || anything, read.text)
                from pg_catalog.unnest(texts) as read (text)
            );
        end if;
        texts := array(
            select distinct case
                when too_many and read.text ~ whole_word then read.text
                else pg_catalog.regexp_replace(read.text || next.text, anything || '+', anything, 'g')
            end
            from pg_catalog.unnest(texts) as read (text)
            cross join pg_catalog.unnest(atom) as next (text)
        );
        if pg_catalog.cardinality(texts) > 6000 then
            return null;
        end if;
    end loop;
    return texts;
end
$$;

revoke all on function pathfinder.expand_branch(text) from public, anon, authenticated, service_role;

comment on function pathfinder.expand_branch(text) is 'Writes out what an expression matches, one text for each way through it.';

-- source: rules/explain.sql
-- Explains what a rule set makes of a title: see public.explain_title(). `rules` is rule_versions.rules, `compiled` what
-- compile_rules() makes of them. Tries rule by rule, so it is for people, not for every webhook.
--
-- Called by explain_title() and check_rules().
create or replace function pathfinder.explain(title text, rules jsonb, compiled jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    segments constant text[] := pathfinder.segment_title(title);
    whole constant text := pg_catalog.array_to_string(segments, E'\n');
    verdict record;
    parts jsonb;
    whole_matches jsonb;
    decided_by jsonb;
    reason text;
begin
    verdict := pathfinder.match_title(segments, compiled);

    with listed as (
        select
            element.value - '{matcher,clues,is_active}'::text[] as rule,
            element.value ->> 'category' as category,
            element.value ->> 'scope' as scope,
            '(?w)' || (select pg_catalog.string_agg(branch.value, '|') from pg_catalog.jsonb_array_elements_text(element.value -> 'matcher') as branch) as expression,
            element.position
        from pg_catalog.jsonb_array_elements(explain.rules) with ordinality as element (value, position)
        where (element.value ->> 'is_active')::boolean
    ),
    judged as (
        select
            segment.text,
            segment.position,
            coalesce(
                pg_catalog.jsonb_agg(listed.rule order by listed.category <> 'exclusion', listed.category, listed.position)
                    filter (where listed.rule is not null),
                '[]'
            ) as matches,
            coalesce(pg_catalog.bool_or(listed.category = 'exclusion'), false) as excluded
        from pg_catalog.unnest(segments) with ordinality as segment (text, position)
        left join listed on listed.scope = 'segment' and segment.text ~ listed.expression
        group by segment.text, segment.position
    )
    select
        coalesce((
            select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                'text', judged.text,
                'excluded', judged.excluded,
                'left', case
                    when judged.excluded then pg_catalog.to_jsonb(pathfinder.surviving_parts(judged.text, compiled))
                    else pg_catalog.jsonb_build_array(judged.text)
                end,
                'matches', judged.matches
            ) order by judged.position)
            from judged
        ), '[]'),
        coalesce((
            select pg_catalog.jsonb_agg(listed.rule order by listed.category <> 'exclusion', listed.category, listed.position)
            from listed
            where listed.scope = 'title' and whole ~ listed.expression
        ), '[]')
    into parts, whole_matches;

    if verdict.level is not null then
        -- The first that matches the text that decided, as in find_rule().
        select element.value - '{matcher,clues,is_active}'::text[] into decided_by
        from pg_catalog.jsonb_array_elements(explain.rules) with ordinality as element (value, position)
        where (element.value ->> 'is_active')::boolean
            and element.value ->> 'category' = verdict.level
            and element.value ->> 'scope' = verdict.scope
            and verdict.decisive ~ (
                '(?w)' || (
                    select pg_catalog.string_agg(branch.value, '|')
                    from pg_catalog.jsonb_array_elements_text(element.value -> 'matcher') as branch
                )
            )
        order by element.position
        limit 1;
        reason := pg_catalog.format(
            '"%s" is %s by the rule "%s".', pg_catalog.replace(verdict.decisive, E'\n', ' | '),
            case verdict.level when 'csuite' then 'an office of the C-suite' else 'a vice president' end,
            coalesce(nullif(decided_by ->> 'description', ''), decided_by ->> 'pattern'));
    elsif segments = '{}' then
        reason := 'The title is empty.';
    else
        -- An exclusion is to blame where an office was found beside it.
        select candidate.rule into decided_by
        from (
            select exclusion.value as rule, 1 as rank, part.position
            from pg_catalog.jsonb_array_elements(parts) with ordinality as part (value, position)
            cross join lateral pg_catalog.jsonb_array_elements(part.value -> 'matches') as exclusion
            where exclusion.value ->> 'category' = 'exclusion'
                and part.value -> 'matches' @> any (array['[{"category": "csuite"}]', '[{"category": "vp"}]']::jsonb[])
            union all
            select exclusion.value, 0, 0
            from pg_catalog.jsonb_array_elements(whole_matches) as exclusion
            where exclusion.value ->> 'category' = 'exclusion'
                and parts @> any (array['[{"matches": [{"category": "csuite"}]}]', '[{"matches": [{"category": "vp"}]}]']::jsonb[])
        ) as candidate
        order by candidate.rank, candidate.position
        limit 1;
        reason := case
            when decided_by is null then 'No rule finds an office in it.'
            else pg_catalog.format('The office in it is excluded by the rule "%s".',
                coalesce(nullif(decided_by ->> 'description', ''), decided_by ->> 'pattern'))
        end;
    end if;

    return pg_catalog.jsonb_build_object(
        'title', title,
        'normalized', pg_catalog.array_to_string(segments, ' | '),
        'segments', parts,
        'title_matches', whole_matches,
        'is_senior', verdict.level is not null,
        'seniority_level', verdict.level,
        'decided_by', decided_by,
        'reason', reason
    );
end
$$;

revoke all on function pathfinder.explain(text, jsonb, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.explain(text, jsonb, jsonb) is 'Explains what a rule set makes of a title.';

-- source: rules/explain_in_force.sql
-- What explain_title() answers, with its owner's rights.
create or replace function pathfinder.explain_in_force(title text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select pathfinder.explain(explain_in_force.title, newest.rules, newest.compiled || '{}')
        || pg_catalog.jsonb_build_object('rules_version', newest.version)
    from public.rule_versions as newest
    order by newest.version desc
    limit 1
$$;

revoke all on function pathfinder.explain_in_force(text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.explain_in_force(text) to service_role;

comment on function pathfinder.explain_in_force(text) is 'What explain_title() answers.';

-- source: rules/find_rule.sql
-- Which of the rules in force decided: the first of its level and scope that matches the text which decided.
--
-- Called by classify(), for senior titles only. Returns the rule's description, or else its pattern; null for none.
--
--     select pathfinder.find_rule('chief executive', 'csuite', 'segment');   -- Chief executive
create or replace function pathfinder.find_rule(decisive text, level text, scope text)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
    words constant text[] := pathfinder.title_words(decisive);
begin
    return (
        select coalesce(nullif(pg_catalog.btrim(rule.description), ''), rule.pattern)
        from public.classification_rules as rule
        where rule.is_active
            and rule.category = find_rule.level
            and rule.scope = find_rule.scope
            and coalesce(rule.clues && words, true)
            and find_rule.decisive ~ ('(?w)' || pg_catalog.array_to_string(rule.matcher, '|'))
        order by rule.id
        limit 1
    );
end
$$;

revoke all on function pathfinder.find_rule(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.find_rule(text, text, text) is 'Which of the rules in force decided a title''s level.';

-- source: rules/finds.sql
-- Whether one of the compiled expressions of a kind ("csuite", "exclusion", …: see compile_rules()) matches a part of a
-- title. Matching is dear, so each is left out where the part has none of the clues that every match needs.
--
-- Called by match_title() and surviving_parts(). `words` are the part's title_words(), or those of more than the part.
--
--     select pathfinder.finds('chief executive', '{chief,executive}', compiled, 'csuite') from public.rule_versions …;
create or replace function pathfinder.finds(part text, words text[], compiled jsonb, kind text)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    clues constant jsonb := compiled -> 'clues';
    number integer := 1;
    name text := kind || '_1';
begin
    while compiled ? name loop
        if coalesce(clues -> name ?| words, true) and part ~ (compiled ->> name) then
            return true;
        end if;
        number := number + 1;
        name := kind || '_' || number;
    end loop;
    return false;
end
$$;

revoke all on function pathfinder.finds(text, text[], jsonb, text) from public, anon, authenticated, service_role;

comment on function pathfinder.finds(text, text[], jsonb, text) is
    'Whether a compiled expression of a kind matches a part of a title.';

-- source: rules/join_branches.sql
-- Joins expressions into one alternation, or null if there are none.
--
-- Word edges at either end are taken out of the alternation: \y(?:a|b|c)\y instead of \ya\y|\yb\y|\yc\y. With 400
-- rules that compiles 150 times faster (measured: 3.5 ms against 0.5 s), and a backend compiles anew after every edit.
--
-- Called by compile_rules(). `matchers` is an array with the expressions of one rule each, [["\\yceo\\y", …], …].
-- `loosely` leaves out what looks ahead or back: it finds more.
create or replace function pathfinder.join_branches(matchers jsonb, loosely boolean default false)
returns text
language sql
immutable
set search_path = ''
as $$
    with branches as (
        select
            rules.number,
            branches.branch,
            branches.branch ~ '^\\[ym]' as leads,
            branches.branch ~ '\\[yM]$' as trails
        from pg_catalog.jsonb_array_elements(join_branches.matchers) with ordinality as rules (matcher, number)
        cross join lateral pg_catalog.jsonb_array_elements_text(rules.matcher) as written (branch)
        cross join lateral (
            select case when join_branches.loosely then pathfinder.loosen_branch(written.branch) else written.branch end
        ) as branches (branch)
    ),
    inner_parts as (
        select
            branches.number,
            branches.leads,
            branches.trails,
            pg_catalog.substr(
                pg_catalog.left(branches.branch, pg_catalog.length(branches.branch) - case when branches.trails then 2 else 0 end),
                case when branches.leads then 3 else 1 end
            ) as inner_part
        from branches
    ),
    edges as (
        select
            inner_parts.leads,
            inner_parts.trails,
            pg_catalog.format(
                '%s(?:%s)%s',
                case when inner_parts.leads then '\y' else '' end,
                pg_catalog.string_agg(inner_parts.inner_part, '|' order by inner_parts.number, inner_parts.inner_part),
                case when inner_parts.trails then '\y' else '' end
            ) as expression
        from inner_parts
        group by inner_parts.leads, inner_parts.trails
    )
    select '(?w)' || pg_catalog.string_agg(edges.expression, '|' order by edges.leads, edges.trails)
    from edges
$$;

revoke all on function pathfinder.join_branches(jsonb, boolean) from public, anon, authenticated, service_role;

comment on function pathfinder.join_branches(jsonb, boolean) is
    'Joins the expressions of many rules into one alternation, with word edges factored out.';

-- source: rules/match_title.sql
-- Judges a normalised title (segment_title()) by a compiled rule set (rule_versions.compiled). Returns the level, or
-- null, and the text that decided it.
--
-- The highest office held now wins. Only a part that may hold an office is looked at closely; all in all this uses a
-- handful of expressions, of the 32 that a backend keeps compiled.
--
-- Called by classify(), preview_rules() and the like.
create or replace function pathfinder.match_title(
    segments text[],
    compiled jsonb,
    out level text,
    out decisive text,
    out scope text
)
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    segment text;
    words text[];
    is_csuite boolean;
    part text;
    whole text;
begin
    -- While an upgrade goes on, a statement that began before it may bring rules compiled before it. To judge by them
    -- would find nobody; as it is, the webhook stays queued and is judged anew.
    if not compiled ? 'clues' then
        raise exception 'The rules were compiled by another release'
            using errcode = 'object_not_in_prerequisite_state',
            hint = 'Try again when the upgrade is through.';
    end if;

    scope := 'segment';
    foreach segment in array segments loop
        words := pathfinder.title_words(segment);
        is_csuite := pathfinder.finds(segment, words, compiled, 'csuite');
        continue when not is_csuite and not pathfinder.finds(segment, words, compiled, 'vp');

        if not pathfinder.finds(segment, words, compiled, 'exclusion') then
            if is_csuite or level is null then
                level := case when is_csuite then 'csuite' else 'vp' end;
                decisive := segment;
            end if;
        else
            foreach part in array pathfinder.surviving_parts(segment, compiled) loop
                if pathfinder.finds(part, words, compiled, 'csuite') then
                    level := 'csuite';
                    decisive := part;
                    exit;
                elsif level is null and pathfinder.finds(part, words, compiled, 'vp') then
                    level := 'vp';
                    decisive := part;
                end if;
            end loop;
        end if;
        exit when level = 'csuite';
    end loop;

    if level is null and not compiled ?| '{title_csuite_1,title_vp_1}' then
        return;
    end if;
    whole := pg_catalog.array_to_string(segments, E'\n');
    words := pathfinder.title_words(whole);
    if level is distinct from 'csuite' and pathfinder.finds(whole, words, compiled, 'title_csuite') then
        level := 'csuite';
        decisive := whole;
        scope := 'title';
    elsif level is null and pathfinder.finds(whole, words, compiled, 'title_vp') then
        level := 'vp';
        decisive := whole;
        scope := 'title';
    end if;
    if level is not null and pathfinder.finds(whole, words, compiled, 'title_exclusion') then
        level := null;
        decisive := null;
    end if;
end
$$;

revoke all on function pathfinder.match_title(text[], jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.match_title(text[], jsonb) is 'Judges a normalised title by a compiled rule set.';

-- source: rules/record_rule_version.sql
-- Trigger, after each statement on classification_rules: compiles the rules as they are now into a new row of
-- rule_versions, with who, what changed, and a warning when a level has lost its last active rule (which is also
-- raised). A statement that changed nothing leaves no version.
create or replace function pathfinder.record_rule_version()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    previous public.rule_versions;
    current_rules jsonb;
    result record;
    difference jsonb;
    warnings jsonb;
    warning text;
begin
    select * into previous from public.rule_versions order by version desc limit 1;
    select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(rule) - '{created_at,updated_at}'::text[] order by rule.id), '[]')
    into current_rules
    from public.classification_rules as rule;

    if current_rules = previous.rules then
        return null;
    end if;

    difference := pathfinder.compare_rules(coalesce(previous.rules, '[]'), current_rules);
    result := pathfinder.compile_rules(current_rules);
    select coalesce(pg_catalog.jsonb_agg(pg_catalog.format(
            'No active rule finds %s any more.', case level when 'csuite' then 'the C-suite' else 'vice presidents' end)), '[]')
    into warnings
    from pg_catalog.unnest(array['csuite', 'vp']) as level
    where (result.counts ->> level)::integer = 0
        and coalesce((previous.counts ->> level)::integer, 0) > 0;
    for warning in select value from pg_catalog.jsonb_array_elements_text(warnings) loop
        raise warning using message = warning, hint = 'Add one, or bring back an earlier version with restore_rules(version).';
    end loop;

    insert into public.rule_versions (created_by, label, change, rules, compiled, clues, counts)
    values (
        pathfinder.acting_user(),
        nullif(pg_catalog.current_setting('pathfinder.rules_label', true), ''),
        pg_catalog.jsonb_build_object(
            'operation', coalesce(nullif(pg_catalog.current_setting('pathfinder.rules_operation', true), ''), pg_catalog.lower(tg_op)),
            'warnings', warnings
        ) || difference,
        current_rules, result.compiled, result.clues, result.counts
    );
    return null;
end
$$;

revoke all on function pathfinder.record_rule_version() from public, anon, authenticated, service_role;

comment on function pathfinder.record_rule_version() is 'Trigger: compiles the rules into a new version.';

-- source: rules/surviving_parts.sql
-- What is left of a part of a title after exclusions: nothing, or, where the part joins several offices ("former CFO
-- now CEO", "founder and assistant to the CEO"), the pieces that no exclusion reaches.
--
-- An exclusion reaches the piece it matches and, if that names an office ("assistant to the president and CEO") or ends
-- in somebody's rank ("EA to MD and CEO"), the pieces after it, until one that says "now", "currently", …; but what
-- follows its office reaches no further ("chairman emeritus and CEO", unless one works for that chairman). One that matches only across pieces reaches them all,
-- but for those that say so ("VP turned founder"). The words that join pieces, and those that speak of the present
-- or the past, are listed here and nowhere else.
--
-- Called by match_title() and explain_title(), for a part that an exclusion matches.
--
--     select pathfinder.surviving_parts('former cfo now ceo', rule_versions.compiled) from …;   -- {now ceo}
create or replace function pathfinder.surviving_parts(part text, compiled jsonb)
returns text[]
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
    present constant text :=
        'turned|now|current|currently|presently|today|jetzt|aktuell|nun|actuellement|maintenant|desormais'
        '|actualmente|ahora|hoy|atualmente|agora|attualmente|ora|oggi|nu|tegenwoordig|huidig|numera|nuvarande'
        '|nykyisin|nyt|obecnie|teraz|simdi|suan';
    past constant text := 'former|formerly|previously|ex|fmr|prev|past';
    joints constant text :=
        ' (?:and|und|et|y|e|en|och|og|ja|i|ve|plus|oraz|as|и|та|και) | (?=(?:' || present || '|' || past || ') )';
    pieces text[];
    piece text;
    speaks_of_now boolean;
    excluded boolean := false;
    any_excluded boolean := false;
    survivors text[] := '{}';
    current_ones text[] := '{}';
begin
    pieces := pg_catalog.regexp_split_to_array(part, joints);
    if pg_catalog.cardinality(pieces) = 1 then
        return '{}';
    end if;
    foreach piece in array pieces loop
        speaks_of_now := piece ~ ('^(?:' || present || ') ');
        if speaks_of_now then
            current_ones := current_ones || piece;
        end if;
        if pathfinder.finds(piece, pathfinder.title_words(piece), compiled, 'exclusion') then
            excluded := (piece !~ ' (?:emeritus|emerita)$' or piece ~ ' (?:to|for) ')
                and (
                    piece ~ ' (?:md|gm|director|manager|partner)$'
                    or coalesce(piece ~ (compiled ->> 'offices'), false)
                );
            any_excluded := true;
        elsif speaks_of_now or not excluded then
            excluded := false;
            survivors := survivors || piece;
        end if;
    end loop;
    return case when any_excluded then survivors else current_ones end;
end
$$;

revoke all on function pathfinder.surviving_parts(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.surviving_parts(text, jsonb) is
    'The pieces of an excluded part that its exclusion does not reach.';

-- source: rules/title_words.sql
-- What a normalised title, or a part of one, offers to the clues of rules (see clue_words()): its words, and each letter
-- of its own that is not ASCII, since in Chinese, Japanese or Thai words have no edges.
--
-- Called by classify(), match_title() and find_rule().
--
--     select pathfinder.title_words('account manager president''s club');   -- {account,manager,president,s,club}
--     select pathfinder.title_words('代表 ceo');                             -- {代表,ceo,代,表}
create or replace function pathfinder.title_words(part text)
returns text[]
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
    if part ~ '[^ -~\n]' then
        return pg_catalog.regexp_split_to_array(part, '[ \n]')
            || pg_catalog.regexp_split_to_array(part, '[^[:alnum:]]+')
            || pg_catalog.regexp_split_to_array(pg_catalog.regexp_replace(part, '[ -~\n]+', '', 'g'), '');
    end if;
    return pg_catalog.string_to_array(pg_catalog.translate(part, E'''$%\n', '    '), ' ');
end
$$;

revoke all on function pathfinder.title_words(text) from public, anon, authenticated, service_role;

comment on function pathfinder.title_words(text) is 'What a normalised title offers to the clues of rules.';

reset check_function_bodies;

notify pgrst, 'reload schema';

-- What is in force ------------------------------------------------------------------------------------------------

-- The triggers would take the clues for an edit of the rules.
alter table public.classification_rules disable trigger user;
update public.classification_rules set clues = pathfinder.clue_words(matcher);
alter table public.classification_rules enable trigger user;

update public.rule_versions
set rules = in_force.rules,
    compiled = (pathfinder.compile_rules(in_force.rules)).compiled,
    clues = (pathfinder.compile_rules(in_force.rules)).clues
from (
    select coalesce(jsonb_agg(to_jsonb(rule) - '{created_at,updated_at}'::text[] order by rule.id), '[]') as rules
    from public.classification_rules as rule
) as in_force
where rule_versions.version = (select max(newest.version) from public.rule_versions as newest);

-- A project that works with the default rules gets the new ones in place of those that it has not touched: what it has
-- edited, switched off or deleted stays so, and its own rules stay. Where that would break one of its examples that
-- settings.protect_examples protects, all its rules stay as they are.
-- Defaults of which the successor has another description, or which have become several.
create temporary table described_anew (category text, previous text, fresh text[]) on commit drop;
insert into described_anew (category, previous, fresh)
values
    ('exclusion', 'Staff of vice presidents', array[
        'Staff of vice presidents, support and searches for one'
    ]),
    ('csuite', 'Fondateur, dirigeant, gérant', array[
        'Fondateur, dirigeant, propriétaire'
    ]),
    ('vp', 'Vicepresident, varapresidentti', array[
        'Vicepresident, varapresidentti, varaforseti'
    ]),
    ('exclusion', 'Tidigare, tidligere, entinen', array[
        'Tidigare, tidligere, entinen, fyrrverandi'
    ]),
    ('exclusion', 'Assistent, sekreterare, assistentti', array[
        'Assistent, sekreterare, assistentti, aðstoðarmaður'
    ]),
    ('csuite', 'Generální ředitel, jednatel, majitel', array[
        'Generální ředitel, ředitel společnosti',
        'Jednatel, konateľ, majitel, zakladatel'
    ]),
    ('csuite', 'Ügyvezető, vezérigazgató, director general', array[
        'Ügyvezető, vezérigazgató, tulajdonos, elnök',
        'Director general, fondator, proprietar, președinte'
    ]),
    ('csuite', 'Generalni direktor, generalinis direktorius, tegevjuht', array[
        'Generalni direktor, predsjednik uprave',
        'Vlasnik, osnivač, lastnik, ustanovitelj',
        'Generalinis direktorius, įkūrėjas, savininkas',
        'Ģenerāldirektors, dibinātājs, īpašnieks',
        'Tegevjuht, asutaja, conseller delegat'
    ]),
    ('csuite', 'Președinte', array[
        'Director general, fondator, proprietar, președinte'
    ]),
    ('vp', 'Wiceprezes, viceprezident, alelnök', array[
        'Wiceprezes, viceprezident, vicepreședinte, alelnök',
        'Potpredsjednik, podpredsednik',
        'Viceprezidentas, viceprezidents, asepresident'
    ]),
    ('exclusion', 'Były, asystent, zastępca', array[
        'Były, asystentka, zastępca',
        'Bývalý, asistentka, zástupce',
        'Volt, asszisztens, helyettes',
        'Fost, asistentă, adjunct',
        'Bivši, pomoćnik, zamjenik'
    ]),
    ('csuite', '代表取締役, 社長, 最高経営責任者, 創業者', array[
        '代表取締役, 社長, 会長, 理事長, 創業者',
        '最高…責任者, チーフ…オフィサー, オーナー'
    ]),
    ('csuite', '首席执行官, 总经理, 总裁, 董事长, 创始人', array[
        '首席执行官, 总经理, 总裁, 董事长',
        '创始人, 创办人, 老板, 主席'
    ]),
    ('csuite', '대표이사, 최고경영자, 창업자', array[
        '대표이사, 최고경영자, 사장, 회장, 창업자'
    ]),
    ('csuite', '최고경영자', array[
        '대표이사, 최고경영자, 사장, 회장, 창업자'
    ]),
    ('csuite', 'Генеральный директор, президент, основатель', array[
        'Генеральный директор, президент, основатель, владелец',
        'Генеральний директор, засновник, власник'
    ]),
    ('vp', 'Вице-президент', array[
        'Вице-президент, потпредседник'
    ]),
    ('csuite', 'Διευθύνων σύμβουλος, изпълнителен директор', array[
        'Διευθύνων σύμβουλος, γενικός διευθυντής, ιδρυτής',
        'Изпълнителен директор, управител, собственик'
    ]),
    ('csuite', 'الرئيس التنفيذي, מנכ"ל', array[
        'الرئيس التنفيذي, المدير العام, مؤسس',
        'מנכ"ל, יו"ר, מייסד, בעלים'
    ]),
    ('vp', 'نائب الرئيس, סמנכ"ל', array[
        'نائب الرئيس, סמנכ"ל, รองประธาน, उपाध्यक्ष'
    ]),
    ('exclusion', 'السابق, مساعد, לשעבר', array[
        'السابق, مساعد, دستیار',
        'לשעבר, עוזר, מזכירה'
    ]),
    ('csuite', 'Direktur utama, pendiri, tổng giám đốc', array[
        'Direktur utama, pendiri, pengarah urusan',
        'Tổng giám đốc, chủ tịch, nhà sáng lập'
    ]),
    ('vp', 'Wakil presiden, phó chủ tịch', array[
        'Wakil presiden, naib presiden, phó chủ tịch'
    ]),
    ('exclusion', 'Mantan, asisten, cựu', array[
        'Mantan, asisten, cựu, trợ lý'
    ]),
    ('csuite', 'Administrador delegado, sócio-gerente, proprietário', array[
        'Administrador delegado, sócio-gerente, proprietário',
        'Dono da empresa'
    ]),
    ('csuite', 'Oprichter, eigenaar, zaakvoerder', array[
        'Oprichter, eigenaar, zaakvoerder',
        'Voorzitter van de raad van bestuur'
    ]),
    ('exclusion', 'Assistante du …', array[
        'Assistante du …',
        'Assistante de direction'
    ]),
    ('exclusion', '元・前, 秘書, 助理, 비서', array[
        '元・前, 秘書, 助理, 비서',
        '候補, 将来, 예비, 인턴'
    ]),
    ('exclusion', 'Бывший, помощник, заместитель', array[
        'Бывший, помощник, заместитель',
        'Колишній, бивш, помічник, заместник'
    ]);

do $$
begin
    if (
        select count(*) * 2 < (select count(*) from previous_defaults)
        from public.classification_rules
        join previous_defaults using (category, kind, scope, pattern)
    ) then
        raise notice 'The rules are this project''s own: the new default rules are left out.';
        return;
    end if;

    create temporary table successions on commit drop as
    select
        previous.category, previous.kind, previous.scope, previous.pattern,
        fresh.pattern as fresh_pattern,
        not exists (
            select
            from public.classification_rules as rule
            where (rule.category, rule.kind, rule.scope, rule.pattern, rule.description)
                    = (previous.category, previous.kind, previous.scope, previous.pattern, previous.description)
                and rule.is_active
        ) as is_touched
    from previous_defaults as previous
    left join described_anew
        on described_anew.category = previous.category and described_anew.previous = previous.description
    left join pathfinder.default_rules() as fresh
        on (fresh.category, fresh.kind, fresh.scope) = (previous.category, previous.kind, previous.scope)
            and fresh.description = any (coalesce(described_anew.fresh, array[previous.description]));

    perform set_config('pathfinder.rules_operation', 'new default rules', true);
    -- One that was touched has no successor, and what that would have replaced, too, stays.
    delete from public.classification_rules as rule
    using successions as previous
    where (rule.category, rule.kind, rule.scope, rule.pattern)
            = (previous.category, previous.kind, previous.scope, previous.pattern)
        and not previous.is_touched
        and not exists (
            select
            from successions as any_successor
            where (any_successor.category, any_successor.kind, any_successor.scope, any_successor.pattern)
                    = (rule.category, rule.kind, rule.scope, rule.pattern)
                and (
                    any_successor.fresh_pattern = rule.pattern
                    or exists (
                        select
                        from successions as touched
                        where touched.is_touched
                            and (touched.category, touched.kind, touched.scope, touched.fresh_pattern)
                                = (rule.category, rule.kind, rule.scope, any_successor.fresh_pattern)
                    )
                )
        );
    insert into public.classification_rules (category, kind, scope, pattern, description)
    select fresh.category, fresh.kind, fresh.scope, fresh.pattern, fresh.description
    from pathfinder.default_rules() as fresh
    where not exists (
            select
            from successions as touched
            where touched.is_touched
                and (touched.category, touched.kind, touched.scope, touched.fresh_pattern)
                    = (fresh.category, fresh.kind, fresh.scope, fresh.pattern)
        )
    on conflict (category, kind, scope, pattern) do nothing;

    set constraints all immediate;
exception when invalid_parameter_value then
    raise warning 'The new default rules are left out: %', sqlerrm;
end
$$;
select set_config('pathfinder.rules_operation', '', true);
