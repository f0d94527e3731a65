-- Puts what editors corrected in place of what is said of somebody, wherever that is what was wrong.
-- Returns: the row; without a title for whoever is no executive by a correction.
-- Example: select (pathfinder.corrected(user_state)).company from public.user_state where user_id = '2000';
create or replace function pathfinder.corrected(person public.user_state)
returns public.user_state
language plpgsql
stable
set search_path = ''
as $$
declare
    correction pathfinder.corrections;
begin
    -- Most projects correct nobody, and pay nothing.
    if not exists (select from pathfinder.corrections) then
        return person;
    end if;
    foreach correction in array array(
        select corrections
        from pathfinder.corrections
        where corrections.community = person.community and corrections.user_id = person.user_id
    )
    loop
        if pathfinder.statement_key(correction.attribute, to_jsonb(person) ->> correction.attribute)
            = pathfinder.statement_key(correction.attribute, correction.stated) then
            person := jsonb_populate_record(person, jsonb_build_object(correction.attribute, correction.value));
        end if;
    end loop;
    return person;
end
$$;

revoke all on function pathfinder.corrected(public.user_state) from public, anon, authenticated, service_role;

comment on function pathfinder.corrected(public.user_state) is
    'Puts what editors corrected in place of what is said of somebody.';
