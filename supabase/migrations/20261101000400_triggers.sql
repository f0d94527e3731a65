-- The triggers of each stage, and the indexes that call functions. Made from supabase/functions-sql by `make baseline`; edit there.

-- source: shared/_triggers.sql
create trigger check_settings
    before insert or update or delete on public.settings
    for each row execute function pathfinder.check_settings();
comment on trigger check_settings on public.settings is 'Refuses values that cannot be, and says what to write instead.';

create trigger audit_settings
    after insert or update or delete on public.settings
    for each row execute function pathfinder.audit_row();

-- source: rules/_triggers.sql
create trigger check_rule_row
    before insert or update on public.classification_rules
    for each row execute function pathfinder.check_rule_row();

create trigger begin_rule_edit
    before insert or update or delete or truncate on public.classification_rules
    for each statement execute function pathfinder.begin_rule_edit();

create trigger record_rule_version
    after insert or update or delete or truncate on public.classification_rules
    for each statement execute function pathfinder.record_rule_version();

create trigger check_level_row
    before insert or update on public.levels
    for each row execute function pathfinder.check_level_row();

create trigger begin_level_edit
    before insert or update or delete or truncate on public.levels
    for each statement execute function pathfinder.begin_rule_edit();

create trigger record_level_version
    after insert or update or delete on public.levels
    for each statement execute function pathfinder.record_rule_version();

create trigger check_example_row
    before insert or update on public.rule_examples
    for each row execute function pathfinder.check_example_row();

-- At the end of the transaction, so that a bulk replacement may take several statements.
create constraint trigger protect_examples
    after insert on public.rule_versions
    deferrable initially deferred
    for each row execute function pathfinder.protect_examples();

create trigger audit_rules
    after insert on public.rule_versions
    for each row execute function pathfinder.audit_rules();

create trigger check_function_rule_row
    before insert or update on public.function_rules
    for each row execute function pathfinder.check_function_rule_row();

create trigger compile_functions
    after insert or update or delete or truncate on public.function_rules
    for each statement execute function pathfinder.compile_functions();

-- source: outbox/_triggers.sql
create trigger count_attempt
    after update of outcome on public.outbox_attempts
    for each row when (new.outcome is not null and old.outcome is distinct from new.outcome)
    execute function pathfinder.count_attempt();

-- source: channels/_triggers.sql
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

-- source: people/_triggers.sql
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

-- source: ingest/_triggers.sql
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

-- source: admin/_triggers.sql
-- The jobs of one error, newest first: few of many.
create index outbox_error_idx on public.outbox (pathfinder.error_key(last_error), id) where last_error is not null;
