-- Leaves out of an expression what looks ahead or back: (?=…), (?!…), (?<=…), (?<!…). What is left matches all that
-- the whole matches, and more.
-- Returns: the expression.
-- Example: select pathfinder.loosen_branch('\yowner\y(?<!product owner)');  -- \yowner\y
create or replace function pathfinder.loosen_branch(branch text)
returns text
language plpgsql
immutable
strict
set search_path = ''
as $$
declare
    piece text;
    looks integer := 0;     -- how many brackets deep inside one that looks
    kept text := '';
begin
    if branch !~ '\(\?(?:[=!]|<[=!])' then
        return branch;
    end if;
    for piece in
        select parts[1]
        from regexp_matches(
            branch, '(\\.|\[\^?\]?(?:\\.|\[:[a-z]+:\]|[^]\\])*\]|\(\?(?:<[=!]|[=!:])|\)|[^\\[()]+)', 'g') as parts
    loop
        if looks > 0 then
            looks := looks + case when piece like '(%' then 1 when piece = ')' then -1 else 0 end;
        elsif piece in ('(?=', '(?!', '(?<=', '(?<!') then
            looks := 1;
        else
            kept := kept || piece;
        end if;
    end loop;
    return kept;
end
$$;

revoke all on function pathfinder.loosen_branch(text) from public, anon, authenticated, service_role;

comment on function pathfinder.loosen_branch(text) is 'Leaves out of an expression what looks ahead or back.';
