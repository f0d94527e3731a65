-- Reads the text of what a body holds for an attribute: which names count where it is an object, and whether it may be
-- a list (of a name or a time there is one, so a list of them says nothing).
-- Returns: as plain_value().
-- Example: select content from pathfinder.plain_attribute('title', '{"id": 4, "label": "CEO"}');  -- CEO
create or replace function pathfinder.plain_attribute(
    attribute text,
    given jsonb,
    out content text,
    out is_ignored boolean
)
language plpgsql
stable
set search_path = ''
as $$
declare
    plain record;
begin
    plain := pathfinder.plain_value(
        given,
        case attribute
            when 'event' then '{name,type,event,action,label,value,text,title}'::text[]
            when 'user_id' then '{id,value,name,label}'
            else '{label,value,values,name,text,title,displayName,display_name,displayValue,display_value,formatted,content,rendered,raw}'
        end,
        attribute not in ('user_id', 'username', 'event_id', 'timestamp', 'joined_at', 'date')
    );
    content := plain.content;
    is_ignored := plain.is_ignored;
end
$$;

revoke all on function pathfinder.plain_attribute(text, jsonb) from public, anon, authenticated, service_role;

comment on function pathfinder.plain_attribute(text, jsonb) is 'The text of what a body holds for an attribute.';
