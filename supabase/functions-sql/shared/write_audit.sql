-- Notes who did what. A person or a token's subject stands for itself; a role is said to be one.
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
    select
        case
            when who = 'service_role' then 'Worker or command line'
            when exists (select from pg_roles where rolname = who)
                then format('Table Editor or SQL (%s)', who)
            else who
        end,
        write_audit.subject, write_audit.action, coalesce(write_audit.detail, '{}')
    from pathfinder.acting_user() as who
$$;

revoke all on function pathfinder.write_audit(text, text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.write_audit(text, text, jsonb) is 'Notes who did what.';
