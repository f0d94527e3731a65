-- Trigger: where a channel that gets digests begins: at its creation, or when digests were added to what it gets.
-- Returns: nothing of use.
-- Example: create trigger … after insert on public.channels for each row execute function pathfinder.begin_digests();
create or replace function pathfinder.begin_digests()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    insert into pathfinder.digest_cut_offs (channel, cut_off)
    values (new.name, case when tg_op = 'INSERT' then new.created_at else now() end)
    on conflict do nothing;
    return null;
end
$$;

revoke all on function pathfinder.begin_digests() from public, anon, authenticated, service_role;

comment on function pathfinder.begin_digests() is 'Trigger: where a channel that gets digests begins.';
