-- Reduces what a profile says to what it means, so that another spelling is no other statement.
-- Returns: text; empty for nothing.
-- Example: select pathfinder.statement_key('company', 'Acme, Inc.');  -- acme
create or replace function pathfinder.statement_key(attribute text, value text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
    return coalesce(
        case attribute
            when 'company' then pathfinder.company_key(value)
            when 'country' then coalesce(pathfinder.find_country(value), pathfinder.name_key(value))
            else pathfinder.name_key(value)
        end,
        ''
    );
end
$$;

revoke all on function pathfinder.statement_key(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.statement_key(text, text) is 'What a profile''s value means, however it is spelt.';
