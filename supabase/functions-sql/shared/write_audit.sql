-- Notes who did what.
-- Returns: nothing.
-- Example: select pathfinder.write_audit('jobs', 'retry', '{"jobs": 3}');
create or replace function pathfinder.write_audit(subject text, action text, detail jsonb)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
    insert into public.audit (actor, subject, action, detail)
    values (pathfinder.acting_name(), write_audit.subject, write_audit.action, coalesce(write_audit.detail, '{}'))
$$;

revoke all on function pathfinder.write_audit(text, text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.write_audit(text, text, jsonb) is 'Notes who did what.';
