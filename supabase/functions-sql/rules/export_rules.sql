-- The rules in the seed format that import_rules() takes.
--
-- For service_role, over rpc/export_rules. A rule that is a plain active regex without a description is a string, any
-- other an object. "version" is the label that an import brought along, or else the version's number.
create or replace function public.export_rules()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.export_rule_set()
$$;

revoke all on function public.export_rules() from public, anon, authenticated, service_role;
grant execute on function public.export_rules() to service_role;

comment on function public.export_rules() is 'The rules in the seed format that import_rules() takes.';
