-- Explains how a title is classified by the rules in force.
--
-- For service_role, over rpc/explain_title, and for people in the SQL editor. Returns
--   {"title", "normalized", "segments": [{"text", "excluded", "left": [what exclusions leave], "matches": [rule, …]}],
--    "title_matches": [rule of scope title, …], "is_senior", "seniority_level", "decided_by": rule, "reason": a
--    sentence, "rules_version"}
--
--     select jsonb_pretty(public.explain_title('Former CFO, now CEO'));
create or replace function public.explain_title(title text)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.explain_in_force(explain_title.title)
$$;

revoke all on function public.explain_title(text) from public, anon, authenticated, service_role;
grant execute on function public.explain_title(text) to service_role;

comment on function public.explain_title(text) is
    'Explains how a title is classified: its normalised parts, every rule that matches, and why the result follows.';
