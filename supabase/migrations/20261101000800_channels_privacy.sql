-- Channels that are checked when they are saved, alerts that gather, enrichment, and forgetting people.

create trigger validate_channel
    before insert or update of transport, config, is_active on public.channels
    for each row execute function pathfinder.validate_channel();
