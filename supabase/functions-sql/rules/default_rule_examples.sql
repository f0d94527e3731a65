-- The examples that a new project starts with: what the default rules must get right.
create or replace function pathfinder.default_rule_examples()
returns table (title text, expected text, note text)
language sql
immutable
set search_path = ''
as $$
    values
    ('CEO | Board Member | Keynote speaker', 'csuite', 'Parts are judged one by one'),
    ('Sr. VP Mktg @ Acme', 'vp', 'Abbreviations'),
    ('Former CFO, now CEO', 'csuite', 'Who only was one is none, who is one now is one'),
    ('Executive Assistant to the CEO', 'none', 'Who works for one is none')
$$;

revoke all on function pathfinder.default_rule_examples() from public, anon, authenticated, service_role;

comment on function pathfinder.default_rule_examples() is 'The examples that a new project starts with.';
