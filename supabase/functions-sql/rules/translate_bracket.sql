-- Translates a bracket expression of a rule, such as [A-Zä] or [-. ]. `blank` is what a blank becomes in the rule's
-- scope. Letters are folded; hyphens and dots stand for the blank, or nothing, that normalisation leaves of them.
-- Returns: the expression.
-- Raises: 22023 with advice for what may not stand in one.
-- Example: select pathfinder.translate_bracket('[-. ]', 'v[-. ]p', ' ');
create or replace function pathfinder.translate_bracket(expression text, pattern text, blank text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
    negated constant boolean := expression ~ '^\[\^';
    inner_part constant text := substring(expression, '^\[\^?(.*)\]$');
    members text := '';
    member text;
    folded text;
begin
    if inner_part ~ '\\[bB1-9pPDWSAZmMyYkg]' then
        perform pathfinder.refuse_pattern(
            pattern, format('"%s" may not stand in square brackets.', substring(inner_part, '\\[bB1-9pPDWSAZmMyYkg]')),
            'Use alternatives in round brackets instead: (\bvp|\bceo)');
    end if;
    for member in
        select parts[1]
        from regexp_matches(inner_part, '(\[:[a-z]+:\]|\\?[^\\]-\\?[^\\]|\\.|.)', 'g') as parts
    loop
        folded := case
            when member ~ '^\[:' then replace(member, '[:upper:]', '[:lower:]')
            when member in ('\d', '\w', '\n') then member
            when member in ('\s', '-', '\-', '.', '\.', '_', '\t') then ' '
            when member ~ '^.-.$' then lower(member)
            when member ~ '^\\?\]$' then '\]'
            when member ~ '^\\?\[$' then '\['
            when member ~ '^\\?\^$' then '\^'
            else pathfinder.fold_text(ltrim(member, '\'))
        end;
        if folded = ' ' then
            folded := case when blank = ' ' then ' ' else ' \n,:(@' end;
        end if;
        members := members || folded;
    end loop;
    -- "v[.]p[.]": nothing is left of the dots.
    if not negated and members ~ '^(?: |\\n,:\(@)+$' then
        return format('(?:%s?)', blank);
    end if;
    return case when negated then '[^' else '[' end || members || ']';
end
$$;

revoke all on function pathfinder.translate_bracket(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.translate_bracket(text, text, text) is
    'Translates a bracket expression of a rule.';
