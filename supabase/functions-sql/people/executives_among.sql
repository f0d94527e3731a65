-- Picks the executives among people by their titles. Each distinct title is classified once, and what its holder is in
-- charge of is found once.
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
            select titles.title, judgement.level, judgement.matched_rule, judgement.rules_version,
                judgement.charges
            from (select distinct listed.title from listed) as titles
            cross join lateral pathfinder.classify(titles.title) as judgement
            where judgement.level is not null
        ),
        charged as materialized (
            select
                offices.title,
                offices.department,
                pathfinder.find_functions(offices.title, offices.department, offices.charges) as functions
            from (
                select distinct listed.title, listed.department, judged.charges
                from listed
                join judged on judged.title = listed.title
            ) as offices
        )
        select coalesce(
            array_agg(jsonb_populate_record(
                null::public.user_state,
                to_jsonb(listed) || jsonb_build_object(
                    'seniority_level', judged.level,
                    'matched_rule', judged.matched_rule,
                    'rules_version', judged.rules_version,
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
