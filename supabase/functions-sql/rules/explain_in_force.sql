-- What explain_title() answers, with its owner's rights.
create or replace function pathfinder.explain_in_force(title text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select pathfinder.explain(explain_in_force.title, newest.rules, newest.compiled || '{}')
        || pg_catalog.jsonb_build_object('rules_version', newest.version)
    from public.rule_versions as newest
    order by newest.version desc
    limit 1
$$;

revoke all on function pathfinder.explain_in_force(text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.explain_in_force(text) to service_role;

comment on function pathfinder.explain_in_force(text) is 'What explain_title() answers.';
