-- Reads where a call that goes on in batches stopped: ["main", "2000"].
-- Returns: community and user_id; null for null and "".
-- Raises: 22023 for anything else.
-- Example: select pathfinder.read_place('["main", "2000"]');  -- {main,2000}
create or replace function pathfinder.read_place(place text)
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
begin
    if coalesce(place, '') = '' then
        return null;
    end if;
    return array[place::jsonb ->> 0, place::jsonb ->> 1];
exception when invalid_text_representation then
    raise exception 'after: "%" is no place that an answer named as next', left(place, 60)
        using errcode = '22023', hint = 'Pass what the answer before gave as "next", or nothing to begin.';
end
$$;

revoke all on function pathfinder.read_place(text) from public, anon, authenticated, service_role;

comment on function pathfinder.read_place(text) is 'Reads where a call that goes on in batches stopped.';
