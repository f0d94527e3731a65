-- Reads one row of a backfill.
-- Returns: the member as far as the row tells, or what is wrong with the row; is_undated where it holds a time of
--   joining that cannot be read.
-- Example: select * from pathfinder.read_member('main', '{"user_id": 7, "title": "CEO"}');
create or replace function pathfinder.read_member(
    community text,
    content jsonb,
    out member pathfinder.listed_member,
    out fault text,
    out is_undated boolean
)
language plpgsql
stable
set search_path = ''
as $$
declare
    written text;
begin
    if jsonb_typeof(content) <> 'object' then
        fault := 'The row is not an object.';
        return;
    end if;
    member.community := read_member.community;
    member.user_id := (pathfinder.plain_value(content -> 'user_id', '{}')).content;
    perform pathfinder.check_member_id(member.user_id, jsonb_typeof(content -> 'user_id') = 'number');
    member.username := left((pathfinder.plain_value(content -> 'username', '{}')).content, 1000);
    member.title := (pathfinder.plain_attribute('title', content -> 'title')).content;
    member.company := pathfinder.stated_value(
        'company', left((pathfinder.plain_attribute('company', content -> 'company')).content, 1000)
    );
    member.country := pathfinder.stated_value(
        'country', left((pathfinder.plain_attribute('country', content -> 'country')).content, 1000)
    );
    member.department := pathfinder.stated_value(
        'department', left((pathfinder.plain_attribute('department', content -> 'department')).content, 1000)
    );
    member.email_domain := pathfinder.domain_key(coalesce(
        content ->> 'email_domain', substring(content ->> 'email' from '[@＠][^@\s<>,;]+')
    ));
    -- A date that cannot be read costs the date, never the member.
    written := pathfinder.stated_value('joined_at', btrim(content ->> 'joined_at'));
    member.joined_at := pathfinder.payload_time(written);
    is_undated := member.joined_at is null and written <> '';
exception when sqlstate 'PT400' then
    fault := sqlerrm;
end
$$;

revoke all on function pathfinder.read_member(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.read_member(text, jsonb) is 'Reads one row of a backfill.';
