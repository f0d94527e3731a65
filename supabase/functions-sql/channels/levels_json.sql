-- The levels as messages carry them, the highest first.
-- Returns: [{"level", "label", "label_plural", "rank"}]
-- Example: select pathfinder.levels_json();
create or replace function pathfinder.levels_json()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_agg(
        jsonb_build_object(
            'level', levels.level, 'label', levels.label, 'label_plural', levels.label_plural, 'rank', levels.rank
        )
        order by levels.rank
    )
    from public.levels
$$;

revoke all on function pathfinder.levels_json() from public, anon, authenticated, service_role;

comment on function pathfinder.levels_json() is 'The levels as messages carry them.';
