-- Replaces control characters and line separators by spaces, and composes accents (Unicode NFC).
-- Returns: text; null for null.
-- Example: select pathfinder.clean_text(E'VP\tSales');  -- VP Sales
create or replace function pathfinder.clean_text(content text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
    if content ~ '^[ -~]*$' then
        return content;
    end if;
    return normalize(
        regexp_replace(content, '[\u0001-\u001f\u007f-\u00a0\u2028\u2029\u3000\ufeff]+', ' ', 'g'), NFC
    );
end
$$;

revoke all on function pathfinder.clean_text(text) from public, anon, authenticated, service_role;

comment on function pathfinder.clean_text(text) is 'Replaces control characters by spaces, and composes accents.';
