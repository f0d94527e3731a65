-- Reduces a field's label to what tells it from others: no case, white space, dashes and underscores.
-- Returns: text; null for null.
-- Example: select pathfinder.field_key('Job_Title');  -- jobtitle
create or replace function pathfinder.field_key(label text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
    return lower(translate(label, E' \t\u00a0_-', ''));
end
$$;

revoke all on function pathfinder.field_key(text) from public, anon, authenticated, service_role;
-- Whoever edits field_registry evaluates its index.
grant execute on function pathfinder.field_key(text) to service_role;

comment on function pathfinder.field_key(text) is 'A field''s label without case, white space, dashes and underscores.';
