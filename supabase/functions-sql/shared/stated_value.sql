-- What a field says, unless it is what people and programs write where there is nothing: N/A, none, -, NULL.
-- Returns: the text; null for a placeholder.
-- Example: select pathfinder.stated_value('company', 'n/a');  -- null
create or replace function pathfinder.stated_value(attribute text, content text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
    return case
        when length(content) > 20 or (attribute = 'country' and upper(content) = 'NA') then content  -- Namibia
        when content ~* (
            '^[[:punct:]]*(?:n/?a|n\.\s?a\.?|n/d|s/d|k\. ?a\.?|none|null|nil|nan|nat|undefined|not (?:applicable|available|provided|set|specified)'
            '|no (?:data|company)|blank|empty|unknown|keine angabe|non renseigné|não informado|sin datos|object object|なし|无|無し|없음)'
            '[[:punct:]]*$|^[[:punct:]–—\s]+$|^#(?:ref|value|name|num|div/0)[!?]$'
        ) then null
        else content
    end;
end
$$;

revoke all on function pathfinder.stated_value(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.stated_value(text, text) is 'What a field says, unless it is a placeholder for nothing.';
