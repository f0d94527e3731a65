-- What was read from a webhook once, from the event that was stored of it.
-- Returns: the reading.
-- Example: select pathfinder.stored_reading(events_raw) from public.events_raw where id = 7;
create or replace function pathfinder.stored_reading(event public.events_raw)
returns pathfinder.reading
language plpgsql
stable
set search_path = ''
as $$
declare
    reading pathfinder.reading;
begin
    reading := jsonb_populate_record(reading, to_jsonb(event));
    reading.sends_old_values := (
        select source.sends_old_values from public.webhook_sources as source where source.name = event.source
    );
    return reading;
end
$$;

revoke all on function pathfinder.stored_reading(public.events_raw) from public, anon, authenticated, service_role;

comment on function pathfinder.stored_reading(public.events_raw) is
    'What was read from a webhook once, from the event that was stored of it.';
