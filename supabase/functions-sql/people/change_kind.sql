-- What happened to an executive between two states, the first that applies: new, promotion, demotion, moved (both
-- companies are known and are not one), role (other functions on the same level; a department that becomes known is
-- none). Another spelling is no change.
-- Returns: the kind; null where nothing happened that is worth a row.
-- Example: select pathfinder.change_kind(known, person, pathfinder.same_company(known.company, person.company));
create or replace function pathfinder.change_kind(
    known public.user_state, person public.user_state, stays_there boolean
)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
    return case
        when person.user_id is null then 'left'
        when known.user_id is null then 'new'
        when known.seniority_level <> person.seniority_level then (
            select case when later.rank < earlier.rank then 'promotion' else 'demotion' end
            from public.levels as earlier, public.levels as later
            where earlier.level = known.seniority_level and later.level = person.seniority_level
        )
        when not stays_there then 'moved'
        when not (known.functions @> person.functions and known.functions <@ person.functions)
            and (
                cardinality(known.functions) > 0 and cardinality(person.functions) > 0
                or pathfinder.name_key(known.title) <> pathfinder.name_key(person.title)
            ) then 'role'
    end;
end
$$;

revoke all on function pathfinder.change_kind(public.user_state, public.user_state, boolean)
    from public, anon, authenticated, service_role;

comment on function pathfinder.change_kind(public.user_state, public.user_state, boolean) is
    'What happened to an executive between two states; null where nothing did.';
