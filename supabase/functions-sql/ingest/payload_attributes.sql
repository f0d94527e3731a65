-- The attributes that payload_paths may map, each with the key under which read_event looks for it first.
-- Returns: an object. Raises: nothing.
-- Example: select pathfinder.payload_attributes() ->> 'user_id';  -- userId
create or replace function pathfinder.payload_attributes()
returns jsonb
language sql
immutable
set search_path = ''
as $$
    select '{
        "event": "event",
        "event_id": "eventId",
        "timestamp": "timestamp",
        "user_id": "userId",
        "username": "username",
        "field_id": "profileFieldId",
        "field": "profileField",
        "value": "value",
        "old_value": "oldValue",
        "title": "jobTitle",
        "company": "company",
        "country": "country",
        "joined_at": "joinedAt"
    }'::jsonb
$$;

revoke all on function pathfinder.payload_attributes() from public, anon, authenticated, service_role;

comment on function pathfinder.payload_attributes() is 'The attributes that payload_paths may map, and their usual keys.';
