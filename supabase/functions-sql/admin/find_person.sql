-- All that is known of one executive, or of somebody who was one: what the dashboard shows on a person's page.
-- All that is known of one executive, or of somebody who was one: what the dashboard shows on a person's page.
-- Returns: {"now": their state or null, "why": the parts of the title as explain_title() has them, "changes": […,
--   newest first], "messages": the digests they stand in, "aside": the suppressions of the member, "corrections":
--   [{"attribute", "stated", "value", "corrected_at"}] that hold}; null where nothing is known. Of whoever is
--   suppressed no more than that something was corrected, so that it can be undone.
-- Raises: 22023 when the id is known in several communities and none is named.
-- Example: select public.find_person('2000');
create or replace function pathfinder.find_person(user_id text, community text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    home constant text := pathfinder.the_community(find_person.community, find_person.user_id);
    changes constant jsonb := pathfinder.list_changes(
        jsonb_build_object('user_id', find_person.user_id, 'community', home), null, 200
    ) -> 'rows';
    current_state jsonb;
    messages jsonb;
    aside jsonb;
    corrections jsonb;
begin
    select to_jsonb(executive) || jsonb_build_object('account', accounts.name, 'country_name', countries.name)
    into current_state
    from public.user_state as executive
    left join public.accounts on accounts.id = executive.account_id
    left join public.countries on countries.code = executive.country_code
    where executive.community = home and executive.user_id = find_person.user_id;
    select coalesce(jsonb_agg(to_jsonb(suppression) - 'key' order by suppression.id), '[]')
    into aside
    from public.suppressions as suppression
    where suppression.kind = 'member' and suppression.value = find_person.user_id
        and (suppression.community is null or suppression.community = home);
    select coalesce(
        jsonb_agg(
            to_jsonb(correction) - '{community,user_id}'::text[] - case
                when current_state is null and jsonb_array_length(changes) = 0 then '{stated,value}'::text[]
                else '{}'
            end
            order by correction.attribute
        ),
        '[]'
    )
    into corrections
    from pathfinder.corrections as correction
    where correction.community = home and correction.user_id = find_person.user_id;
    if current_state is null and '[]' = all (array[changes, aside, corrections]) then
        return null;
    end if;
    select coalesce(jsonb_agg(to_jsonb(message) order by message.id desc), '[]')
    into messages
    from (
        select digests.id, digests.channel, digests.created_at, digests.sent_at
        from public.digests
        where digests.payload -> 'people' @> jsonb_build_array(
                jsonb_build_object('community', home, 'user_id', find_person.user_id)
            )
            and digests.created_at >= (
                select min(detections.detected_at) from public.detections
                where detections.community = home and detections.user_id = find_person.user_id
            )
        order by digests.id desc
        limit 50
    ) as message;
    return jsonb_build_object(
        'community', home, 'now', current_state, 'why', coalesce(
            pathfinder.explain_parts(current_state ->> 'title', null, null) -> 'segments', '[]'
        ), 'changes', changes, 'messages', messages, 'aside', aside, 'corrections', corrections
    );
end
$$;

create or replace function public.find_person(user_id text, community text default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select pathfinder.find_person(find_person.user_id, find_person.community)
$$;

revoke all on function pathfinder.find_person(text, text) from public, anon, authenticated, service_role;
revoke all on function public.find_person(text, text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.find_person(text, text) to service_role;
grant execute on function public.find_person(text, text) to service_role;

comment on function pathfinder.find_person(text, text) is 'All that is known of one executive.';
comment on function public.find_person(text, text) is
    'All that is known of one executive: now, changes, the digests they stand in, whether they are put aside.';
