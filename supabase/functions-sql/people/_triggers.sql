create trigger count_new_executives
    after insert on public.user_state referencing new table as changed
    for each statement execute function pathfinder.count_executives();

create trigger count_former_executives
    after delete on public.user_state referencing old table as changed
    for each statement execute function pathfinder.count_executives();

create trigger count_changed_executives
    after update of seniority_level on public.user_state
    for each row when (old.seniority_level <> new.seniority_level)
    execute function pathfinder.count_executives();

create trigger count_no_executives
    after truncate on public.user_state
    for each statement execute function pathfinder.count_executives();

create trigger count_new_detections
    after insert on public.detections referencing new table as changed
    for each statement execute function pathfinder.count_detections();

create trigger count_former_detections
    after delete on public.detections referencing old table as changed
    for each statement execute function pathfinder.count_detections();

create trigger count_changed_detections
    after update of seniority_level, detected_at on public.detections
    for each row when (old.seniority_level <> new.seniority_level or old.detected_at <> new.detected_at)
    execute function pathfinder.count_detections();

create trigger count_no_detections
    after truncate on public.detections
    for each statement execute function pathfinder.count_detections();

create trigger reopen_digests_of_enriched_detection
    after update on public.detections
    for each row when (
        new.included_in_digest
        and (old.company, old.country, old.country_code, old.email_domain, old.account_id)
            is distinct from (new.company, new.country, new.country_code, new.email_domain, new.account_id)
    )
    execute function pathfinder.reopen_digests();
