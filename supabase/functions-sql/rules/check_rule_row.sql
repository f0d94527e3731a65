-- Trigger, before each row of classification_rules is written: checks the pattern and fills in what Postgres
-- matches with, and the rule's clues. Raises what check_pattern() raises.
create or replace function pathfinder.check_rule_row()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    if new.pattern is null or new.kind is null or new.scope is null then
        return new;  -- the table's own constraints say it
    end if;
    if tg_op = 'UPDATE' then
        new.updated_at := pg_catalog.now();
        if row(new.pattern, new.kind, new.scope) is not distinct from row(old.pattern, old.kind, old.scope) then
            new.matcher := old.matcher;
            new.clues := old.clues;
            return new;
        end if;
    end if;
    new.matcher := pathfinder.check_pattern(new.kind, new.pattern, new.scope);
    new.clues := pathfinder.clue_words(new.matcher);
    return new;
end
$$;

revoke all on function pathfinder.check_rule_row() from public, anon, authenticated, service_role;

comment on function pathfinder.check_rule_row() is 'Trigger: checks a rule before it is written.';
