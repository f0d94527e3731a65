-- The attributes that payload_paths may map, each with the keys under which a body may hold it, the first of which
-- counts most. read_webhook() asks for the same keys.
-- Returns: an object of lists.
-- Example: select pathfinder.payload_attributes() -> 'user_id';  -- ["userId", "user_id"]
create or replace function pathfinder.payload_attributes()
returns jsonb
language sql
immutable
set search_path = ''
as $$
    select '{
        "event": ["event", "eventName", "event_name", "eventType", "event_type"],
        "event_id": ["eventId", "event_id"],
        "timestamp": ["timestamp", "occurredAt", "occurred_at"],
        "user_id": ["userId", "user_id"],
        "username": ["username", "userName", "user_name"],
        "field_id": ["profileFieldId", "profile_field_id", "fieldId", "field_id"],
        "field": ["profileField", "profile_field", "fieldName", "field_name", "field"],
        "value": ["value"],
        "old_value": ["oldValue", "old_value"],
        "title": ["jobTitle", "job_title", "title"],
        "company": ["company"],
        "country": ["country"],
        "department": ["department"],
        "email": ["email"],
        "joined_at": ["joinedAt", "joined_at"],
        "date": ["date"]
    }'::jsonb
$$;

revoke all on function pathfinder.payload_attributes() from public, anon, authenticated, service_role;

comment on function pathfinder.payload_attributes() is
    'The attributes that payload_paths may map, each with the keys under which a body may hold it.';
