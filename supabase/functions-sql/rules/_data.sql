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

insert into public.functions (function, label, place)
values
    ('general', 'General management', 1),
    ('finance', 'Finance', 2),
    ('technology', 'Technology', 3),
    ('security', 'Security', 4),
    ('data', 'Data', 5),
    ('product', 'Product', 6),
    ('marketing', 'Marketing', 7),
    ('sales', 'Sales', 8),
    ('customer', 'Customer', 9),
    ('operations', 'Operations', 10),
    ('people', 'People', 11),
    ('legal', 'Legal', 12),
    ('strategy', 'Strategy', 13);

insert into public.function_rules (function, kind, pattern, description)
select function, kind, pattern, description
from pathfinder.default_function_rules();

-- Without figures the planner would read all the clues for each title, until autovacuum comes by.
analyze pathfinder.rule_clues;
analyze pathfinder.rule_expressions;
analyze pathfinder.function_clues;
analyze public.classification_rules;
