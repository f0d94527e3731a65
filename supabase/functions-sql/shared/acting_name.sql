-- What whoever is behind the current statement is called by those who read it. A person or a token's subject stands for
-- itself; a role is said to be one.
-- Returns: the name.
-- Example: select pathfinder.acting_name();  -- Table Editor or SQL (postgres)
create or replace function pathfinder.acting_name()
returns text
language sql
stable
set search_path = ''
as $$
    select case
        when who = 'service_role' then 'Worker or command line'
        when exists (select from pg_roles where rolname = who) then format('Table Editor or SQL (%s)', who)
        else who
    end
    from pathfinder.acting_user() as who
$$;

revoke all on function pathfinder.acting_name() from public, anon, authenticated, service_role;

comment on function pathfinder.acting_name() is 'What whoever is behind the current statement is called.';
