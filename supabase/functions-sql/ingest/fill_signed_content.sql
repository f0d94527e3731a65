-- Fills in the timestamp and the event id in a piece of a source's signed_content template.
-- Returns: text, never null.
-- Example: select pathfinder.fill_signed_content('{timestamp}:', '1700000000', null);  -- 1700000000:
create or replace function pathfinder.fill_signed_content(template text, sent_at text, event_id text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
    return replace(replace(template, '{timestamp}', coalesce(sent_at, '')), '{id}', coalesce(event_id, ''));
end
$$;

revoke all on function pathfinder.fill_signed_content(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.fill_signed_content(text, text, text) is
    'Fills in the timestamp and the event id in a piece of a signed_content template.';
