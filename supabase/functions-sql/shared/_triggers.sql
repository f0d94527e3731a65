create trigger check_settings
    before insert or update or delete on public.settings
    for each row execute function pathfinder.check_settings();
comment on trigger check_settings on public.settings is 'Refuses values that cannot be, and says what to write instead.';

create trigger audit_settings
    after insert or update or delete on public.settings
    for each row execute function pathfinder.audit_row();
