-- Refuses a rule, with a sentence for whoever typed it, and what to write instead. The Table Editor shows the message
-- and the hint; the API answers 400 with both.
-- Returns: never.
-- Raises: 22023, always.
-- Example: select pathfinder.refuse_pattern('(vp', 'a bracket ( is opened and never closed.', 'Close it.');
create or replace function pathfinder.refuse_pattern(pattern text, problem text, advice text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
    raise exception using
        errcode = '22023',
        message = format('The rule "%s" was not accepted: %s', left(pattern, 200), problem),
        hint = advice;
end
$$;

revoke all on function pathfinder.refuse_pattern(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.refuse_pattern(text, text, text) is
    'Raises the refusal of a rule, with advice.';
