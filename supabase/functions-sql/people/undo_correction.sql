-- Takes back what an editor corrected of somebody: one attribute, or all. What the community says counts again at once:
-- of an executive, of whom a title had let go, and of whom the company had put aside for a while; whoever is suppressed
-- until a moment waits for it. Of whom the company had put aside for good nothing is kept but webhooks: where those are
-- gone, too, they count with the next one. Recorded, and told only with announce. Whom the correction took out of a
-- digest that is not sent yet the next digest tells of: the message that waits is not made anew.
-- Returns: {"status", "undone": ["title", …], "level": the level after it, or null}; status is undone, left (no
--   executive by what the community says), suppressed, or waits (for the next webhook); null where nothing is
--   corrected.
-- Raises: 22023 for an attribute that cannot be corrected, or when the id is known in several communities and none is
--   named.
-- Example: select public.undo_correction('2000', attribute => 'title');
create or replace function pathfinder.undo_correction(
    user_id text,
    community text,
    attribute text,
    announce boolean
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    home constant text := pathfinder.the_community(undo_correction.community, undo_correction.user_id);
    stated jsonb;
    undone text[];
    known public.user_state;
    person public.user_state;
    judgement record;
    level text;
    status text;
begin
    if undo_correction.attribute not in ('title', 'company', 'country') then
        raise exception '"%" is nothing that is corrected', left(undo_correction.attribute, 40)
            using errcode = '22023', hint = 'Say title, company or country, or nothing for all of them.';
    end if;
    perform pathfinder.lock_member(home, undo_correction.user_id);
    perform pg_advisory_xact_lock_shared(pathfinder.suppression_lock());
    with gone as (
        delete from pathfinder.corrections
        where corrections.community = home
            and corrections.user_id = undo_correction.user_id
            and corrections.attribute = coalesce(undo_correction.attribute, corrections.attribute)
        returning corrections.attribute, corrections.stated
    )
    select jsonb_object_agg(gone.attribute, gone.stated), array_agg(gone.attribute order by gone.attribute desc)
    into stated, undone
    from gone;
    if undone is null then
        return null;
    end if;

    known := pathfinder.known_executive(home, undo_correction.user_id);
    person := known;
    if known.user_id is null then
        person := pathfinder.former_executive(home, undo_correction.user_id, stated ? 'title');
    end if;
    if person.user_id is not null then
        person := jsonb_populate_record(person, stated);
        judgement := pathfinder.classify(person.title);
        person.seniority_level := judgement.level;
        person.matched_rule := judgement.matched_rule;
        person.rules_version := judgement.rules_version;
    end if;
    if person.seniority_level is not null then
        level := pathfinder.settle_executive(known, person, 'correction', announce);
        status := case when level is null then 'suppressed' else 'undone' end;
    elsif known.user_id is not null then
        perform pathfinder.depart(known, 'correction', announce);
        status := 'left';
    else
        delete from pathfinder.set_aside
        where set_aside.community = home and set_aside.user_id = undo_correction.user_id;
        status := case
            when person.user_id is not null then 'left'
            when pathfinder.suppressed_until(home, undo_correction.user_id, null, null) is not null then 'suppressed'
            else 'waits'
        end;
    end if;
    if not announce then
        perform pathfinder.correct_digests(home, undo_correction.user_id);
    end if;
    perform pathfinder.write_audit('people', 'undo correction', jsonb_build_object('changed', undone));
    return jsonb_build_object('status', status, 'undone', undone, 'level', level);
end
$$;

create or replace function public.undo_correction(
    user_id text,
    community text default null,
    attribute text default null,
    announce boolean default false
)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.undo_correction(
        undo_correction.user_id, undo_correction.community, undo_correction.attribute,
        coalesce(undo_correction.announce, false)
    )
$$;

revoke all on function pathfinder.undo_correction(text, text, text, boolean)
    from public, anon, authenticated, service_role;
revoke all on function public.undo_correction(text, text, text, boolean)
    from public, anon, authenticated, service_role;
grant execute on function pathfinder.undo_correction(text, text, text, boolean) to service_role;
grant execute on function public.undo_correction(text, text, text, boolean) to service_role;

comment on function pathfinder.undo_correction(text, text, text, boolean) is
    'Takes back what an editor corrected of somebody.';
comment on function public.undo_correction(text, text, text, boolean) is
    'Takes back what an editor corrected of somebody: what the community says counts again.';
