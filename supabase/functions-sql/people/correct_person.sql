-- Corrects what is known of an executive: title, company, country; null leaves as it is, "" empties company or country.
-- One change at most, as for a webhook: the title is judged by the rules in force, and whoever is no executive by it
-- has left. Recorded, and told only with announce; what waits to be told tells what is right, a digest that is built
-- and not sent among it. The correction holds while the community says what it said before, however spelt, by webhook,
-- backfill or enrichment. It ends when the member states anything else, which counts as ever, when they leave the
-- community, and when they are forgotten.
-- Returns: {"status", "changed": ["title", …], "level": the level after it, or null}; status is corrected, unchanged,
--   left (no executive by the title) or suppressed (by the company); null for whoever is no executive now.
-- Raises: 22023 for an empty title, or when the id is known in several communities and none is named.
-- Example: select public.correct_person('2000', company => 'Globex');
create or replace function pathfinder.correct_person(
    user_id text,
    community text,
    title text,
    company text,
    country text,
    announce boolean
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    home constant text := pathfinder.the_community(correct_person.community, correct_person.user_id);
    asked constant jsonb := jsonb_strip_nulls(jsonb_build_object(
        'title', correct_person.title, 'company', correct_person.company, 'country', correct_person.country
    ));
    known public.user_state;
    person public.user_state;
    judgement record;
    changed text[];
    status text := 'left';
    level text;
begin
    perform pathfinder.lock_member(home, correct_person.user_id);
    perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
    known := pathfinder.known_executive(home, correct_person.user_id);
    if known.user_id is null then
        return null;
    end if;
    person := jsonb_populate_record(known, (
        select coalesce(jsonb_object_agg(
            field.key, nullif(btrim(pathfinder.decode_text(left(field.value, 4000))), '')
        ), '{}')
        from jsonb_each_text(asked) as field
    ));
    if person.title is null then
        raise exception 'the corrected title is empty'
            using errcode = '22023', hint = 'Give the title that is right; whoever is no executive by it is let go.';
    end if;
    select array_agg(field.key order by field.key desc)
    into changed
    from jsonb_each(to_jsonb(person)) as field
    where field.value <> to_jsonb(known) -> field.key;
    if changed is null then
        return jsonb_build_object('status', 'unchanged', 'changed', '[]'::jsonb, 'level', known.seniority_level);
    end if;

    judgement := pathfinder.classify(person.title);
    insert into pathfinder.corrections (community, user_id, attribute, stated, value)
    select
        home, known.user_id, name, to_jsonb(known) ->> name,
        case when name <> 'title' or judgement.level is not null then to_jsonb(person) ->> name end
    from unnest(changed) as name
    on conflict on constraint corrections_pkey do update set value = excluded.value, corrected_at = now();
    delete from pathfinder.corrections
    where corrections.community = home
        and corrections.user_id = known.user_id
        and corrections.value is not distinct from corrections.stated;
    if 'title' = any (changed) then
        person.seniority_level := judgement.level;
        person.matched_rule := judgement.matched_rule;
        person.rules_version := judgement.rules_version;
    end if;
    if person.seniority_level is null then
        perform pathfinder.depart(known, 'correction', announce);
    else
        level := pathfinder.settle_executive(known, person, 'correction', announce);
        status := case when level is null then 'suppressed' else 'corrected' end;
    end if;
    -- What is told as a change of its own is told in the next digest.
    if not announce then
        perform pathfinder.correct_digests(home, known.user_id);
    end if;
    perform pathfinder.write_audit('people', 'correct', jsonb_build_object('changed', changed));
    return jsonb_build_object('status', status, 'changed', changed, 'level', level);
end
$$;

create or replace function public.correct_person(
    user_id text,
    community text default null,
    title text default null,
    company text default null,
    country text default null,
    announce boolean default false
)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.correct_person(
        correct_person.user_id, correct_person.community, correct_person.title, correct_person.company,
        correct_person.country, coalesce(correct_person.announce, false)
    )
$$;

revoke all on function pathfinder.correct_person(text, text, text, text, text, boolean)
from public, anon, authenticated, service_role;
revoke all on function public.correct_person(text, text, text, text, text, boolean)
from public, anon, authenticated, service_role;
grant execute on function pathfinder.correct_person(text, text, text, text, text, boolean) to service_role;
grant execute on function public.correct_person(text, text, text, text, text, boolean) to service_role;

comment on function pathfinder.correct_person(text, text, text, text, text, boolean) is
    'Corrects what is known of an executive.';
comment on function public.correct_person(text, text, text, text, text, boolean) is
    'Corrects title, company or country of an executive; it holds until the member states something else.';
