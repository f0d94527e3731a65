insert into pathfinder.rule_edits default values;

insert into public.levels (level, rank, label, label_plural, is_on)
values
    ('csuite', 1, 'C-level executive', 'C-level executives', true),
    ('vp', 2, 'Vice president', 'Vice presidents', true),
    ('director', 3, 'Director', 'Directors', false);

insert into public.classification_rules (category, kind, scope, pattern, description)
select category, kind, scope, pattern, description
from pathfinder.default_rules();

insert into public.rule_examples (title, expected, note)
select title, expected, note
from pathfinder.default_rule_examples();

-- Without figures the planner would read all the clues for each title, until autovacuum comes by.
analyze pathfinder.rule_clues;
analyze pathfinder.rule_expressions;
