-- The examples that a new project starts with: what the default rules must get right.
create or replace function pathfinder.default_rule_examples()
returns table (title text, expected text, note text)
language sql
immutable
set search_path = ''
as $$
    values
    ('CEO | Board Member | Keynote speaker', 'csuite', 'Parts are judged one by one'),
    ('Founder & CEO @ Acme', 'csuite', 'Employers are cut away'),
    ('C.E.O.', 'csuite', 'Dotted abbreviations'),
    ('Chief Data & Analytics Officer', 'csuite', 'An office of several words'),
    ('EVP & CFO', 'csuite', 'The highest office counts'),
    ('Former CFO, now CEO', 'csuite', 'Who is one now, is one'),
    ('President, North America', 'csuite', 'President'),
    ('Chairwoman of the Board', 'csuite', 'Chair'),
    ('Owner/Operator', 'csuite', 'Owner of a business'),
    ('Managing Director', 'csuite', 'Managing director'),
    ('Interim CFO', 'csuite', 'Interim holders'),
    ('Fractional CMO', 'csuite', 'Part-time holders'),
    ('Co-Founder and CTO', 'csuite', 'Founders'),
    ('Geschäftsführender Gesellschafter', 'csuite', 'German'),
    ('Vorstandsvorsitzender', 'csuite', 'German'),
    ('Président-directeur général', 'csuite', 'French'),
    ('Consejera Delegada', 'csuite', 'Spanish'),
    ('Diretor-Presidente', 'csuite', 'Portuguese'),
    ('Amministratore Delegato', 'csuite', 'Italian'),
    ('Algemeen directeur', 'csuite', 'Dutch'),
    ('Verkställande direktör', 'csuite', 'Swedish'),
    ('Adm. dir.', 'csuite', 'Danish'),
    ('Daglig leder', 'csuite', 'Norwegian'),
    ('Toimitusjohtaja', 'csuite', 'Finnish'),
    ('Prezes Zarządu', 'csuite', 'Polish'),
    ('Genel Müdür', 'csuite', 'Turkish'),
    ('代表取締役社長', 'csuite', 'Japanese'),
    ('首席执行官', 'csuite', 'Chinese'),
    ('Sr. VP Mktg @ Acme', 'vp', 'Abbreviations'),
    ('Assistant Vice President', 'vp', 'Every grade'),
    ('VP at Chief Inc', 'vp', 'An employers name does not count'),
    ('Former CEO, now VP Sales', 'vp', 'Only what is held now counts'),
    ('Student Affairs Vice President', 'vp', 'Student affairs do not make a student'),
    ('Vizepräsidentin Vertrieb', 'vp', 'German'),
    ('Vicepresidente', 'vp', 'Spanish'),
    ('Executive Assistant to the CEO', 'none', 'Who works for one'),
    ('Assistant to the President & CEO', 'none', 'Who works for one'),
    ('Office of the CFO', 'none', 'Who works for one'),
    ('CIO Advisory', 'none', 'Who sells to them'),
    ('Chief of Staff', 'none', 'No office of the company'),
    ('Chief Petty Officer', 'none', 'No office of the company'),
    ('Product Owner', 'none', 'Owns no business'),
    ('Certified Prosthetist Orthotist (CPO)', 'none', 'Letters with another meaning'),
    ('Account Manager, President''s Club winner', 'none', 'Somebody elses'),
    ('fmr COO, now advisor', 'none', 'Was one'),
    ('CEO (retired)', 'none', 'Was one'),
    ('Aspiring VP', 'none', 'Wants to be one'),
    ('Student Body President', 'none', 'Students'),
    ('Deputy CEO', 'none', 'Deputies'),
    ('Vice Chairman', 'none', 'Deputies'),
    ('Assistenz der Geschäftsführung', 'none', 'German'),
    ('Directeur général adjoint', 'none', 'French'),
    ('副总经理', 'none', 'Chinese'),
    ('社長秘書', 'none', 'Japanese')
$$;

revoke all on function pathfinder.default_rule_examples() from public, anon, authenticated, service_role;

comment on function pathfinder.default_rule_examples() is 'The examples that a new project starts with.';
