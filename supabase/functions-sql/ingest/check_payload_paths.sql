-- Refuses payload_paths that could not work, with a message that says which entry is wrong.
-- Returns: the row. Raises: 23514 (check violation).
-- Example: update public.webhook_sources set payload_paths = '{"user_id": ["user", "id"]}' where name = 'discourse';
create or replace function pathfinder.check_payload_paths()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    entry record;
begin
    for entry in select key as name, value as paths from jsonb_each(new.payload_paths) loop
        if not pathfinder.payload_attributes() ? entry.name then
            raise exception 'payload_paths maps "%", which is not an attribute', entry.name
                using errcode = 'check_violation',
                hint = 'The attributes are: '
                    || (select string_agg(name, ', ') from jsonb_object_keys(pathfinder.payload_attributes()) as name);
        end if;
        if not (
            jsonb_path_match(entry.paths, 'strict exists($ ? (@.type() == "array" && @.size() > 0))', silent => true)
            and (
                jsonb_path_match(entry.paths, 'strict !exists($[*] ? (@.type() != "string"))', silent => true)
                or jsonb_path_match(
                    entry.paths,
                    'strict !exists($[*] ? (@.type() != "array" || @.size() == 0))'
                        ' && !exists($[*][*] ? (@.type() != "string"))',
                    silent => true
                )
            )
        ) then
            raise exception 'payload_paths: "%" is not a path', entry.name
                using errcode = 'check_violation',
                hint = 'Write a path as a list of keys, such as ["user", "id"], or a list of such paths.';
        end if;
    end loop;
    new.updated_at := now();
    return new;
end
$$;

revoke all on function pathfinder.check_payload_paths() from public, anon, authenticated, service_role;

comment on function pathfinder.check_payload_paths() is 'Refuses payload_paths that could not work.';
