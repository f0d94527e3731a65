-- Shows, without changing anything, which known titles would change level under a proposed edit of the rules.
--
-- For service_role, over rpc/preview_rules. `candidate` is a whole rule set as export_rules() gives it, or a list of
-- rules to add, or {"add": [{"category", "pattern", "kind", "scope", "description", "is_active"}, …],
-- "change": [{"id", what changes}, …], "remove": [id, …]}. Known titles are those of the examples, of the executives
-- and of the retained events. Returns {"rules_version": compared with, "change": the rules' difference, "counts",
-- "examined", "changed", "broken_examples": examples that would be wrong, "titles": up to 200 of [{"title", "before",
-- "after", "known_from", "people", "expected"}, …], "warnings"}. Raises 22023 (400) for an edit that would be refused.
--
--     select public.preview_rules('[{"category": "csuite", "kind": "phrase", "pattern": "head of country"}]');
create or replace function public.preview_rules(candidate jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.preview(preview_rules.candidate)
$$;

revoke all on function public.preview_rules(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.preview_rules(jsonb) to service_role;

comment on function public.preview_rules(jsonb) is 'Which known titles would change level under a proposed edit of the rules.';
