-- Whether two values of a field are one to a person: whatever their case, blanks and signs; nothing and empty alike;
-- and where one was cut off: with dots, in the middle of a word, or after thirty characters.
-- Returns: true or false.
-- Example: select pathfinder.same_value('sales  manager', 'Sales Manager');  -- true
create or replace function pathfinder.same_value(one text, other text)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
declare
    longer text := coalesce(one, '');
    shorter text := coalesce(other, '');
    is_cut boolean;
begin
    if longer = shorter then
        return true;
    end if;
    is_cut := (longer || '|' || shorter) ~ '(?:…|\.\.\.)(?:\||$)';
    longer := pathfinder.name_key(regexp_replace(longer, '(?:…|\.\.\.)$', ''));
    shorter := pathfinder.name_key(regexp_replace(shorter, '(?:…|\.\.\.)$', ''));
    if longer = shorter then
        return true;
    end if;
    if length(longer) < length(shorter) then
        select shorter, longer into longer, shorter;
    end if;
    return length(shorter) >= 4
        and starts_with(longer, shorter)
        and (
            is_cut
            or length(shorter) >= 30
            or octet_length(shorter) >= 10 and substr(longer, length(shorter), 2) ~ '^[[:alnum:]]{2}$'
        );
end
$$;

revoke all on function pathfinder.same_value(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.same_value(text, text) is 'Whether two values of a field are one to a person.';
