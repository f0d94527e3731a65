-- Whether a person was forgotten.
-- Returns: true or false.
-- Example: select pathfinder.is_forgotten('main', '2000');
create or replace function pathfinder.is_forgotten(community text, user_id text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    -- Most projects have forgotten nobody, and pay nothing.
    return exists (select from pathfinder.forgotten) and exists (
        select
        from pathfinder.forgotten
        where forgotten.digest = pathfinder.forgotten_digest(is_forgotten.community, is_forgotten.user_id)
    );
end
$$;

revoke all on function pathfinder.is_forgotten(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.is_forgotten(text, text) is 'Whether a person was forgotten.';
