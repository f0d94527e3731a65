-- Trigger, after a new version of the rules: notes who changed them, and how many.
-- Returns: null.
-- Example: update public.classification_rules set is_active = false where id = 7;
create or replace function pathfinder.audit_rules()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform pathfinder.write_audit(
        'rules', coalesce(new.change ->> 'operation', 'update'),
        jsonb_strip_nulls(jsonb_build_object('version', new.version, 'label', new.label))
    );
    return null;
end
$$;

revoke all on function pathfinder.audit_rules() from public, anon, authenticated, service_role;

comment on function pathfinder.audit_rules() is 'Trigger: notes who changed the rules.';
