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
        (old.company, old.country, old.country_code, old.email_domain, old.account_id)
            is distinct from (new.company, new.country, new.country_code, new.email_domain, new.account_id)
    )
    execute function pathfinder.reopen_digests();

create trigger check_account
    before insert or update on public.accounts
    for each row execute function pathfinder.check_account();

create trigger keep_account_keys
    after insert or update on public.accounts
    for each row execute function pathfinder.keep_account_keys();

create trigger release_account
    before delete on public.accounts
    for each row execute function pathfinder.release_account();

create trigger place_new_executive
    before insert on public.user_state
    for each row execute function pathfinder.place_executive();

create trigger place_changed_executive
    before update of country, company, email_domain on public.user_state
    for each row when (
        (old.country, old.company, old.email_domain) is distinct from (new.country, new.company, new.email_domain)
    )
    execute function pathfinder.place_executive();

create trigger place_new_change
    before insert on public.detections
    for each row when (new.country_code is null and new.account_id is null)
    execute function pathfinder.place_change();

create trigger place_completed_change
    before update of country, company, email_domain on public.detections
    for each row when (
        (old.country, old.company, old.email_domain) is distinct from (new.country, new.company, new.email_domain)
    )
    execute function pathfinder.place_change();

create trigger check_suppression
    before insert or update on public.suppressions
    for each row execute function pathfinder.check_suppression();

create trigger apply_suppression
    after insert or update or delete on public.suppressions
    for each row execute function pathfinder.apply_suppression();

create index accounts_company_key_idx on public.accounts (pathfinder.company_key(name));

-- For whom an account or a suppression covers among those who are known.
create index user_state_company_key_idx on public.user_state (pathfinder.company_key(company));
create index user_state_email_domain_idx on public.user_state (reverse(email_domain) collate "C");

create trigger audit_suppression
    after insert or update or delete on public.suppressions
    for each row execute function pathfinder.audit_row();
