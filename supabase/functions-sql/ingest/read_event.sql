-- Reads what a webhook says from its body: who, which field, which value, and whatever else came along.
--
-- The shapes of the body are told apart by what is in it, not by the event's name, which the platform may not send:
--   a profile field is named           → a change of that field
--   a job title, and no field          → a registration with a title, or a whole profile that was saved
--   no title, a registration or a date → a registration
-- Where a source has payload_paths, what they find takes the place of the usual keys.
-- Returns: the event, not yet stored; state 'skipped' and the reason in error when it is of no interest.
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
    event.community := source.community;
    event.kind := case when event_name is null then 'profile_update' else pathfinder.event_kind(event_name) end;

    if field_id is not null or field_label is not null then
        field := pathfinder.resolve_field(field_id, field_label);
        event.kind := 'profile_update';
        event.profile_field := field.field_name;
        event.attribute := field.attribute;
        if field.attribute is null then
            event.state := 'skipped';
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
            event.state := 'skipped';
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
