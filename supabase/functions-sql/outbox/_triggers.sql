create trigger count_attempt
    after update of outcome on public.outbox_attempts
    for each row when (new.outcome is not null and old.outcome is distinct from new.outcome)
    execute function pathfinder.count_attempt();
