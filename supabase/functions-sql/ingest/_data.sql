insert into public.field_registry (field_name, attribute)
values
    ('Job Title', 'title'),
    ('Title', 'title'),
    ('Company', 'company'),
    ('Country', 'country'),
    ('Department', 'department'),
    ('Email', 'email');
