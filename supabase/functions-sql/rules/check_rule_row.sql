-- Trigger, before each row of classification_rules is written: checks it and fills in what Postgres matches with, and
-- the rule's clues.
-- Returns: the row.
-- Raises: 22023 for a category, kind or scope that is none, with the choices; what check_pattern() raises.
-- Example: insert into public.classification_rules (category, pattern) values ('vp', 'second in command');
create or replace function pathfinder.check_rule_row()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform pathfinder.refuse_choice('category', new.category, array(
        select known.level from public.levels as known order by known.rank) || 'exclusion'::text);
    perform pathfinder.refuse_choice('kind', new.kind, '{phrase,regex}');
    perform pathfinder.refuse_choice('scope', new.scope,
        case when new.category = 'exclusion' then '{segment,person,title}' else '{segment,title}' end::text[]);
    if tg_op = 'UPDATE' then
        new.updated_at := now();
        if row(new.category, new.pattern, new.kind, new.scope)
            is not distinct from row(old.category, old.pattern, old.kind, old.scope) then
            new.matcher := old.matcher;
            new.clues := old.clues;
            return new;
        end if;
    end if;
    new.matcher := pathfinder.check_pattern(new.kind, new.pattern, new.scope);
    new.clues := pathfinder.clue_words(new.matcher, new.category = 'exclusion');
    return new;
end
$$;

revoke all on function pathfinder.check_rule_row() from public, anon, authenticated, service_role;

comment on function pathfinder.check_rule_row() is 'Trigger: checks a rule before it is written.';
