create trigger validate_channel
    before insert or update of transport, config, is_active, filter, schedule on public.channels
    for each row execute function pathfinder.validate_channel();

create trigger abandon_jobs_of_deleted_channel
    after delete on public.channels
    for each row execute function pathfinder.abandon_channel_jobs();

create trigger move_jobs_of_renamed_channel
    after update of name on public.channels
    for each row when (old.name is distinct from new.name)
    execute function pathfinder.abandon_channel_jobs();

create trigger audit_channel
    after insert or update or delete on public.channels
    for each row execute function pathfinder.audit_row();

create trigger begin_digests_of_new_channel
    after insert on public.channels
    for each row when ('digest' = any (new.sends))
    execute function pathfinder.begin_digests();

create trigger begin_digests_of_channel
    after update of sends on public.channels
    for each row when ('digest' = any (new.sends) and not 'digest' = any (old.sends))
    execute function pathfinder.begin_digests();
