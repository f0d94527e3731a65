-- Reads what a webhook says from its body: who, which field, which value, and whatever else came along. What is in the
-- body tells its shape, not the event's name: a registered field; or a title, of a profile that was saved or of
-- somebody new; or no title, and a registration. Only a name that ends a membership counts before them. Of several keys
-- that may hold a value, the first that is filled counts.
-- Returns: the reading, with skip_reason where it is of no interest.
-- Raises: PT400 when it names no member, or nothing to read.
-- Example: select (pathfinder.read_webhook('{"userId": 1, "profileField": "Title", "value": "CEO"}', source, '{}')).value;
create or replace function pathfinder.read_webhook(document jsonb, source public.webhook_sources, headers jsonb)
returns pathfinder.reading
language plpgsql
stable
set search_path = ''
as $$
declare
    reading pathfinder.reading;
    event_name text;
    name_kind text;
    stated_id text;
    stated_label text;
    title text;
    written text;
    id_is_number boolean;
begin
    if jsonb_typeof(document -> 'user') = 'object' then
        document := pathfinder.apply_payload_paths(
            document,
            '{
                "user_id": [["user", "id"], ["user", "userId"], ["user", "user_id"]],
                "username": [["user", "username"], ["user", "name"]],
                "title": [["user", "jobTitle"], ["user", "job_title"], ["user", "title"]],
                "company": ["user", "company"],
                "country": ["user", "country"],
                "department": ["user", "department"],
                "email": ["user", "email"],
                "joined_at": [["user", "joinedAt"], ["user", "joined_at"]]
            }',
            '{}'
        );
    end if;
    if source.payload_paths <> '{}' then
        document := pathfinder.apply_payload_paths(document, source.payload_paths, headers);
    end if;
    reading.ignored_fields := 0;
    -- Whatever is not plain text already, a whole number or empty, is made so first.
    id_is_number := 'number' in (jsonb_typeof(document -> 'userId'), jsonb_typeof(document -> 'user_id'));
    if document @? 'strict $.* ? (!(@.type() == "null"
        || (@.type() == "number" && @ >= 0 && @ < 1000000000000000 && @.floor() == @)
        || (@.type() == "string" && @ like_regex "^(?:[!-$''-;=-~](?:[ -$''-;=-~]*[!-$''-;=-~])?)?$")))' then
        document := pathfinder.plain_document(document);
        reading.ignored_fields := document ->> '$ignored';
    end if;

    reading.source := source.name;
    reading.community := source.community;
    reading.sends_old_values := source.sends_old_values;
    reading.unreadable_times := 0;
    reading.kind := 'profile_update';
    event_name := coalesce(
        nullif(document ->> 'event', ''), nullif(document ->> 'eventName', ''), nullif(document ->> 'event_name', ''),
        nullif(document ->> 'eventType', ''), nullif(document ->> 'event_type', '')
    );
    stated_id := coalesce(
        nullif(document ->> 'profileFieldId', ''), nullif(document ->> 'profile_field_id', ''),
        nullif(document ->> 'fieldId', ''), nullif(document ->> 'field_id', '')
    );
    stated_label := coalesce(
        nullif(document ->> 'profileField', ''), nullif(document ->> 'profile_field', ''),
        nullif(document ->> 'fieldName', ''), nullif(document ->> 'field_name', ''), nullif(document ->> 'field', '')
    );
    title := left(coalesce(nullif(document ->> 'jobTitle', ''), nullif(document ->> 'job_title', '')), 4000);
    if event_name is not null and (
        stated_id is null and stated_label is null
        or event_name ~* (
            'delet|destr|nymi|activ|eras|termin|purg|remov|forg|regist|clos|left|disab|wip|board|[^ -~]|supp|effac'
            '|loe?sch|entfern|kund|tret|verwij|rader|slett|poist|elimin|borrad|exclu|apagad|rimoss|cancel|usun|silin'
        )
    ) then
        name_kind := pathfinder.event_kind(event_name);
    end if;

    if name_kind = 'departure' then
        -- As if the title had been cleared, so that older and newer changes find their place.
        reading.kind := 'departure';
        reading.attribute := 'title';
    elsif stated_id is not null or stated_label is not null then
        select registered.field_name, registered.attribute
        into reading.profile_field, reading.attribute
        from public.field_registry as registered
        where registered.is_active
            and (
                registered.field_id = stated_id
                or (registered.field_name = stated_label and (registered.field_id is null or stated_id is null))
            )
        order by (registered.field_id = stated_id) desc nulls last
        limit 1;
        if not found then
            select registered.field_name, registered.attribute
            into reading.profile_field, reading.attribute
            from public.field_registry as registered
            where registered.is_active
                and pathfinder.field_key(registered.field_name) = pathfinder.field_key(stated_label)
                and (registered.field_id is null or stated_id is null);
        end if;
        if reading.attribute is null and title is null then
            reading.skip_reason := format('The field "%s" is not registered.', left(coalesce(stated_label, stated_id), 100));
            return reading;
        elsif reading.attribute is null or (reading.attribute <> 'title' and title is not null) then
            -- A profile that was saved: what the field holds is one of the details that came along.
            if reading.attribute is not null then
                document := document || jsonb_build_object(reading.attribute, document -> 'value');
            end if;
            reading.attribute := 'title';
            reading.value := title;
        else
            reading.value := coalesce(
                left(nullif(document ->> 'value', ''), 4000),
                case reading.attribute
                    when 'title' then coalesce(title, left(nullif(document ->> 'title', ''), 4000))
                    else left(nullif(document ->> reading.attribute, ''), 4000)
                end
            );
            if reading.value is null and not document ? 'value' then
                if reading.ignored_fields = 0 then
                    raise sqlstate 'PT400' using
                        message = 'The webhook names a field but holds no "value".',
                        hint = 'Send the new value as "value"; null or "" says that the member cleared it.';
                end if;
                reading.skip_reason := 'The value is no text, and no list of texts.';
                return reading;
            end if;
            -- Stated to have been empty is something else than not stated.
            reading.old_value := coalesce(
                left(nullif(document ->> 'oldValue', ''), 4000), left(nullif(document ->> 'old_value', ''), 4000),
                case when document ?| '{oldValue,old_value}' then '' end
            );
            if reading.attribute in ('company', 'country', 'department') then
                reading.value := pathfinder.stated_value(reading.attribute, reading.value);
                reading.old_value := case
                    when reading.old_value <> ''
                        then coalesce(pathfinder.stated_value(reading.attribute, reading.old_value), '')
                    else reading.old_value
                end;
            elsif reading.attribute = 'email' then
                reading.value := pathfinder.domain_key(substring(reading.value from '[@＠][^@\s<>,;]+'));
                reading.old_value := case
                    when reading.old_value <> ''
                        then pathfinder.domain_key(substring(reading.old_value from '[@＠][^@\s<>,;]+'))
                    else reading.old_value
                end;
            end if;
        end if;
    else
        if name_kind is distinct from 'object' then
            title := coalesce(title, left(nullif(document ->> 'title', ''), 4000));
        end if;
        if title is not null then
            reading.attribute := 'title';
            reading.value := title;
            reading.kind := case name_kind when 'registration' then 'registration' else 'profile_update' end;
        elsif event_name is null and not document ?| '{jobTitle,job_title,title,date}' then
            if reading.ignored_fields = 0 then
                raise sqlstate 'PT400' using
                    message = 'The webhook names no profile field, no job title and no date of registration.',
                    hint = 'Send userId, profileField and value, or name the event.';
            end if;
            reading.skip_reason := 'The title is no text, and no list of texts.';
            return reading;
        elsif name_kind = 'registration' or event_name is null and not document ?| '{jobTitle,job_title,title}' then
            reading.kind := 'registration';
        elsif document ?| '{jobTitle,job_title,title}' and coalesce(name_kind, 'profile_update') = 'profile_update' then
            reading.attribute := 'title';
        else
            reading.skip_reason := case name_kind
                when 'profile_update' then 'The profile holds no job title.'
                else format('Events of the kind "%s" are not used.', left(event_name, 100))
            end;
            return reading;
        end if;
    end if;

    reading.user_id := coalesce(nullif(document ->> 'userId', ''), nullif(document ->> 'user_id', ''));
    -- A template that was not filled in hides no id.
    if document ? 'user_id' and pathfinder.member_id_fault(reading.user_id) is not null then
        reading.user_id := coalesce(nullif(document ->> 'user_id', ''), reading.user_id);
    end if;
    if id_is_number then
        reading.user_id := regexp_replace(reading.user_id, '\.0+$', '');
    end if;
    -- Most ids are figures, at which nobody need look twice.
    if (length(reading.user_id) <= 500 and btrim(reading.user_id, '0123456789') = '') is not true then
        perform pathfinder.check_member_id(reading.user_id, id_is_number);
    end if;
    reading.username := left(coalesce(
        nullif(document ->> 'username', ''), nullif(document ->> 'userName', ''), nullif(document ->> 'user_name', '')
    ), 1000);
    if document ?| '{timestamp,occurredAt,occurred_at}' then
        written := coalesce(
            nullif(document ->> 'timestamp', ''), nullif(document ->> 'occurredAt', ''),
            nullif(document ->> 'occurred_at', '')
        );
        if written is not null then
            reading.occurred_at := pathfinder.payload_time(written);
            reading.unreadable_times := (reading.occurred_at is null)::integer;
            -- A clock that runs ahead must not make every later change look old.
            if reading.occurred_at > now() then
                reading.occurred_at := now();
            end if;
        end if;
    end if;
    if reading.kind <> 'departure'
        and (reading.kind = 'registration' or document ?| '{country,company,department,email,joinedAt,joined_at}') then
        reading := pathfinder.read_details(document, reading);
    end if;
    reading.event_id := left(coalesce(
        nullif(headers ->> case source.auth_kind
            when 'standard_webhooks' then 'webhook-id'
            else source.event_id_header
        end, ''),
        nullif(document ->> 'eventId', ''),
        nullif(document ->> 'event_id', '')
    ), 500);
    -- Control characters never stand in what was read, so that different changes have different keys.
    reading.idempotency_key := case
        when reading.event_id is not null then reading.source || ':' || reading.event_id
        else encode(sha256(convert_to(concat_ws(
            E'\x1f', reading.source, reading.kind, reading.user_id, reading.attribute, coalesce(reading.value, E'\x1e'),
            reading.old_value
        ), 'UTF8')), 'hex')
    end;
    return reading;
end
$$;

revoke all on function pathfinder.read_webhook(jsonb, public.webhook_sources, jsonb)
    from public, anon, authenticated, service_role;

comment on function pathfinder.read_webhook(jsonb, public.webhook_sources, jsonb) is
    'Reads what a webhook says from its body.';
