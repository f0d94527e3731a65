-- Trigger: jobs that wait for a channel that is deleted become dead, where they are seen and can be redriven once
-- the channel exists again, instead of waiting for ever unnoticed. A renamed channel takes its jobs along.
-- Returns: nothing: it is a trigger after the edit.
-- Example: delete from public.channels where name = 'teams';
create or replace function pathfinder.abandon_channel_jobs()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    if tg_op = 'UPDATE' then
        update public.outbox
        set channel = new.name
        where outbox.channel = old.name and outbox.status in ('pending', 'running');
        return null;
    end if;

    update public.outbox
    set status = 'dead', finished_at = now(),
        last_error = format('The channel %s was deleted. Create it again and redrive the job.', old.name)
    where outbox.channel = old.name and outbox.status = 'pending';
    return null;
end
$$;

revoke all on function pathfinder.abandon_channel_jobs() from public, anon, authenticated, service_role;

comment on function pathfinder.abandon_channel_jobs() is
    'Jobs of a deleted channel become dead; those of a renamed one go along.';
