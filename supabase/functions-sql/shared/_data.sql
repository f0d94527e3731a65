insert into public.settings default values;
