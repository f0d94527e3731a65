-- Forgets again, after a backup was restored, whom forgotten_list() named: everybody whom the list's digests find is
-- erased, and the others are not collected later. A database that has forgotten nobody yet takes the list's salt.
-- Returns: {"listed": n, "forgotten": n}.
-- Raises: 22023 for what is no such list, or one of another salt.
-- Example: select public.forget_again('{"salt": "…", "digests": ["…"]}');
create or replace function pathfinder.forget_again(list jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    list_salt bytea;
    digests bytea[];
    again integer := 0;
    member record;
begin
    begin
        list_salt := decode(list ->> 'salt', 'hex');
        digests := array(select decode(entry, 'hex') from jsonb_array_elements_text(list -> 'digests') as entry);
    exception when invalid_parameter_value then
        list_salt := null;
    end;
    if coalesce(length(list_salt), 0) < 16 then
        raise exception 'this is no list of forgotten people'
            using errcode = '22023', hint = 'Give what forgotten_list() answered: {"salt": "…", "digests": ["…", …]}.';
    end if;
    perform pg_advisory_xact_lock(pathfinder.schedule_lock());
    if not exists (select from pathfinder.forgotten) then
        update pathfinder.privacy_salt set salt = list_salt where privacy_salt.salt <> list_salt;
    elsif (select privacy_salt.salt from pathfinder.privacy_salt) <> list_salt then
        raise exception 'the list has another salt than this database'
            using errcode = '22023', hint = 'It belongs to another project; take the list of this one.';
    end if;
    insert into pathfinder.forgotten (digest) select distinct unnest(digests) on conflict do nothing;

    for member in
        select distinct known.community, known.user_id
        from (
            select user_state.community, user_state.user_id from public.user_state
            union all
            select detections.community, detections.user_id from public.detections
            union all
            select events_raw.community, events_raw.user_id from public.events_raw
            union all
            select registrations.community, registrations.user_id from pathfinder.registrations
            union all
            select set_aside.community, set_aside.user_id from pathfinder.set_aside
            union all
            select feedback_proposals.community, feedback_proposals.user_id from public.feedback_proposals
            union all
            select suppressions.community, suppressions.key from public.suppressions where suppressions.kind = 'member'
            union all
            select mutes.community, mutes.user_id from public.mutes
            union all
            select entry.person ->> 'community', entry.person ->> 'user_id'
            from public.digests
            cross join lateral jsonb_array_elements(digests.payload -> 'people') as entry (person)
            union all
            select corrections.community, corrections.user_id from pathfinder.corrections
        ) as known
        cross join pathfinder.privacy_salt
        -- As forgotten_digest() makes it; a call for each of a million members would take too long for one answer.
        join (select distinct given.digest from unnest(digests) as given (digest)) as listed
            on listed.digest = sha256(privacy_salt.salt || sha256(
                privacy_salt.salt || convert_to(known.community || ':' || known.user_id, 'UTF8')
            ))
        order by known.community, known.user_id
    loop
        perform pathfinder.forget_user(member.user_id, member.community);
        again := again + 1;
    end loop;
    return jsonb_build_object('listed', cardinality(digests), 'forgotten', again);
end
$$;

revoke all on function pathfinder.forget_again(jsonb) from public, anon, authenticated, service_role;
grant execute on function pathfinder.forget_again(jsonb) to service_role;

comment on function pathfinder.forget_again(jsonb) is 'Forgets again whom a list of digests names.';

create or replace function public.forget_again(list jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.forget_again(forget_again.list)
$$;

revoke all on function public.forget_again(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.forget_again(jsonb) to service_role;

comment on function public.forget_again(jsonb) is
    'Forgets again, after a backup was restored, whom forgotten_list() named.';
