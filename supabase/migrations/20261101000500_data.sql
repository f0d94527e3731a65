-- What a new project starts with. Made from supabase/functions-sql by `make baseline`; edit there.

-- source: shared/_data.sql
insert into public.settings default values;

-- source: rules/_data.sql
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

-- source: people/_data.sql
insert into pathfinder.privacy_salt (salt) values (extensions.gen_random_bytes(32));

-- source: ingest/_data.sql
insert into public.field_registry (field_name, attribute)
values
    ('Job Title', 'title'),
    ('Title', 'title'),
    ('Company', 'company'),
    ('Country', 'country');

-- source: schedule/_data.sql
-- Nothing that was due before this moment is owed.
select pathfinder.start_schedule(now());
