-- Trigger, before each statement on classification_rules and levels: edits wait for each other here. The row is
-- updated, not merely locked, so that a transaction that sees an older state of the rules (repeatable read) fails
-- with 40001 instead of compiling without the edit it cannot see.
-- Returns: null.
-- Example: update public.classification_rules set is_active = false where id = 7;
create or replace function pathfinder.begin_rule_edit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    update pathfinder.rule_edits set edited_at = clock_timestamp();
    return null;
end
$$;

revoke all on function pathfinder.begin_rule_edit() from public, anon, authenticated, service_role;

comment on function pathfinder.begin_rule_edit() is 'Trigger: serialises edits of the rules.';
