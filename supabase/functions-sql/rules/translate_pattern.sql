-- Translates a rule as people write it into what Postgres matches against a normalised title. A phrase matches its
-- words anywhere in a part. In a regex, literals are folded as titles are, \b becomes \y, \A and \Z become ^ and $,
-- \s a blank, groups stop capturing, lazy quantifiers become plain, a leading (?i) goes, hyphens and dots that
-- normalisation removes become optional blanks. In scope `title`, a blank also matches where one part ends and the
-- next begins.
-- Returns: one expression for each alternative at the rule's top level, so that compile_rules() can join those of all
--   rules.
-- Raises: 22023 with advice for what cannot be translated.
-- Example: select pathfinder.translate_pattern('regex', '\bCo-?Founder\b|\bGründer(in)?\b', 'segment');
create or replace function pathfinder.translate_pattern(kind text, pattern text, scope text)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
    blank constant text := case scope when 'title' then '(?: |\n[,:(@]?)' else ' ' end;
    source text := btrim(normalize(pattern, nfkc), E' \t\r\n');
    rest text;          -- what is still to be read
    taken text;         -- the piece read now
    atom text;          -- its translation
    options text;
    depth integer := 0;
    branch text := '';
    branches text[] := '{}';
    bound integer[];
    repeats bigint := 1;
begin
    if source is null or source = '' then
        perform pathfinder.refuse_pattern(
            pattern, 'it is empty.', 'Write the words to look for, for example: chief financial officer');
    end if;
    if length(source) > 500 then
        perform pathfinder.refuse_pattern(
            pattern, format('it has %s characters; at most 500 are allowed.', length(source)),
            'Split it into several rules, one for each wording.');
    end if;

    if kind = 'phrase' then
        atom := array_to_string(pathfinder.segment_title(
            regexp_replace(source, '[@,;:|()]', ' ', 'g')), ' ');
        if atom = '' then
            perform pathfinder.refuse_pattern(
                pattern, 'it has no letters or digits.', 'Write the words to look for, for example: chief financial officer');
        end if;
        -- A word's edge means nothing in Chinese, Japanese or Korean.
        branch := case when atom ~ '^[[:alnum:]]' and atom !~ '^[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]' then '\y' else '' end
            || replace(regexp_replace(atom, '([^[:alnum:] ])', '\\\1', 'g'), ' ', blank)
            || case when atom ~ '[[:alnum:]]$' and atom !~ '[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]$' then '\y' else '' end;
        return array[branch];
    end if;

    if source ~ '^\*\*\*' then
        perform pathfinder.refuse_pattern(pattern, 'it begins with ***.', 'Leave the stars out.');
    end if;
    -- (?i) says what is so anyway; (?m), (?s) and (?u) change nothing in a single line.
    options := substring(source, '^\(\?([a-z]+)\)');
    if options is not null then
        if options !~ '^[imsu]+$' then
            perform pathfinder.refuse_pattern(
                pattern, format('the option (?%s) at its start is not available.', options),
                'Leave it out. Capital and small letters are the same anyway: chief financial officer');
        end if;
        source := regexp_replace(source, '^\(\?[a-z]+\)', '');
    end if;

    rest := source;
    while rest <> '' loop
        taken := left(rest, 1);
        case
            when taken = '\' then
                taken := coalesce(
                    substring(rest, '^\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|x\{[0-9a-fA-F]{1,6}\}|U[0-9a-fA-F]{8})'),
                    left(rest, 2));
                atom := pathfinder.translate_escape(taken, pattern, blank);
            when taken = '[' then
                taken := substring(rest, '^\[\^?\]?(?:\\.|\[:[a-z]+:\]|[^]\\])*\]');
                if taken is null then
                    perform pathfinder.refuse_pattern(
                        pattern, 'a square bracket [ is opened and never closed.',
                        'Close it, as in [ab], or put a backslash before a bracket that you mean as a character: \[');
                end if;
                atom := pathfinder.translate_bracket(taken, pattern, blank);
            when taken = '(' then
                taken := substring(rest, '^\((?:\?(?:<[=!]|[=!:]|P?<[A-Za-z_][A-Za-z0-9_]*>|[a-z]+:))?');
                if rest ~ '^\(\?#' then
                    taken := coalesce(substring(rest, '^\(\?#[^)]*\)'), rest);
                    atom := '';
                else
                    if taken = '(' and rest ~ '^\(\?' then
                        perform pathfinder.refuse_pattern(
                            pattern,
                            case
                                when rest ~ '^\(\?P=' then 'it refers back to what a group found.'
                                when rest ~ '^\(\?>' then 'atomic groups (?>…) are not available.'
                                when rest ~ '^\(\?[a-z]+\)' then 'an option such as (?i) may only stand at its start.'
                                else format('"%s" is not understood.', left(rest, 4))
                            end,
                            'Use plain brackets around alternatives, for example: (chief|head) of sales');
                    end if;
                    if taken ~ '^\(\?[a-z]+:$' and taken <> '(?i:' then
                        perform pathfinder.refuse_pattern(
                            pattern, format('the option "%s" is not available.', taken),
                            'Use plain brackets around alternatives, for example: (chief|head) of sales');
                    end if;
                    atom := case when taken in ('(?=', '(?!', '(?<=', '(?<!') then taken else '(?:' end;
                    depth := depth + 1;
                end if;
            when taken = ')' then
                depth := depth - 1;
                if depth < 0 then
                    perform pathfinder.refuse_pattern(
                        pattern, 'a bracket ) is closed that was never opened.',
                        'Remove it, or put a backslash before a bracket that you mean as a character: \)');
                end if;
                atom := ')';
            when taken = '|' then
                if depth = 0 then
                    branches := branches || branch;
                    branch := '';
                    atom := '';
                else
                    atom := '|';
                end if;
            when taken in ('*', '+', '?', '{') then
                taken := case
                    when taken = '{' then substring(rest, '^\{[0-9]{1,4}(?:,[0-9]{0,4})?\}')
                    else taken
                end;
                if taken is null then
                    perform pathfinder.refuse_pattern(
                        pattern, 'after { a number and } are expected.',
                        'Write {2} for "twice" or {1,3} for "once to three times", as in: (very ){1,3}senior');
                end if;
                atom := taken;
                if left(taken, 1) = '{' then
                    bound := string_to_array(btrim(taken, '{},'), ',')::integer[];
                    repeats := repeats * greatest(bound[1], bound[2], 1);
                    if greatest(bound[1], bound[2]) > 50 or repeats > 1000 then
                        perform pathfinder.refuse_pattern(
                            pattern, 'it repeats too often, which would make every title slow to check.',
                            'Use small numbers, at most {0,50}, and not one inside the other: chief (\w+ ){0,3}officer');
                    end if;
                end if;
                if substr(rest, length(taken) + 1, 1) = '+' then
                    perform pathfinder.refuse_pattern(
                        pattern, format('possessive repeats such as "%s+" are not available.', taken),
                        format('Leave out the second sign: %s', taken));
                end if;
                -- A lazy quantifier cannot change whether something matches.
                if substr(rest, length(taken) + 1, 1) = '?' then
                    taken := taken || '?';
                end if;
            when taken in ('^', '$', '.') then
                atom := taken;
            when taken in (' ', E'\t', E'\n', E'\r') then
                atom := blank;
            when taken in ('-', '_') then
                atom := blank;
            when taken = '&' then
                atom := 'and';
            when taken = '/' then
                atom := format('(?:%sand%s)', blank, blank);
            else
                atom := pathfinder.fold_text(taken);
                if length(atom) > 1 then
                    atom := '(?:' || atom || ')';
                end if;
        end case;
        branch := branch || atom;
        rest := substr(rest, length(taken) + 1);
    end loop;

    if depth > 0 then
        perform pathfinder.refuse_pattern(
            pattern, 'a bracket ( is opened and never closed.',
            'Close it, as in (chief|head) of sales, or put a backslash before a bracket that you mean as a character: \(');
    end if;
    return branches || branch;
end
$$;

revoke all on function pathfinder.translate_pattern(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.translate_pattern(text, text, text) is
    'Translates a rule as people write it into expressions over normalised titles.';
