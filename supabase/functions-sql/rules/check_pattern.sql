-- Checks a rule: that it is valid, does not match everything, and is quick on the worst titles.
-- Returns: the expressions of translate_pattern(), which Postgres matches with.
-- Raises: 22023 with a sentence that a non-programmer understands, and what to write instead.
-- Example: select pathfinder.check_pattern('regex', '\bv\.?p\.?\b', 'segment');
create or replace function pathfinder.check_pattern(kind text, pattern text, scope text)
returns text[]
language plpgsql
volatile
set search_path = ''
as $$
declare
    branches text[] := pathfinder.translate_pattern(kind, pattern, scope);
    matcher text := '(?w)(?:' || array_to_string(branches, '|') || ')';
    probe_matcher text;
    letters text;
    started timestamptz;
    compiled timestamptz;
    is_quick boolean;
    problem text;
begin
    begin
        if '' ~ matcher then
            perform pathfinder.refuse_pattern(
                pattern, 'it matches an empty title, and so every title.',
                'Say what must be there; a part that may be missing needs another that may not: (senior )?vice president');
        end if;
        if 'qxv' ~ matcher and 'zkj wpm' ~ matcher then
            perform pathfinder.refuse_pattern(
                pattern, 'it matches almost every title.', 'Say which words must be there, for example: chief (\w+ )?officer');
        end if;
        letters := btrim(regexp_replace(array_to_string(branches, ' '), '[^[:alpha:]]+', ' ', 'g'));
        -- Five hundred titles a second would be slow; this is a tenth of that for a single rule. A busy machine
        -- takes its time over anything, so only what is slow each time is too slow. The empty group makes
        -- Postgres compile the expression anew.
        is_quick := length(matcher) <= 40 and matcher !~ '[*+{]';
        for attempt in 1..5 loop
            exit when is_quick;
            probe_matcher := matcher || repeat('(?:)', attempt);
            started := clock_timestamp();
            perform '' ~ probe_matcher;
            compiled := clock_timestamp();
            perform count(*)
            from (values
                (repeat('a', 1000)),
                (repeat('a ', 500)),
                (left(repeat(coalesce(nullif(letters, ''), 'x') || ' ', 500), 1000))
            ) as probes (probe)
            where probes.probe ~ probe_matcher;
            is_quick := compiled - started <= interval '250 milliseconds'
                and clock_timestamp() - compiled <= interval '60 milliseconds';
            exit when clock_timestamp() - started > interval '2 seconds';
        end loop;
    exception
        when invalid_regular_expression then
            get stacked diagnostics problem = message_text;
            perform pathfinder.refuse_pattern(
                pattern,
                case
                    when problem ~ 'quantifier' then 'a repeat sign (* + ? or {…}) has nothing before it to repeat.'
                    when problem ~ 'too complex' then 'it is too complicated.'
                    when problem ~ 'range' then 'a range in square brackets runs backwards.'
                    else regexp_replace(problem, '^invalid regular expression: ', '') || '.'
                end,
                'If you only mean words, set kind to "phrase". Otherwise write a sign that you mean as a character '
                'with a backslash before it, or split the rule, for example: (chief|head) of sales');
    end;
    if not is_quick then
        perform pathfinder.refuse_pattern(
            pattern, 'it takes too long to check on long titles.',
            'Avoid repeats inside repeats, such as (\w+ )*; say how many words may stand between: chief (\w+ ){0,3}officer');
    end if;
    return branches;
end
$$;

revoke all on function pathfinder.check_pattern(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.check_pattern(text, text, text) is
    'Checks a rule, refuses a bad one with advice, and returns the expressions to match with.';
