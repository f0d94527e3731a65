-- Reads what a webhook says about a member beside the field that changed. Of an e-mail address only the domain is kept.
-- Returns: the reading with details: {"country", "company", "department", "email", "joined_at"}, each only where
--   it was sent; null for none of them.
-- Example: select (pathfinder.read_details('{"country": "UK", "date": "2026-11-02"}', reading)).details;
create or replace function pathfinder.read_details(document jsonb, reading pathfinder.reading)
returns pathfinder.reading
language plpgsql
stable
set search_path = ''
as $$
declare
    written constant text := coalesce(
        nullif(document ->> 'joinedAt', ''), nullif(document ->> 'joined_at', ''),
        case when reading.kind = 'registration' then nullif(document ->> 'date', '') end
    );
    joined_at timestamptz := pathfinder.payload_time(written);
begin
    if written is not null and joined_at is null then
        reading.unreadable_times := reading.unreadable_times + 1;
    end if;
    -- Somebody who has just registered has joined now, and nobody will have joined later than that.
    if joined_at > now() or (joined_at is null and reading.kind = 'registration') then
        joined_at := now();
    end if;
    reading.details := nullif(jsonb_strip_nulls(jsonb_build_object(
        'country', pathfinder.stated_value('country', left(nullif(document ->> 'country', ''), 1000)),
        'company', pathfinder.stated_value('company', left(nullif(document ->> 'company', ''), 1000)),
        'department', pathfinder.stated_value('department', left(nullif(document ->> 'department', ''), 1000)),
        'email', pathfinder.domain_key(substring(document ->> 'email' from '[@＠][^@\s<>,;]+')),
        'joined_at', joined_at
    )), '{}');
    return reading;
end
$$;

revoke all on function pathfinder.read_details(jsonb, pathfinder.reading)
    from public, anon, authenticated, service_role;

comment on function pathfinder.read_details(jsonb, pathfinder.reading) is
    'Reads what a webhook says about a member beside the field that changed.';
