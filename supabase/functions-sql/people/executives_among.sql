-- Picks the executives among people by their titles. Each distinct title is classified once, and what its holder is in
-- charge of is found once, in what classifying left of it.
-- Returns: the executives with level, functions, rule and rules version, ready for user_state; an empty array for none.
-- Raises: whatever classification raises.
-- Example: select pathfinder.executives_among(array[member]);
create or replace function pathfinder.executives_among(people pathfinder.listed_member[])
returns public.user_state[]
language plpgsql
stable
set search_path = ''
as $$
begin
    if exists (select from pathfinder.corrections) then
        people := array(
            select jsonb_populate_record(null::pathfinder.listed_member, to_jsonb(
                pathfinder.corrected(jsonb_populate_record(null::public.user_state, to_jsonb(person)))
            ))
            from unnest(people) as person
        );
    end if;
    return (
        with listed as materialized (
            select person.* from unnest(people) as person where person.title is not null
        ),
        judged as materialized (
            select verdict.title, verdict.seniority_level as level, verdict.matched_rule, verdict.charges
            from pathfinder.classify_many(array(select distinct listed.title from listed)) as verdict
            where verdict.seniority_level is not null
        ),
        offices as materialized (
            select distinct listed.title, listed.department, to_jsonb(judged.charges) as charges
            from listed
            join judged on judged.title = listed.title
        ),
        charged as materialized (
            select office.title, office.department, office.functions
            from pathfinder.find_many_functions(
                array(select offices.title from offices order by offices.title, offices.department),
                array(select offices.department from offices order by offices.title, offices.department),
                array(select offices.charges from offices order by offices.title, offices.department)
            ) as office
        )
        select coalesce(
            array_agg(jsonb_populate_record(
                null::public.user_state,
                to_jsonb(listed) || jsonb_build_object(
                    'seniority_level', judged.level,
                    'matched_rule', judged.matched_rule,
                    'rules_version', (select edits.version from pathfinder.rule_edits as edits),
                    'functions', charged.functions,
                    'first_detected_at', now(),
                    'last_seen_at', now()
                )
            )),
            '{}'
        )
        from listed
        join judged on judged.title = listed.title
        join charged
            on charged.title = listed.title and charged.department is not distinct from listed.department
    );
end
$$;

revoke all on function pathfinder.executives_among(pathfinder.listed_member[])
    from public, anon, authenticated, service_role;

comment on function pathfinder.executives_among(pathfinder.listed_member[]) is
    'Picks the executives among people by their titles.';
