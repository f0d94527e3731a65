create trigger check_payload_paths
    before insert or update on public.webhook_sources
    for each row execute function pathfinder.check_payload_paths();

create trigger check_signed_headers
    before insert or update on public.webhook_sources
    for each row execute function pathfinder.check_signed_headers();

create trigger place_webhook_source
    before insert or update of community on public.webhook_sources
    for each row execute function pathfinder.place_webhook_source();

-- "Job Title" and "job_title" name the same field. (An index that calls a function of ours can stand only behind it.)
create unique index field_registry_field_key on public.field_registry (pathfinder.field_key(field_name));
