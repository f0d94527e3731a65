-- What happened to an executive, as a time line: each change with what was before.
-- Returns: a JSON array, the oldest first, of {"detection_id", "at", "kind", "title", "level", "company", "functions",
--   "previous_title", "previous_level", "previous_company", "previous_functions", "origin", "is_told"}.
-- Raises: 22023 when the id is known in several communities and none is named.
-- Example: select public.executive_history('2000');
create or replace function pathfinder.executive_history(user_id text, community text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    home constant text := pathfinder.the_community(executive_history.community, executive_history.user_id);
begin
    return coalesce(
        (
            select jsonb_agg(
                jsonb_build_object(
                    'detection_id', change.id,
                    'at', change.detected_at,
                    'kind', change.kind,
                    'title', change.title,
                    'level', change.seniority_level,
                    'company', change.company,
                    'functions', change.functions,
                    'previous_title', change.previous_title,
                    'previous_level', change.previous_level,
                    'previous_company', change.previous_company,
                    'previous_functions', change.previous_functions,
                    'origin', change.origin,
                    'is_told', change.is_told
                )
                order by change.id
            )
            from public.detections as change
            where change.community = home and change.user_id = executive_history.user_id
        ),
        '[]'
    );
end
$$;

revoke all on function pathfinder.executive_history(text, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.executive_history(text, text) to service_role;

comment on function pathfinder.executive_history(text, text) is 'What happened to an executive, as a time line.';

create or replace function public.executive_history(user_id text, community text default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.executive_history(executive_history.user_id, executive_history.community)
$$;

revoke all on function public.executive_history(text, text) from public, anon, authenticated, service_role;
grant execute on function public.executive_history(text, text) to service_role;

comment on function public.executive_history(text, text) is
    'What happened to an executive, as a time line: each change with what was before, the oldest first.';
