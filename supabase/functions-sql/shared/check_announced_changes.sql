-- Refuses what settings.announced_changes cannot be, and says what to write instead.
-- Returns: nothing.
-- Raises: 23514.
-- Example: select pathfinder.check_announced_changes('{"digest": ["new"], "alert": []}');
create or replace function pathfinder.check_announced_changes(announced jsonb)
returns void
language plpgsql
immutable
set search_path = ''
as $$
declare
    kinds constant text[] := '{new,promotion,demotion,role,moved,left}';
    problem text;
begin
    select case
        when jsonb_typeof(announced) is distinct from 'object' then 'it is to be an object'
        when not announced ?& '{digest,alert}' then 'it is to say both digest and alert'
        else (
            select string_agg(
                case
                    when given.key not in ('digest', 'alert') then format('%s is not known: it can be digest or alert', given.key)
                    when not pathfinder.is_list_of(given.value, 'string', 0) then format('%s must be a list', given.key)
                    when not given.value <@ to_jsonb(kinds) then
                        format('%s can hold %s', given.key, array_to_string(kinds, ', '))
                end,
                '; '
            )
            from jsonb_each(announced) as given
        )
    end
    into problem;
    if problem is not null then
        raise check_violation using
            message = 'announced_changes: ' || problem,
            hint = 'For example {"digest": ["new", "promotion", "moved", "role", "left"], "alert": ["new", "promotion"]}.';
    end if;
end
$$;

revoke all on function pathfinder.check_announced_changes(jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.check_announced_changes(jsonb) is 'Refuses what settings.announced_changes cannot be.';
