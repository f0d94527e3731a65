-- Translates one backslash sequence of a rule. `blank` is what a blank becomes in the rule's scope.
-- Returns: the expression.
-- Raises: 22023 with advice for sequences that have no counterpart.
-- Example: select pathfinder.translate_escape('\b', '\bvp\b', ' ');  -- \y
create or replace function pathfinder.translate_escape(sequence text, pattern text, blank text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
    sign constant text := substr(sequence, 2, 1);
begin
    if length(sequence) > 2 then
        return pathfinder.fold_text(chr(
            ('x' || lpad(regexp_replace(sequence, '[^0-9a-fA-F]|\\[uxU]', '', 'g'), 8, '0'))::bit(32)::integer));
    end if;
    case
        when sign in ('b', 'y') then return '\y';
        when sign in ('B', 'Y') then return '\Y';
        when sign = 'A' then return '^';
        when sign in ('Z', 'z') then return '$';
        when sign in ('s', 't') then return blank;
        when sign in ('d', 'w', 'D', 'W', 'S', 'm', 'M') then return sequence;
        when sign ~ '[0-9]' or sign in ('k', 'g') then
            perform pathfinder.refuse_pattern(
                pattern, format('"%s" refers back to what a group found, which cannot be used here.', sequence),
                'Write the words out, for example: (sales|marketing) and (sales|marketing)');
        when sign in ('p', 'P') then
            perform pathfinder.refuse_pattern(
                pattern, format('classes such as "%s{L}" are not available.', sequence),
                'Use \w for a letter or digit, or list the letters: [a-z]');
        -- In the whole title, a line break stands where one part ends and the next begins.
        when sign = 'n' and blank <> ' ' then return '(?:\n[,:(@]?)';
        when sign in ('n', 'r', 'f', 'v') then
            perform pathfinder.refuse_pattern(
                pattern, 'there is no line break inside a part of a title.', 'Use a blank: chief officer');
        when sign ~ '[[:alpha:]]' then
            perform pathfinder.refuse_pattern(
                pattern, format('"%s" is not understood.', sequence),
                'Use \b for the edge of a word, \d for a digit, \w for a letter or digit, \s for a blank.');
        when sign in ('', '\') then
            perform pathfinder.refuse_pattern(
                pattern, 'titles are compared without backslashes.', 'Leave the backslash out.');
        -- Normalisation has closed up dotted abbreviations and turned hyphens into blanks.
        when sign in ('.', ',', ':') then return format('(?:%s?)', blank);
        when sign in ('-', '_', ' ') then return blank;
        when sign = '&' then return 'and';
        when sign = '/' then return format('(?:%sand%s)', blank, blank);
        else return sequence;
    end case;
    return null;
end
$$;

revoke all on function pathfinder.translate_escape(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.translate_escape(text, text, text) is
    'Translates one backslash sequence of a rule.';
