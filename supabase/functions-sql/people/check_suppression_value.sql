-- Makes a suppression's key, and refuses a value that could not be meant.
-- Returns: the key.
-- Raises: 23514 with a sentence, and a hint that says what to write.
-- Example: select pathfinder.check_suppression_value('domain', 'acme.com');  -- acme.com
create or replace function pathfinder.check_suppression_value(kind text, value text)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
    key text := pathfinder.suppression_key(check_suppression_value.kind, check_suppression_value.value);
begin
    if coalesce(check_suppression_value.kind, '') not in ('member', 'domain', 'company') then
        raise check_violation using
            message = format('%L is no kind of suppression', left(coalesce(check_suppression_value.kind, ''), 40)),
            hint = 'Write member, domain or company.';
    elsif check_suppression_value.kind = 'domain' then
        perform pathfinder.refuse_domain(coalesce(check_suppression_value.value, ''), key, false);
    elsif key is null then
        raise check_violation using
            message = case check_suppression_value.kind
                when 'member' then 'the member''s id is missing'
                else format('%L is no name of a company', left(coalesce(check_suppression_value.value, ''), 60))
            end,
            hint = case check_suppression_value.kind
                when 'member' then 'Write the id that the community knows the member by, such as 2000.'
                else 'Write the name as members write it; legal forms, case and accents do not matter.'
            end;
    end if;
    return key;
end
$$;

revoke all on function pathfinder.check_suppression_value(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.check_suppression_value(text, text) is 'A suppression''s key; refuses what cannot be meant.';
