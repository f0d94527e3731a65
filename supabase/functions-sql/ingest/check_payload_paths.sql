-- Refuses payload_paths that could not work, with a message that says which entry is wrong.
-- Returns: the row.
-- Raises: 23514 (check violation).
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
        -- What is found is stored, and shown: never a secret.
        if exists (
            select
            from jsonb_array_elements(
                case
                    when jsonb_typeof(entry.paths -> 0) = 'array' then entry.paths
                    else jsonb_build_array(entry.paths)
                end
            ) as candidate (path)
            where candidate.path ->> 0 = '$headers'
                and (
                    jsonb_array_length(candidate.path) = 1
                    or lower(candidate.path ->> 1) in ('authorization', 'apikey', 'cookie', new.header_name)
                )
        ) then
            raise exception 'payload_paths: "%" would read a header that holds a secret', entry.name
                using errcode = 'check_violation',
                hint = 'Name one other header, such as ["$headers", "x-event"]; authorization, apikey, cookie and'
                    ' header_name are never read.';
        end if;
    end loop;
    new.updated_at := now();
    return new;
end
$$;

revoke all on function pathfinder.check_payload_paths() from public, anon, authenticated, service_role;

comment on function pathfinder.check_payload_paths() is 'Refuses payload_paths that could not work.';
