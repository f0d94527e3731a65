-- Reads one row of a backfill.
-- Returns: the member as far as the row tells, or what is wrong with the row. Raises: nothing.
-- Example: select * from pathfinder.read_member('main', '{"user_id": 7, "title": "CEO"}');
create or replace function pathfinder.read_member(
    community text,
    content jsonb,
    out member pathfinder.listed_member,
    out fault text
)
language plpgsql
stable
set search_path = ''
as $$
begin
    if jsonb_typeof(content) <> 'object' then
        fault := 'The row is not an object.';
        return;
    end if;
    member.community := read_member.community;
    member.user_id := (pathfinder.plain_value(content -> 'user_id', '{}')).content;
    perform pathfinder.check_member_id(member.user_id, jsonb_typeof(content -> 'user_id') = 'number');
    member.username := left((pathfinder.plain_value(content -> 'username', '{}')).content, 1000);
    member.title := (pathfinder.plain_value(content -> 'title', '{label,value,name}')).content;
    member.company := left((pathfinder.plain_value(content -> 'company', '{label,value,name}')).content, 1000);
    member.country := left((pathfinder.plain_value(content -> 'country', '{label,value,name}')).content, 1000);
    member.department := left((pathfinder.plain_value(content -> 'department', '{label,value,name}')).content, 1000);
    member.email_domain := pathfinder.domain_key(coalesce(
        content ->> 'email_domain', substring(content ->> 'email' from '[@＠][^@\s<>,;]+')
    ));
    if coalesce(btrim(content ->> 'joined_at'), '') <> '' then
        member.joined_at := pathfinder.payload_time(content ->> 'joined_at');
        if member.joined_at is null then
            fault := '"joined_at" is not a time; write it as 2019-10-10 or 2019-10-10T16:07:21+02:00.';
        end if;
    end if;
exception when sqlstate 'PT400' then
    fault := sqlerrm;
end
$$;

revoke all on function pathfinder.read_member(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.read_member(text, jsonb) is 'Reads one row of a backfill.';
