-- Picks the executives among people by their titles, each distinct title classified once.
-- Returns: the executives with level, rule and rules version, ready for user_state; an empty array for none.
-- Raises: whatever classification raises.
-- Example: select pathfinder.executives_among(array_agg(user_state)) from public.user_state;
create or replace function pathfinder.executives_among(people public.user_state[])
returns public.user_state[]
language plpgsql
stable
set search_path = ''
as $$
begin
    if exists (select from pathfinder.corrections) then
        people := array(select pathfinder.corrected(person) from unnest(people) as person);
    end if;
    return (
        with judged as materialized (
            select titles.title, judgement.level, judgement.matched_rule, judgement.rules_version
            from (select distinct person.title from unnest(people) as person where person.title is not null) as titles
            cross join lateral pathfinder.classify(titles.title) as judgement
        )
        select coalesce(
            array_agg(jsonb_populate_record(
                person,
                jsonb_build_object(
                    'seniority_level', judged.level,
                    'matched_rule', judged.matched_rule,
                    'rules_version', judged.rules_version,
                    'functions', array[]::text[],
                    'first_detected_at', now(),
                    'last_seen_at', now()
                )
            )),
            '{}'
        )
        from unnest(people) as person
        join judged on judged.title = person.title
        where judged.level is not null
    );
end
$$;

revoke all on function pathfinder.executives_among(public.user_state[]) from public, anon, authenticated, service_role;

comment on function pathfinder.executives_among(public.user_state[]) is
    'Picks the executives among people by their titles.';
