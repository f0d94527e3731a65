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
