-- What preview_function_rules() answers, with its owner's rights. The edit is made and taken back, so that it is
-- checked and compiled as an edit is; others wait for it as for an edit.
-- Returns: as preview_function_rules().
-- Raises: as preview_function_rules().
-- Example: select pathfinder.preview_functions('[{"function": "finance", "pattern": "treasury"}]');
create or replace function pathfinder.preview_functions(candidate jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    edits constant jsonb := case
        when jsonb_typeof(candidate) = 'array' then jsonb_build_object('add', candidate)
        else candidate
    end;
    unknown text;
    known jsonb;
    answer jsonb;
begin
    if jsonb_typeof(edits) is distinct from 'object'
        or edits = '{}'
        or edits - '{add,change,remove}'::text[] <> '{}'
        or jsonb_path_exists(edits, 'strict $.* ? (@.type() <> "array")') then
        raise exception using
            errcode = '22023',
            message = 'The preview cannot be made: it is no list of edits.',
            hint = 'Write {"add": [{"function": "finance", "pattern": "treasury"}], '
                '"change": [{"id": 7, "is_active": false}], "remove": [8]}, or a list of rules to add.';
    end if;
    select wanted.id
    into unknown
    from (
        select entry.value ->> 'id' as id from jsonb_array_elements(edits -> 'change') as entry
        union all
        select entry.value from jsonb_array_elements_text(edits -> 'remove') as entry
    ) as wanted
    where not exists (select from public.function_rules as rule where rule.id::text = wanted.id)
    limit 1;
    if found then
        raise exception using
            errcode = '22023',
            message = format('The preview cannot be made: there is no rule %s.', coalesce(unknown, 'without an id')),
            hint = 'The ids are those of function_rules.';
    end if;

    select coalesce(jsonb_agg(jsonb_build_object(
        'title', state.title,
        'department', state.department,
        'people', state.people,
        'before', pathfinder.find_functions(state.title, state.department)
    )), '[]')
    into known
    from (
        select listed.title, listed.department, count(*) as people
        from public.user_state as listed
        group by listed.title, listed.department
    ) as state;

    begin
        delete from public.function_rules as rule
        where edits -> 'remove' @> to_jsonb(rule.id);
        update public.function_rules as rule
        set function = coalesce(change.value ->> 'function', rule.function),
            kind = coalesce(change.value ->> 'kind', rule.kind),
            pattern = coalesce(change.value ->> 'pattern', rule.pattern),
            is_active = coalesce((change.value ->> 'is_active')::boolean, rule.is_active)
        from jsonb_array_elements(edits -> 'change') as change
        where change.value ->> 'id' = rule.id::text;
        insert into public.function_rules (function, kind, pattern, is_active)
        select
            added.value ->> 'function',
            coalesce(added.value ->> 'kind', 'phrase'),
            added.value ->> 'pattern',
            coalesce((added.value ->> 'is_active')::boolean, true)
        from jsonb_array_elements(edits -> 'add') as added;

        with judged as materialized (
            select
                entry.value || jsonb_build_object('after', pathfinder.find_functions(
                    entry.value ->> 'title', entry.value ->> 'department'
                )) as entry
            from jsonb_array_elements(known) as entry
        ),
        changed as (
            select
                judged.entry,
                row_number() over (
                    order by (judged.entry ->> 'people')::integer desc, judged.entry ->> 'title'
                ) as position
            from judged
            where judged.entry -> 'before' <> judged.entry -> 'after'
        )
        select jsonb_build_object(
            'examined', jsonb_array_length(known),
            'changed', (select count(*) from changed),
            'titles', coalesce((
                select jsonb_agg(changed.entry order by changed.position) from changed where changed.position <= 200
            ), '[]')
        )
        into answer;
        raise exception using errcode = 'PF001';
    exception
        when sqlstate 'PF001' then
            return answer;
    end;
end
$$;

revoke all on function pathfinder.preview_functions(jsonb) from public, anon, authenticated, service_role;
grant execute on function pathfinder.preview_functions(jsonb) to service_role;

comment on function pathfinder.preview_functions(jsonb) is 'What preview_function_rules() answers.';

-- Shows, without changing anything, which executives would be in charge of something else under a proposed edit of
-- function_rules. `candidate` is a list of rules to add, or {"add": [{"function", "pattern", "kind", "is_active"}, …],
-- "change": [{"id", what changes}, …], "remove": [id, …]}.
-- Returns: {"examined": titles, "changed", "titles": up to 200 of [{"title", "department", "before": [function, …],
--   "after", "people"}, …]}.
-- Raises: 22023 (400) for an edit that would be refused.
-- Example: select public.preview_function_rules('[{"function": "finance", "pattern": "treasury"}]');
create or replace function public.preview_function_rules(candidate jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.preview_functions(preview_function_rules.candidate)
$$;

revoke all on function public.preview_function_rules(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.preview_function_rules(jsonb) to service_role;

comment on function public.preview_function_rules(jsonb) is
    'Which executives would be in charge of something else under a proposed edit of function_rules.';
