-- Tells whether an id is none: a template that was not filled in, a placeholder, or what a spreadsheet made of a
-- number. It would make everybody one member.
-- Returns: what is wrong with it, as the end of a sentence; null for an id.
-- Example: select pathfinder.member_id_fault('{{user.id}}');  -- the platform's template was not filled in
create or replace function pathfinder.member_id_fault(user_id text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
    -- Most ids: figures; letters, figures and dashes; or such in braces. The first costs no expression, of which a
    -- backend keeps 32 compiled, and a title may need nearly all of them.
    if btrim(user_id, '0123456789') = ''
        or user_id ~ '^(?:[A-Za-z-]*[0-9][A-Za-z0-9-]*|\{[0-9A-Fa-f-]{32,36}\})$' then
        return null;
    end if;
    return case
        when user_id ~* '^[+-]?\d+(?:[.,]\d+)?E\+\d+$' then 'a spreadsheet shortened it; export the column as text'
        when user_id ~* (
            -- Nothing, in the words of programs.
            '^\W*(?:undefined|null|nil|none|nan|void|object|true|false|infinity|unknown|unset|not (?:set|found|available|applicable)'
            '|n/a|n\.a|\[object \w+\])\W*$'
            '|^[!-/:-@\[-`{-~\s]+$'
            -- The errors of spreadsheets.
            '|^#(?:ref!|value!|name\?|num!|div/0!|null!|error!|n/a|spill!|calc!)$'
            -- What templates stand between.
            '|[{}]|\[\[|<%|%>|\*\||[$@#%]\(|^\[.*\]$|^<.*>$|^%.*%$|^__\w*__$|^#.+#$|^@@.+@@$|^\$.+[$]$|^\|.+\|$|^[$:][a-z_.]+$'
            -- The name of the id itself.
            '|^[@#=&]?(?:(?:the|your|current)[ ._-]?)?'
            '(?:(?:user|member|account|contact|profile|person|customer|author|actor|subject|external|identity)[ ._-]?)?'
            '(?:id|guid|uuid|uid|identifier)$'
        ) then 'the platform''s template was not filled in'
    end;
end
$$;

revoke all on function pathfinder.member_id_fault(text) from public, anon, authenticated, service_role;

comment on function pathfinder.member_id_fault(text) is 'What is wrong with an id that is none.';
