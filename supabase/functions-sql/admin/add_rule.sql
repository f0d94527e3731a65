-- Adds a rule, as a new row of classification_rules does: it is checked, and counts at once. With anyway also where
-- examples that were right become wrong, which settings.protect_examples refuses otherwise.
-- Returns: its id.
-- Raises: 22023 with a sentence, and a hint that says what to write; 23505 for a rule that is there already.
-- Example: select public.add_rule('vp', 'second in command');
create or replace function public.add_rule(
    category text,
    pattern text,
    kind text default 'phrase',
    scope text default 'segment',
    description text default null,
    anyway boolean default false
)
returns bigint
language sql
volatile
set search_path = ''
as $$
    select set_config('pathfinder.examples_may_break', case when add_rule.anyway then 'yes' else '' end, true);
    insert into public.classification_rules (category, pattern, kind, scope, description)
    values (
        add_rule.category, add_rule.pattern, add_rule.kind, add_rule.scope, nullif(btrim(add_rule.description), '')
    )
    returning id
$$;

revoke all on function public.add_rule(text, text, text, text, text, boolean)
    from public, anon, authenticated, service_role;
grant execute on function public.add_rule(text, text, text, text, text, boolean) to service_role;

comment on function public.add_rule(text, text, text, text, text, boolean) is 'Adds a rule; returns its id.';
