insert into pathfinder.rule_edits default values;

insert into public.classification_rules (category, kind, scope, pattern, description)
select category, kind, scope, pattern, description
from pathfinder.default_rules();

insert into public.rule_examples (title, expected, note)
select title, expected, note
from pathfinder.default_rule_examples();
