-- Gives the key under which an event is known: the sender's own id, or else a digest of the change.
--
-- An id is unique for its source (and kept so by an index). A digest is not: the same change may rightly happen again.
-- Returns: text. Raises: nothing.
-- Example: select pathfinder.idempotency_key(events_raw) from public.events_raw limit 1;
create or replace function pathfinder.idempotency_key(event public.events_raw)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
    if event.event_id is not null then
        return event.source || ':' || event.event_id;
    end if;
    return encode(
        sha256(convert_to(
            jsonb_build_array(
                event.source, event.community, event.kind, event.user_id, event.attribute, event.value, event.old_value
            )::text,
            'UTF8'
        )),
        'hex'
    );
end
$$;

revoke all on function pathfinder.idempotency_key(public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.idempotency_key(public.events_raw) is
    'The key under which an event is known: the sender''s own id, or else a digest of the change.';
