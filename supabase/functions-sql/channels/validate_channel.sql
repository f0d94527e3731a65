-- Checks a channel's config when the row is saved, so that a mistake shows in the Table Editor and not on Friday. A
-- channel that is switched off may be incomplete.
-- Returns: the row, unchanged.
-- Raises: 22023 with what is missing.
-- Example: insert into public.channels (name, transport) values ('teams', 'aa_bot');  -- refused: bot_id is missing
create or replace function pathfinder.validate_channel()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    if new.is_active then
        perform pathfinder.check_channel_config(new.transport, new.config);
    end if;
    return new;
end
$$;

revoke all on function pathfinder.validate_channel() from public, anon, authenticated, service_role;

comment on function pathfinder.validate_channel() is 'Trigger: checks a channel''s config when the row is saved.';
